// The market as it happens: each topic begins with a snapshot and goes on with frames.

import * as api from "./api.js";
import { Decimal } from "./decimal.js";
import { candle, grown, placed } from "./shapes.js";
import { state, touch } from "./state.js";
import { Stream } from "./stream.js";
import { complain } from "./toasts.js";

const LONGEST_TAPE = 60;
const MOST_CANDLES = 1500;
const BOARD_PAUSE = 300;
const BOARD = "leaderboard.xp.all_time";

let market = null;
let boardTimer = null;

export function listen() {
  market = new Stream("/v1/ws/market", {
    onFrame: heard,
    onState: (now) => {
      state.connection.market = now;
      touch("connection");
    },
  });
  market.subscribe(BOARD);
  for (const symbol of state.instruments.keys()) market.subscribe(`ticker.${symbol}`);
  market.open();
}

export function choose(symbol) {
  const before = state.symbol;
  if (before === symbol) return;
  const kinds = ["book", "trades", "candles"];
  for (const kind of kinds) if (before !== null) market.unsubscribe(topicOf(kind, before));
  Object.assign(state, { symbol, book: null, candles: [], tape: [] });
  for (const kind of kinds) market.restart(topicOf(kind, symbol));
  touch("symbols", "book", "candles", "tape", "ticket", "tickers");
}

const topicOf = (kind, symbol) =>
  kind === "candles" ? `candles.${symbol}.${state.interval}` : `${kind}.${symbol}`;

export function lengthen(interval) {
  if (interval === state.interval) return;
  market.unsubscribe(topicOf("candles", state.symbol));
  Object.assign(state, { interval, candles: [] });
  market.restart(topicOf("candles", state.symbol));
  touch("candles");
}

function heard({ op, topic, data }) {
  const [kind, symbol, interval] = topic.split(".");
  if (topic === BOARD) stood(op, data);
  else if (kind === "ticker") ticked(symbol, data);
  else if (symbol !== state.symbol) return;
  else if (kind === "book") offered(data);
  else if (kind === "trades") traded(op, data);
  else if (kind === "candles" && interval === state.interval) closed(op, data);
}

function ticked(symbol, data) {
  const before = state.tickers.get(symbol);
  const up = before === undefined ? undefined : direction(before, data.last);
  state.tickers.set(symbol, { ...data, mark: data.mark ?? data.last, up });
  touch("tickers");
}

function direction(before, last) {
  const order = Decimal.of(last).compare(Decimal.of(before.last));
  return order === 0 ? before.up : order > 0;
}

function offered(data) {
  const pairs = (levels) => levels.map(({ price, qty }) => [price, qty]);
  state.book = { asks: pairs(data.asks), bids: pairs(data.bids) };
  touch("book");
}

function traded(op, data) {
  if (op === "snapshot") state.tape = data.items.slice(0, LONGEST_TAPE);
  else {
    state.tape = [{ ...data, fresh: true }, ...state.tape].slice(0, LONGEST_TAPE);
    if (state.candles.length > 0) state.candles = grown(state.candles, data, state.interval);
    touch("candles");
  }
  touch("tape");
}

function closed(op, data) {
  if (op === "snapshot") state.candles = [];
  for (const row of data.items ?? [data]) {
    state.candles = placed(state.candles, candle(row, state.interval)).slice(-MOST_CANDLES);
  }
  touch("candles");
}

// A change names one player; ranks are asked for again, for many changes once.
function stood(op, data) {
  if (op === "snapshot") {
    state.board = data.items;
    touch("board");
    return;
  }
  clearTimeout(boardTimer);
  boardTimer = setTimeout(ranked, BOARD_PAUSE);
}

async function ranked() {
  try {
    state.board = await api.board("xp");
  } catch (fault) {
    complain(fault, "The leaderboard could not be loaded");
  }
  touch("board");
}
