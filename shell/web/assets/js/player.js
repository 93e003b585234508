// One's own account as it happens: orders, fills, positions, worth, progress.

import * as api from "./api.js";
import { grouped } from "./format.js";
import { celebrate } from "./pilot.js";
import { state, touch } from "./state.js";
import { Stream } from "./stream.js";
import { complain, toast } from "./toasts.js";

const TOPICS = ["orders", "fills", "positions", "portfolio", "progress"];
const WORKING = new Set(["pending", "open", "partially_filled", "cancel_pending", "untriggered"]);
const MOST_FILLS = 200;
const WORTH_PAUSE = 60;
const REVENUE_PAUSE = 400;
const REVENUE_EVERY = 10_000; // [ms]
const timers = new Map();

export async function load() {
  const found = await api.accounts();
  state.account = found.find((row) => row.status !== "closed") ?? null;
  return state.account !== null;
}

export function listen() {
  const user = new Stream("/v1/ws/user", {
    token: state.token,
    onFrame: heard,
    onState: (now) => {
      state.connection.user = now;
      touch("connection");
    },
  });
  for (const topic of TOPICS) user.subscribe(topic);
  user.open();
  soon("revenue", REVENUE_PAUSE, revenue);
}

const mine = (row) => row.account_id === state.account.account_id;

function heard({ op, topic, data }) {
  const all = op === "snapshot";
  if (topic === "orders") (all ? everyOrder : oneOrder)(data);
  if (topic === "fills") (all ? everyFill : oneFill)(data);
  if (topic === "positions") (all ? everyPosition : onePosition)(data);
  if (topic === "portfolio") worth(all ? data.items.find(mine) : data);
  if (topic === "progress") stands(data);
}

function everyOrder({ items }) {
  state.orders = new Map(items.filter(mine).map((row) => [row.order_id, row]));
  touch("orders");
}

function oneOrder(row) {
  if (!mine(row)) return;
  if (WORKING.has(row.status)) state.orders.set(row.order_id, row);
  else state.orders.delete(row.order_id);
  if (row.status === "rejected" || row.status === "expired") ended(row);
  soon("worth", WORTH_PAUSE, worthNow);
  touch("orders");
}

// An order may end unfilled after it was accepted: the venue says why.
function ended(row) {
  const code = row.reason ?? row.status;
  const what = `${grouped(row.qty)} ${row.symbol}`;
  const node = toast("bad", `Order ${row.status}`, what, { symbol: "alert" });
  node.querySelector(".toast-text").append(Object.assign(document.createElement("code"), {
    textContent: code,
  }));
}

function everyFill({ items }) {
  state.fills = items.filter(mine);
  touch("fills");
}

function oneFill(row) {
  if (!mine(row) || state.fills.some((known) => known.fill_id === row.fill_id)) return;
  state.fills = [{ ...row, fresh: true }, ...state.fills].slice(0, MOST_FILLS);
  const what = `${grouped(row.qty)} ${row.symbol} at ${grouped(row.price)}`;
  const done = row.side === "buy" ? "Bought" : "Sold";
  toast("good", done, `${what}, fee ${grouped(row.fee)}`, { symbol: "check" });
  soon("worth", WORTH_PAUSE, worthNow);
  soon("revenue", REVENUE_PAUSE, revenue);
  touch("fills");
}

function everyPosition({ items }) {
  state.positions = new Map(items.filter(mine).map((row) => [row.symbol, row]));
  touch("positions");
}

function onePosition(row) {
  if (!mine(row)) return;
  if (row.qty === "0") state.positions.delete(row.symbol);
  else state.positions.set(row.symbol, row);
  touch("positions");
}

function worth(row) {
  if (row === undefined || !mine(row)) return;
  state.portfolio = row;
  touch("portfolio");
}

function stands(row) {
  const before = state.progress;
  state.progress = row;
  celebrate(before, row);
  touch("progress");
}

// ---- what is asked for, once for many frames ---------------------------------------------------

function soon(name, pause, work) {
  if (timers.has(name)) return;
  timers.set(name, setTimeout(async () => {
    timers.delete(name);
    try {
      await work();
    } catch (fault) {
      complain(fault, "Your figures could not be refreshed");
    }
  }, pause));
}

async function worthNow() {
  worth(await api.portfolio(state.account.account_id));
}

// The house's figures are shown to those who may see them.
async function revenue() {
  try {
    state.revenue = await api.revenue();
    soon("house", REVENUE_EVERY, revenue); // others trade too, and the books follow a fill
  } catch (fault) {
    const hidden = fault instanceof api.Problem && [401, 403, 404].includes(fault.status);
    if (!hidden) throw fault;
    state.revenue = null;
  }
  touch("revenue");
}
