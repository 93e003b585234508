// The order ticket: what is asked, what it would cost, and sending it once.

import { Problem, place } from "./api.js";
import { Decimal, ONE, ZERO } from "./decimal.js";
import { attribute, find, sum, write } from "./dom.js";
import { affordable, estimate, faults } from "./estimate.js";
import { grouped, placesOf, split, words } from "./format.js";
import { causes, explain } from "./problems.js";
import { state, touch, view } from "./state.js";
import { complain, toast } from "./toasts.js";

let form = null;
let busy = false;

export function mount({ join }) {
  form = find("#ticket");
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (state.token === null) join();
    else send();
  });
  for (const button of form.querySelectorAll("[data-share]")) {
    button.addEventListener("click", () => takeShare(button.dataset.share));
  }
  document.addEventListener("keydown", shortcut);
  view(["book", "tickers", "portfolio", "positions", "symbols", "ticket"], draw);
}

const read = () => {
  const type = form.elements.type.value;
  const typedQty = form.elements.qty.value.trim();
  const typedLimit = form.elements.limit_price.value.trim();
  return {
    side: form.elements.side.value,
    type,
    typedQty,
    typedLimit,
    qty: Decimal.typed(typedQty),
    limit: type === "limit" ? Decimal.typed(typedLimit) : null,
  };
};

function shortcut(event) {
  const typing = event.target instanceof HTMLInputElement && event.target.type !== "radio";
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]") !== null) return;
  const side = { b: "buy", s: "sell" }[event.key.toLowerCase()];
  if (side === undefined) return;
  form.elements.side.value = side;
  form.elements.qty.focus();
  event.preventDefault();
  changed();
}

// The ladder offers its price; the ticket becomes a limit order at it.
export function pick(price) {
  form.elements.type.value = "limit";
  form.elements.limit_price.value = price;
  changed();
}

export function cleared() {
  form.elements.qty.value = "";
  form.elements.limit_price.value = "";
  changed();
}

const changed = () => touch("ticket");

function facts() {
  const market = state.instruments.get(state.symbol);
  const ticker = state.tickers.get(state.symbol);
  const mark = ticker?.mark ?? ticker?.last;
  return market === undefined || mark === undefined ? null : { market, mark };
}

// The page came with the highest taker rate; leverage is what the account has set.
function terms() {
  const set = state.account?.leverage?.[state.symbol];
  const leverage = Decimal.of(String(set ?? state.positions.get(state.symbol)?.leverage ?? 1));
  return { leverage: leverage.sign() > 0 ? leverage : ONE, rate: Decimal.of(form.dataset.taker) };
}

function draw() {
  const known = facts();
  const wish = read();
  form.dataset.side = wish.side;
  form.toggleAttribute("data-guest", state.token === null);
  find("#price-field").hidden = wish.type !== "limit";
  if (known === null) return;
  units(known.market);
  label(wish);
  const wrong = faults({ facts: known.market, ...wish });
  fault("qty", "#qty-fault", wrong.qty);
  fault("limit_price", "#price-fault", wrong.price);
  figures(known, wish);
  const free = state.portfolio?.available;
  write(find("#ticket-free"), free === undefined ? "\u2013" : split(free)[0]);
}

function units(market) {
  const [base, quote] = market.symbol.split("-");
  write(find('[data-unit="base"]', form), base);
  write(find('[data-unit="quote"]', form), quote);
  const shown = "0".repeat(placesOf(market.lot));
  attribute(form.elements.qty, "placeholder", shown === "" ? "0" : `0.${shown}`);
}

function label({ side, typedQty }) {
  const base = state.symbol.split("-")[0];
  const guest = state.token === null;
  const act = typedQty === "" ? `${words(side)} ${base}` : `${words(side)} ${typedQty} ${base}`;
  write(find("#send"), guest ? "Choose a name to trade" : act);
}

function fault(name, selector, text) {
  write(find(selector), text);
  attribute(form.elements[name], "aria-invalid", text === "" ? null : "true");
}

const CELLS = ["#est-price", "#est-value", "#est-fee", "#est-cost"];

function figures({ market, mark }, wish) {
  const limited = wish.type === "limit";
  write(find("#est-price-name"), limited ? "Limit price" : "Expected price");
  const ready = wish.qty !== null && wish.qty.sign() > 0 && (!limited || wish.limit?.sign() > 0);
  if (!ready) {
    for (const cell of CELLS) {
      delete find(cell).dataset.sum;
      write(find(cell), "\u2013");
    }
    return;
  }
  const position = state.positions.get(state.symbol);
  const { leverage, rate } = terms();
  const all = { facts: market, book: state.book, mark, position, leverage, rate, ...wish };
  const made = estimate(all);
  sum(find("#est-price"), split(made.price.toString(), placesOf(market.tick)));
  sum(find("#est-value"), split(made.value.toString()));
  sum(find("#est-fee"), split(made.fee.toString()));
  sum(find("#est-cost"), split(made.cost.toString()));
}

function body() {
  const wish = read();
  if (wish.qty === null || state.account === null) return null;
  if (wish.type === "limit" && wish.limit === null) return null;
  const made = {
    account_id: state.account.account_id,
    symbol: state.symbol,
    side: wish.side,
    type: wish.type,
    qty: wish.qty.toString(),
  };
  return wish.type === "limit" ? { ...made, limit_price: wish.limit.toString() } : made;
}

function takeShare(text) {
  const known = facts();
  if (known === null) return;
  const wish = read();
  const { leverage, rate } = terms();
  const qty = affordable({
    facts: known.market,
    mark: known.mark,
    side: wish.side,
    limit: wish.limit,
    position: state.positions.get(state.symbol),
    free: Decimal.parse(state.portfolio?.available ?? "") ?? ZERO,
    percent: Decimal.of(text),
    leverage,
    rate,
  });
  form.elements.qty.value = qty.toString();
  changed();
}

async function send() {
  const order = body();
  if (busy || order === null) {
    if (order === null) missing();
    return;
  }
  working(true);
  try {
    await place(order);
    if (order.type === "limit") {
      const what = `${words(order.side)} ${grouped(order.qty)} ${order.symbol}`;
      const text = `${what} at ${grouped(order.limit_price)}`;
      toast("good", "Limit order accepted", text, { symbol: "check" });
    }
    form.elements.qty.value = "";
    changed();
  } catch (refused) {
    complain(refused, "Order refused");
    if (refused.fields?.length > 0) marked(refused);
  } finally {
    working(false);
  }
}

function marked(refused) {
  for (const { path = "", code } of refused.fields) {
    const price = path.includes("price");
    const text = explain(new Problem(refused.status, { code, detail: causes(refused) }));
    fault(price ? "limit_price" : "qty", price ? "#price-fault" : "#qty-fault", text);
  }
}

function missing() {
  const wish = read();
  const noPrice = wish.type === "limit" && wish.limit === null;
  const name = noPrice ? "limit_price" : "qty";
  const [place, text] = noPrice
    ? ["#price-fault", "Enter a price."]
    : ["#qty-fault", "Enter a quantity."];
  fault(name, place, text);
  form.elements[name].focus();
}

function working(on) {
  busy = on;
  const button = find("#send");
  button.disabled = on;
  button.classList.toggle("busy", on);
}

