// The ladder of the order book, with bars for depth, and the tape of trades.

import { Decimal, ZERO } from "./decimal.js";
import { attribute, find, icon, make, rows, write } from "./dom.js";
import { clock, grouped, percent, placesOf, price } from "./format.js";
import { share } from "./shapes.js";
import { state, view } from "./state.js";

const LEVEL = 20;
const MOST = 24;

export function mount(pick) {
  view(["book", "orders", "symbols"], () => ladder(pick));
  view(["book", "tickers", "symbols"], middle);
  view(["tape", "symbols"], tape);
  new ResizeObserver(() => ladder(pick)).observe(find("#asks"));
}

function depth() {
  const room = Math.floor(find("#asks").clientHeight / rowHeight(".level-row"));
  return Math.min(MOST, Math.max(1, room));
}

function rowHeight(selector) {
  const row = find(selector);
  return row === null ? LEVEL : row.getBoundingClientRect().height || LEVEL;
}

function summed(levels) {
  let total = ZERO;
  return levels.map(([at, size]) => {
    total = total.plus(Decimal.of(size));
    return { at, size, total: total.toString() };
  });
}

function ladder(pick) {
  const facts = state.instruments.get(state.symbol);
  const { book } = state;
  if (facts === undefined || book === null) {
    find("#asks").replaceChildren();
    find("#bids").replaceChildren();
    return;
  }
  const count = depth();
  const [asks, bids] = [book.asks, book.bids].map((side) => summed(side.slice(0, count)));
  const ends = [asks, bids].map((side) => Decimal.of(side.at(-1)?.total ?? "0"));
  const deepest = ends[0].compare(ends[1]) > 0 ? ends[0] : ends[1];
  const mine = own();
  for (const [name, side] of [["#asks", asks], ["#bids", bids]]) {
    rows(find(name), side, (row) => row.at, () => level(pick), (node, row) =>
      fill(node, row, { facts, deepest: deepest.toString(), mine }));
  }
}

function own() {
  const here = [...state.orders.values()].filter((order) => order.symbol === state.symbol);
  return new Set(here.map((order) => order.limit_price));
}

function level(pick) {
  const node = make(
    "button",
    { class: "level-row", type: "button", tabindex: -1 },
    make("i"),
    make("span", { class: "price" }),
    make("span", { class: "size" }),
    make("span", { class: "total" }),
  );
  node.addEventListener("click", () => pick(node.dataset.key));
  return node;
}

function fill(node, row, { facts, deepest, mine }) {
  const shown = price(row.at, facts.tick);
  const lot = placesOf(facts.lot);
  write(find(".price", node), shown);
  write(find(".size", node), grouped(row.size, lot));
  write(find(".total", node), grouped(row.total, lot));
  find("i", node).style.transform = `scaleX(${deepest === "0" ? 0 : share(row.total, deepest)})`;
  attribute(node, "aria-label", `${shown}, size ${row.size}: take as limit price`);
  const dot = find(".mine", node);
  if (mine.has(row.at) && dot === null) {
    node.append(make("b", { class: "mine", title: "Your order" }));
  } else if (!mine.has(row.at) && dot !== null) dot.remove();
}

function middle() {
  const facts = state.instruments.get(state.symbol);
  const ticker = state.tickers.get(state.symbol);
  if (facts === undefined || ticker === undefined) return;
  const up = ticker.up !== false;
  const node = find("#mid");
  const text = price(ticker.last, facts.tick);
  const key = `${text}${up}`;
  if (node.dataset.key !== key) {
    node.dataset.key = key;
    node.className = `mid ${up ? "up" : "down"}`;
    node.replaceChildren(icon(up ? "up" : "down"), text, make("small", {}, "last"));
  }
  write(find("#book-spread"), spread(facts));
}

function spread(facts) {
  const [ask, bid] = [state.book?.asks[0], state.book?.bids[0]];
  if (ask === undefined || bid === undefined) return "";
  const gap = Decimal.of(ask[0]).minus(Decimal.of(bid[0]));
  const part = percent(gap.over(Decimal.of(ask[0]), 6)).replace("+", "");
  return `Spread ${price(gap.toString(), facts.tick)} · ${part}`;
}

function tape() {
  const facts = state.instruments.get(state.symbol);
  if (facts === undefined) return;
  const room = Math.max(1, Math.floor(find("#tape").clientHeight / rowHeight(".print")));
  const shown = state.tape.slice(0, Math.min(MOST, room));
  rows(find("#tape"), shown, (row) => row.trade_id, create, (node, row) => {
    const buy = row.side !== "sell";
    write(find("b", node), price(row.price, facts.tick));
    find(".price", node).className = `price ${buy ? "up" : "down"}`;
    write(find(".size", node), grouped(row.qty, placesOf(facts.lot)));
    write(find(".at", node), clock(row.at));
  });
}

function create(row) {
  const buy = row.side !== "sell";
  return make(
    "div",
    { class: row.fresh ? "print new" : "print", role: "listitem" },
    make("span", { class: "price" }, icon(buy ? "up" : "down"), make("b")),
    make("span", { class: "size" }),
    make("span", { class: "at" }),
  );
}
