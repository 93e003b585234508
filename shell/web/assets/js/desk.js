// Positions with live P&L, open orders, fills, and the portfolio beside them.

import { Decimal } from "./decimal.js";
import { attribute, find, icon, make, rows, sum, write } from "./dom.js";
import { grouped, moment, placesOf, price, signed, split, words } from "./format.js";
import { alive, entry, share, unrealised } from "./shapes.js";
import { state, view } from "./state.js";

export function mount({ close, cancel, choose }) {
  view(["positions", "tickers", "symbols"], () => positions(close, choose));
  view(["orders", "symbols"], () => orders(cancel, choose));
  view(["fills", "symbols"], fills);
  view(["portfolio", "positions", "tickers"], portfolio);
}

const LABELS = {
  size: "Size", entry: "Entry", mark: "Mark", open: "Unrealised", done: "Realised", type: "Type",
  price: "Price", filled: "Filled / size", state: "State", fee: "Fee", at: "Time", side: "Side",
};
const cells = (...names) =>
  names.map((name) => make("td", { class: name, "data-label": LABELS[name] }));
const factsOf = (row) => state.instruments.get(row.symbol) ?? { tick: "0.01", lot: "0.01" };
const GLOW = 1300;
const count = (selector, number) => write(find(selector), number === 0 ? "" : String(number));

// A new row glows once, also when it is looked at later.
function entered(fresh, ...columns) {
  const row = make("tr", { class: fresh ? "new" : "" }, ...columns);
  setTimeout(() => row.classList.remove("new"), GLOW);
  return row;
}

function side(node, name, label) {
  if (node.dataset.side === name + label) return;
  node.dataset.side = name + label;
  const arrow = icon(name === "buy" ? "up" : "down");
  node.replaceChildren(make("span", { class: `tag ${name}` }, arrow, label));
}

function tone(node, value) {
  node.classList.toggle("up", value.sign() > 0);
  node.classList.toggle("down", value.sign() < 0);
}

function positions(close, choose) {
  const list = [...state.positions.values()];
  count("#count-positions", list.length);
  const create = (row) => newPosition(row, close, choose);
  rows(find("#positions"), list, (row) => row.symbol, create, showPosition);
}

const action = (label, meaning) =>
  make("button", { class: "act", type: "button", "aria-label": meaning }, label);

function newPosition({ symbol }, close, choose) {
  const names = ["where", "size", "entry", "mark", "open", "done", "acts"];
  const row = entered(true, ...cells(...names));
  find(".where", row).append(make(
    "span",
    { class: "market-cell" },
    make("button", { type: "button", onclick: () => choose(symbol) }, symbol),
    make("span", { class: "dir" }),
  ));
  const button = action("Close", `Close the position in ${symbol}`);
  button.addEventListener("click", () => close(symbol, button));
  find(".acts", row).append(button);
  return row;
}

function showPosition(row, position) {
  const facts = factsOf(position);
  const long = !position.qty.startsWith("-");
  const mark = state.tickers.get(position.symbol)?.mark ?? position.mark;
  const label = `${long ? "Long" : "Short"} ${position.leverage ?? 1}\u00d7`;
  side(find(".dir", row), long ? "buy" : "sell", label);
  write(find(".size", row), grouped(position.qty, placesOf(facts.lot)));
  write(find(".entry", row), grouped(entry(position).toString(), placesOf(facts.tick)));
  write(find(".mark", row), mark === undefined ? "\u2013" : price(mark, facts.tick));
  const done = Decimal.of(position.realised ?? "0");
  write(find(".done", row), signed(done.toString()));
  tone(find(".done", row), done);
  if (mark === undefined) return;
  const open = unrealised(position, mark);
  const node = find(".open", row);
  tone(node, open);
  const [head, tail] = split(open.toString());
  sum(node, [head, tail], open.sign() > 0 ? "+" : "");
}

function orders(cancel, choose) {
  const list = [...state.orders.values()];
  count("#count-orders", list.length);
  const create = (row) => newOrder(row, cancel, choose);
  rows(find("#orders"), list, (row) => row.order_id, create, showOrder);
}

function newOrder({ order_id: id, symbol }, cancel, choose) {
  const names = ["where", "side", "type", "price", "filled", "state", "acts"];
  const row = entered(true, ...cells(...names));
  find(".where", row).append(make(
    "span",
    { class: "market-cell" },
    make("button", { type: "button", onclick: () => choose(symbol) }, symbol),
  ));
  const part = make("span", { class: "part", "aria-hidden": true }, make("i"));
  find(".filled", row).append(part, make("span"));
  const button = action("Cancel", `Cancel the order in ${symbol}`);
  button.addEventListener("click", () => cancel(id, button));
  find(".acts", row).append(button);
  return row;
}

function showOrder(row, order) {
  const facts = factsOf(order);
  side(find(".side", row), order.side, words(order.side));
  write(find(".type", row), words(order.type));
  const at = order.limit_price;
  write(find(".price", row), typeof at === "string" ? price(at, facts.tick) : "Market");
  const [part, text] = find(".filled", row).children;
  part.firstElementChild.style.transform = `scaleX(${share(order.executed, order.qty)})`;
  write(text, `${grouped(order.executed)} / ${grouped(order.qty)}`);
  write(find(".state", row), words(order.status));
  find(".acts button", row).disabled = order.status === "cancel_pending";
}

function fills() {
  count("#count-fills", state.fills.length);
  rows(find("#fills"), state.fills, (row) => row.fill_id, newFill, showFill);
}

function newFill(fill) {
  const names = ["where", "at", "side", "size", "price", "fee", "done"];
  const row = entered(fill.fresh, ...cells(...names));
  side(find(".side", row), fill.side, words(fill.side));
  return row;
}

function showFill(row, fill) {
  const facts = factsOf(fill);
  write(find(".at", row), moment(fill.at));
  write(find(".where", row), fill.symbol);
  write(find(".size", row), grouped(fill.qty, placesOf(facts.lot)));
  write(find(".price", row), price(fill.price, facts.tick));
  const fee = fill.liquidity === undefined ? "" : ` ${fill.liquidity}`;
  write(find(".fee", row), `${grouped(fill.fee, 2)}${fee}`);
  const done = Decimal.of(fill.realised ?? "0");
  write(find(".done", row), done.sign() === 0 ? "\u2013" : signed(done.toString()));
  tone(find(".done", row), done);
}

function portfolio() {
  const own = state.portfolio;
  if (own === null) return;
  const live = alive(own, state.positions, state.tickers);
  sum(find("#equity"), split(live.equity.toString()));
  trace(live.equity);
  write(find("#account-name"), own.currency ?? state.account?.currency ?? "PUSD");
  moveOf(own, live);
  figure("#p-unrealised", live.unrealised.toString(), true);
  figure("#p-realised", own.realised, true);
  figure("#p-available", own.available, false);
  figure("#p-margin", own.margin, false);
  figure("#p-reserved", own.reserved, false);
  figure("#p-fees", own.fees, false);
}

const STEPS = 240;
const PACE = 1000;
const WIDE = 300;
const HIGH = 64;
const seen = [];

// The equity of this visit, a point a second: a picture only, hence numbers.
function trace(equity) {
  const now = Date.now();
  const value = equity.toPixels();
  if (seen.length > 0 && now - seen.at(-1).now < PACE) seen.at(-1).value = value;
  else seen.push({ now, value });
  if (seen.length > STEPS) seen.shift();
  const values = seen.map((point) => point.value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const tall = high - low || 1;
  const points = values.map((each, place) => {
    const x = values.length === 1 ? WIDE : (place / (values.length - 1)) * WIDE;
    return `${x.toFixed(1)},${(HIGH - 4 - ((each - low) / tall) * (HIGH - 10)).toFixed(1)}`;
  });
  const flat = `M0,${HIGH / 2} L${WIDE},${HIGH / 2}`;
  const line = points.length === 1 ? flat : `M${points.join(" L")}`;
  attribute(find("#trace-line"), "d", line);
  attribute(find("#trace-fill"), "d", `${line} L${WIDE},${HIGH} L0,${HIGH} Z`);
  find("#trace").classList.toggle("falling", values.at(-1) < values[0]);
}

function moveOf(own, live) {
  const node = find("#equity-move");
  const start = Decimal.parse(state.account?.initial_balance ?? own.initial_balance ?? "");
  if (start === null || start.sign() <= 0) {
    write(node, "");
    return;
  }
  const gain = live.equity.minus(start);
  tone(node, gain);
  const [head] = split(gain.absolute().toString());
  const part = gain.over(start, 8);
  const mark = gain.sign() < 0 ? "\u2212" : "+";
  const percents = new Decimal(part.absolute().units * 100n, 8).over(Decimal.of("1"), 2);
  write(node, `${gain.sign() === 0 ? "" : mark}${head} (${grouped(percents.toString(), 2)}%)`);
}

function figure(selector, text, toned) {
  const node = find(selector);
  attribute(node, "data-known", String(typeof text === "string"));
  if (typeof text !== "string") {
    write(node, "\u2013");
    return;
  }
  const value = Decimal.of(text);
  sum(node, split(text), toned && value.sign() > 0 ? "+" : "");
  if (toned) tone(node, value);
}
