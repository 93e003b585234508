// Symbol switcher, quote, candle chart.

import { Chart } from "./chart.js";
import { Decimal } from "./decimal.js";
import { attribute, find, make, rows, write } from "./dom.js";
import { brief, grouped, percent, placesOf, price, words } from "./format.js";
import { SPANS, entry } from "./shapes.js";
import { state, touch, view } from "./state.js";

let chart = null;

export function mount({ choose, lengthen }) {
  chart = new Chart(find("#chart"), legend);
  intervals(lengthen);
  view(["symbols", "tickers"], () => switcher(choose));
  view(["symbols", "tickers", "stats"], quote);
  view(["candles", "fills", "orders", "positions", "symbols"], draw);
}

function switcher(choose) {
  const list = [...state.instruments.values()];
  rows(find("#symbols"), list, (row) => row.symbol, (row) => tab(row, choose), refreshTab);
}

function tab({ symbol }, choose) {
  const [base, quoteAsset] = symbol.split("-");
  return make(
    "button",
    { class: "symbol", type: "button", onclick: () => choose(symbol) },
    make("b", {}, base, make("span", {}, `/${quoteAsset}`)),
    make("span", { class: "now" }),
    make("span", { class: "move" }),
  );
}

function refreshTab(node, { symbol, tick }) {
  attribute(node, "aria-current", String(symbol === state.symbol));
  const ticker = state.tickers.get(symbol);
  if (ticker === undefined) return;
  const now = find(".now", node);
  const text = price(ticker.last, tick);
  if (now.textContent !== "" && now.textContent !== text) flash(now, ticker);
  write(now, text);
  moved(find(".move", node), ticker);
}

function flash(node, ticker) {
  const up = ticker.up;
  node.classList.remove("flash-up", "flash-down");
  node.classList.add(up ? "flash-up" : "flash-down");
  setTimeout(() => node.classList.remove("flash-up", "flash-down"), 120);
}

function moved(node, ticker) {
  const open = ticker.open === undefined ? null : Decimal.parse(ticker.open);
  if (open === null || open.sign() === 0) {
    write(node, "");
    return;
  }
  const fraction = Decimal.of(ticker.last).minus(open).over(open, 8);
  node.classList.toggle("up", fraction.sign() >= 0);
  node.classList.toggle("down", fraction.sign() < 0);
  write(node, percent(fraction));
}

function quote() {
  const facts = state.instruments.get(state.symbol);
  const ticker = state.tickers.get(state.symbol);
  write(find("#quote-symbol"), state.symbol ?? "\u00a0");
  if (facts === undefined || ticker === undefined) return;
  const shown = (text) => (typeof text === "string" ? price(text, facts.tick) : "\u2013");
  const last = find("#quote-last");
  write(last, shown(ticker.last));
  last.classList.toggle("up", ticker.up === true);
  last.classList.toggle("down", ticker.up === false);
  moved(find("#quote-move"), ticker);
  write(find("#quote-mark"), shown(ticker.mark));
  write(find("#quote-high"), shown(ticker.high));
  write(find("#quote-low"), shown(ticker.low));
  const volume = ticker.volume === undefined ? "\u2013" : brief(ticker.volume);
  write(find("#quote-volume"), `${volume} ${state.symbol.split("-")[0]}`);
  document.title = `${shown(ticker.last)} ${state.symbol} · AstraTrade`;
}

function intervals(lengthen) {
  const box = find("#intervals");
  const choose = (name) => {
    for (const node of box.children) {
      const on = node.dataset.interval === name;
      node.setAttribute("aria-checked", String(on));
      node.tabIndex = on ? 0 : -1;
    }
    lengthen(name);
    chart.reset();
  };
  for (const name of Object.keys(SPANS)) {
    const on = name === state.interval;
    box.append(make("button", {
      type: "button", role: "radio", "data-interval": name, "aria-checked": on,
      tabindex: on ? 0 : -1, onclick: () => choose(name),
    }, name));
  }
  box.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const names = Object.keys(SPANS);
    const next = names[(names.indexOf(state.interval) + step + names.length) % names.length];
    choose(next);
    find(`[data-interval="${next}"]`, box).focus();
  });
}

function draw() {
  const facts = state.instruments.get(state.symbol);
  if (facts === undefined) return;
  find("#chart-empty").hidden = state.candles.length > 0;
  chart.show({
    candles: state.candles,
    marks: ownFills(),
    lines: [...entryLine(facts), ...orderLines(facts)],
    places: placesOf(facts.tick),
  });
}

function ownFills() {
  const span = SPANS[state.interval];
  return state.fills
    .filter((fill) => fill.symbol === state.symbol)
    .map((fill) => ({ side: fill.side, candle: Math.floor(Date.parse(fill.at) / span) * span }));
}

function entryLine(facts) {
  const position = state.positions.get(state.symbol);
  if (position === undefined) return [];
  const long = !position.qty.startsWith("-");
  const size = grouped(position.qty.replace("-", ""));
  const label = `${long ? "Long" : "Short"} ${size}`;
  return [{ kind: "entry", price: entry(position).toPixels(), label, tick: facts.tick }];
}

function orderLines() {
  return [...state.orders.values()]
    .filter((order) => order.symbol === state.symbol && typeof order.limit_price === "string")
    .map((order) => ({
      kind: order.side,
      price: Number(order.limit_price),
      label: `${words(order.side)} ${grouped(order.qty)}`,
    }));
}

function legend(hovered) {
  const facts = state.instruments.get(state.symbol);
  const bar = hovered ?? state.candles[state.candles.length - 1];
  if (bar === undefined || facts === undefined) return;
  const box = find("#legend");
  const { open, high, low, close } = bar.raw;
  const parts = Object.entries({ O: open, H: high, L: low, C: close });
  const key = `${bar.at}${bar.raw.close}${bar.raw.volume}`;
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.setAttribute("aria-live", hovered === null ? "off" : "polite");
  const tone = bar.close >= bar.open ? "up" : "down";
  box.replaceChildren(
    ...parts.map(([name, text]) =>
      make("span", { class: tone }, `${name} `, make("b", {}, price(text, facts.tick))),
    ),
    make("span", {}, "Vol ", make("b", {}, brief(bar.raw.volume))),
    make("span", { class: "sma" }, "SMA 20"),
  );
}

export function redraw() {
  touch("candles");
}
