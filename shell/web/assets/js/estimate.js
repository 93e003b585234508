// What an order would cost, by the market's own facts and exact arithmetic. The server decides;
// this is what a person sees while typing.

import { Decimal, ONE, ZERO, larger, smaller } from "./decimal.js";
import { taken } from "./shapes.js";

const MICRO = Decimal.of("0.000001");
const HUNDRED = Decimal.of("100");
const NEARLY_ALL = Decimal.of("0.995"); // the mark may move while a market order is on its way

const held = (position) => (position === undefined ? ZERO : Decimal.of(position.qty));

// The part of a position that an order on `side` would close.
export function reducible(position, side) {
  const qty = held(position);
  const opposes = side === "sell" ? qty.sign() > 0 : qty.sign() < 0;
  return opposes ? qty.absolute() : ZERO;
}

// The price an order's reserve is counted at.
export function reference({ facts, mark, side, limit }) {
  if (limit !== null) return side === "sell" ? larger(limit, Decimal.of(mark)) : limit;
  const at = Decimal.of(mark);
  return side === "buy" ? at.times(ONE.plus(Decimal.of(facts.price_band))) : at;
}

// The largest quantity, in lots, that `percent` of the free money and the position allow.
export function affordable({ facts, mark, side, limit, position, free, percent, leverage, rate }) {
  const closing = reducible(position, side).times(percent).over(HUNDRED, 18);
  const at = reference({ facts, mark, side, limit });
  const each = at.over(leverage, 18).plus(at.times(rate));
  const spare = limit === null ? NEARLY_ALL : ONE;
  const money = free.times(spare).times(percent).over(HUNDRED, 18);
  const wanted = closing.sign() > 0 ? closing : money.over(each, 18) ?? ZERO;
  return smaller(wanted, Decimal.of(facts.max_qty)).floorTo(Decimal.of(facts.lot));
}

// Price, value, the highest fee, and the money that would be set aside until the order ends.
export function estimate({ facts, book, mark, side, limit, qty, position, leverage, rate }) {
  const levels = side === "buy" ? book?.asks ?? [] : book?.bids ?? [];
  const walk = limit === null ? taken(levels, qty) : { value: qty.times(limit), whole: true };
  const value = walk.whole ? walk.value : qty.times(Decimal.of(mark));
  const price = value.over(qty, 8);
  const fee = value.times(rate).ceilTo(MICRO);
  const opening = larger(ZERO, qty.minus(reducible(position, side)));
  const at = reference({ facts, mark, side, limit });
  const locked = opening.times(at);
  const margin = locked.over(leverage, 18).ceilTo(MICRO);
  const cost = margin.plus(locked.times(rate).ceilTo(MICRO));
  return { price, value, fee, cost, whole: walk.whole };
}

// Which field is wrong by the market's filters, in words; empty when none.
export function faults({ facts, qty, limit, typedQty, typedLimit, type }) {
  const found = { qty: "", price: "" };
  if (typedQty !== "") found.qty = quantityFault(facts, qty);
  if (type === "limit" && typedLimit !== "") {
    if (limit === null || limit.sign() === 0) found.price = "That is not a price.";
    else if (!limit.isMultipleOf(Decimal.of(facts.tick))) {
      found.price = `Prices here move in steps of ${facts.tick}.`;
    }
  }
  return found;
}

function quantityFault(facts, qty) {
  const { lot, min_qty: least, max_qty: most } = facts;
  if (qty === null || qty.sign() === 0) return "That is not a quantity.";
  if (!qty.isMultipleOf(Decimal.of(lot))) return `Quantities here move in steps of ${lot}.`;
  if (qty.compare(Decimal.of(least)) < 0) return `The smallest quantity is ${least}.`;
  if (qty.compare(Decimal.of(most)) > 0) return `The largest quantity is ${most}.`;
  return "";
}
