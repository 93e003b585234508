// Brings the server's news into the state: first by asking, then by listening.

import * as api from "./api.js";
import { Decimal } from "./decimal.js";
import { grouped, words } from "./format.js";
import { celebrate } from "./pilot.js";
import { candle, grown, placed } from "./shapes.js";
import { state, touch } from "./state.js";
import { Stream } from "./stream.js";
import { complain, toast } from "./toasts.js";

const LONGEST_TAPE = 60;
const MOST_CANDLES = 1500;
const BELL = 40;
const PRIVATE = ["orders", "fills", "positions", "portfolio", "progress"];
const BOARD = "leaderboard.xp.all_time";

let market = null;
let user = null;
let prints = 0;

export function listen() {
  market = new Stream("/v1/ws/market", {
    onFrame: marketFrame,
    onState: (now) => connected("market", now),
  });
  market.subscribe(BOARD);
  for (const symbol of state.instruments.keys()) market.subscribe(`ticker.${symbol}`);
  market.open();
}

export function listenAs() {
  user = new Stream("/v1/ws/user", {
    token: state.token,
    onFrame: userFrame,
    onState: (now) => connected("user", now),
  });
  for (const topic of PRIVATE) user.subscribe(topic);
  user.open();
}

function connected(which, now) {
  const before = state.connection[which];
  state.connection[which] = now;
  touch("connection");
  if (now !== "live" || before === "idle" || before === "connecting-first") return;
  if (which === "user") ringAll();
  else reload(state.symbol);
}

// ---- the market -------------------------------------------------------------------------------

export async function choose(symbol) {
  const before = state.symbol;
  if (before === symbol) return;
  for (const name of ["book", "trades"]) {
    if (before !== null) market.unsubscribe(`${name}.${before}`);
    market.subscribe(`${name}.${symbol}`);
  }
  if (before !== null) market.unsubscribe(`candles.${before}.${state.interval}`);
  market.subscribe(`candles.${symbol}.${state.interval}`);
  Object.assign(state, { symbol, book: null, candles: [], tape: [] });
  touch("symbols", "book", "candles", "tape", "ticket", "stats");
  await reload(symbol);
}

export async function lengthen(interval) {
  if (interval === state.interval) return;
  market.unsubscribe(`candles.${state.symbol}.${state.interval}`);
  Object.assign(state, { interval, candles: [] });
  market.subscribe(`candles.${state.symbol}.${interval}`);
  touch("candles");
  await loadCandles(state.symbol);
}

async function reload(symbol) {
  await Promise.all([loadCandles(symbol), loadBook(symbol), loadTape(symbol), loadStats(symbol)]);
}

// A part of the market that cannot be had is said once and leaves the others alone.
async function tried(what, work) {
  try {
    await work();
  } catch (fault) {
    complain(fault, `${what} could not be loaded`);
  }
}

const loadCandles = (symbol) =>
  tried("Candles", async () => {
    const { interval } = state;
    const found = await api.candles(symbol, interval);
    if (state.symbol !== symbol || state.interval !== interval) return;
    state.candles = found.map((row) => candle(row, interval)).sort((a, b) => a.at - b.at);
    touch("candles");
  });

const loadBook = (symbol) =>
  tried("The order book", async () => {
    const found = await api.orderbook(symbol);
    if (state.symbol === symbol) newBook(found);
  });

const loadTape = (symbol) =>
  tried("Trades", async () => {
    const found = await api.prints(symbol);
    if (state.symbol !== symbol) return;
    state.tape = found.map((row) => keyed(row, false)).slice(0, LONGEST_TAPE);
    touch("tape");
  });

const loadStats = (symbol) =>
  tried("Statistics", async () => {
    ticked(symbol, await api.stats(symbol));
  });

const pair = (level) => (Array.isArray(level) ? level : [level.price, level.qty]);

function newBook(found) {
  state.book = { asks: found.asks.map(pair), bids: found.bids.map(pair) };
  touch("book");
}

const keyed = (row, fresh) => ({ ...row, fresh, key: row.trade_id ?? `n${(prints += 1)}` });

function ticked(symbol, data) {
  const before = state.tickers.get(symbol) ?? {};
  const now = { ...before };
  for (const name of ["last", "mark", "open", "high", "low", "volume", "change_fraction"]) {
    if (typeof data[name] === "string") now[name] = data[name];
  }
  if (before.last !== undefined && before.last !== now.last) {
    now.up = Decimal.of(now.last).compare(Decimal.of(before.last)) > 0;
  }
  now.mark ??= now.last;
  state.tickers.set(symbol, now);
  touch("tickers");
}

function traded(data) {
  const fresh = (Array.isArray(data) ? data : [data]).map((row) => keyed(row, true));
  state.tape = [...fresh.reverse(), ...state.tape].slice(0, LONGEST_TAPE);
  for (const row of [...fresh].reverse()) state.candles = grown(state.candles, row, state.interval);
  touch("tape", "candles");
}

function marketFrame({ op, topic, data }) {
  if (op === "error") return;
  const [kind, symbol] = topic.split(".");
  if (topic === BOARD) return void ring("board");
  if (kind === "ticker") return ticked(symbol, data);
  if (symbol !== state.symbol) return undefined;
  if (kind === "book") return applied(op, data);
  if (kind === "trades" && op !== "snapshot") return traded(data);
  if (kind === "candles") return closed(op, data);
  return undefined;
}

// A snapshot replaces the book; an update carries changed levels, size 0 meaning gone.
function applied(op, data) {
  if (op === "snapshot" || state.book === null) return newBook(data);
  const side = (levels, changes, upward) => {
    const known = new Map(levels);
    for (const [price, size] of changes.map(pair)) {
      if (Decimal.of(size).sign() === 0) known.delete(price);
      else known.set(price, size);
    }
    const order = upward ? 1 : -1;
    return [...known].sort(([a], [b]) => order * Decimal.of(a).compare(Decimal.of(b)));
  };
  const { asks, bids } = state.book;
  state.book = {
    asks: side(asks, data.asks ?? [], true),
    bids: side(bids, data.bids ?? [], false),
  };
  return touch("book");
}

function closed(op, data) {
  for (const row of Array.isArray(data) ? data : data.items ?? [data]) {
    if (typeof row.open_time !== "string") continue;
    state.candles = placed(state.candles, candle(row, state.interval)).slice(-MOST_CANDLES);
  }
  touch("candles");
}

// ---- the player -------------------------------------------------------------------------------

const bells = new Map();

// A frame says that a read model moved; several in a row cost one question.
function ring(name) {
  if (bells.has(name)) return;
  bells.set(name, setTimeout(async () => {
    bells.delete(name);
    await tried(words(name), LOADERS[name]);
  }, BELL));
}

function ringAll() {
  for (const name of [...PRIVATE, "board", "revenue"]) ring(name);
}

const mine = () => state.account.account_id;

const LOADERS = {
  orders: async () => {
    state.orders = new Map((await api.activeOrders(mine())).map((row) => [row.order_id, row]));
    touch("orders");
  },
  positions: async () => {
    const open = (await api.positions(mine())).filter((row) => row.qty !== "0");
    state.positions = new Map(open.map((row) => [row.symbol, row]));
    touch("positions");
  },
  portfolio: async () => {
    state.portfolio = await api.portfolio(mine());
    touch("portfolio");
  },
  fills: async () => {
    const known = new Set(state.fills.map((row) => row.fill_id));
    const first = state.loadedFills !== true;
    const found = await api.fills(mine());
    state.fills = found.map((row) => ({ ...row, fresh: !first && !known.has(row.fill_id) }));
    state.loadedFills = true;
    for (const row of state.fills.filter((fill) => fill.fresh).reverse()) announced(row);
    touch("fills");
  },
  progress: async () => {
    const before = state.progress;
    const { streak, ...row } = await api.profile();
    state.progress = { ...row, streak: typeof streak === "number" ? streak : streak?.count ?? 0 };
    celebrate(before, state.progress);
    touch("progress");
  },
  board: async () => {
    state.board = await api.board("xp");
    touch("board");
  },
  revenue: async () => {
    try {
      state.revenue = await api.revenue();
    } catch (fault) {
      const closedToUs = fault instanceof api.Problem && [401, 403, 404].includes(fault.status);
      if (!closedToUs) throw fault;
      state.revenue = null;
    }
    touch("revenue");
  },
};

function announced(fill) {
  const done = fill.side === "buy" ? "Bought" : "Sold";
  const what = `${grouped(fill.qty)} ${fill.symbol} at ${grouped(fill.price)}`;
  toast("good", done, `${what}, fee ${grouped(fill.fee)}`, { symbol: "check" });
}

function userFrame({ op, topic }) {
  if (op === "error" || topic === undefined) return;
  if (PRIVATE.includes(topic)) ring(topic);
  if (topic === "fills") {
    for (const name of ["orders", "positions", "portfolio", "revenue"]) ring(name);
  }
  if (topic === "orders") ring("portfolio");
  if (topic === "progress") ring("board");
}

export async function loadPlayer() {
  const found = await api.accounts();
  state.account = found.find((row) => row.status !== "closed") ?? null;
  if (state.account === null) return false;
  await Promise.all(
    [...PRIVATE, "revenue"].map((name) => tried(words(name), LOADERS[name])),
  );
  return true;
}

export const loadBoard = () => tried("The leaderboard", LOADERS.board);

export function nudge() {
  for (const name of ["orders", "portfolio", "positions"]) ring(name);
}
