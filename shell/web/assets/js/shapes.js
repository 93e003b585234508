// From the server's rows to what the page draws. Sums stay text; only screen positions are numbers.

import { Decimal, ONE, ZERO } from "./decimal.js";

export const SPANS = {
  "1m": 60_000,
  "5m": 300_000,
  "15m": 900_000,
  "1h": 3_600_000,
  "4h": 14_400_000,
  "1d": 86_400_000,
};

export function candle(row, interval) {
  const { open, high, low, close, volume } = row;
  const raw = { open, high, low, close, volume };
  return {
    at: Date.parse(row.open_time),
    span: SPANS[interval],
    open: Number(row.open),
    high: Number(row.high),
    low: Number(row.low),
    close: Number(row.close),
    volume: Number(row.volume),
    raw,
  };
}

// A trade moves the candle that is being made; the server's own candle replaces it when closed.
export function grown(candles, print, interval) {
  const span = SPANS[interval];
  const at = Math.floor(Date.parse(print.at) / span) * span;
  const last = candles[candles.length - 1];
  if (last !== undefined && at < last.at) return candles;
  const before = last !== undefined && last.at === at ? last : null;
  const raw = before === null ? fresh(print) : merged(before.raw, print);
  const row = candle({ ...raw, open_time: new Date(at).toISOString() }, interval);
  return before === null ? [...candles, row] : [...candles.slice(0, -1), row];
}

const fresh = ({ price, qty }) =>
  ({ open: price, high: price, low: price, close: price, volume: qty });

function merged(raw, { price, qty }) {
  const now = Decimal.of(price);
  return {
    open: raw.open,
    high: now.compare(Decimal.of(raw.high)) > 0 ? price : raw.high,
    low: now.compare(Decimal.of(raw.low)) < 0 ? price : raw.low,
    close: price,
    volume: Decimal.of(raw.volume).plus(Decimal.of(qty)).toString(),
  };
}

export function placed(candles, row) {
  const at = candles.findIndex((known) => known.at === row.at);
  if (at >= 0) return candles.with(at, row);
  return [...candles, row].sort((left, right) => left.at - right.at);
}

// What a position would bring at the mark: qty × mark − cost, exactly.
export function unrealised(position, mark) {
  return Decimal.of(position.qty).times(Decimal.of(mark)).minus(Decimal.of(position.cost));
}

export function entry(position) {
  if (typeof position.entry_price === "string") return Decimal.of(position.entry_price);
  const cost = Decimal.of(position.cost);
  return cost.over(Decimal.of(position.qty), 8) ?? ZERO;
}

// Equity and unrealised at the newest marks: what is settled, and every open position anew.
export function alive(portfolio, positions, tickers) {
  let open = ZERO;
  for (const position of positions.values()) {
    const mark = tickers.get(position.symbol)?.mark ?? position.mark;
    open = open.plus(unrealised(position, mark));
  }
  const settled = Decimal.of(portfolio.equity).minus(Decimal.of(portfolio.unrealised));
  return { equity: settled.plus(open), unrealised: open };
}

// What taking `qty` from these levels costs: value, and whether the levels were enough.
export function taken(levels, qty) {
  let left = qty;
  let value = ZERO;
  for (const [price, size] of levels) {
    const part = left.compare(Decimal.of(size)) < 0 ? left : Decimal.of(size);
    value = value.plus(part.times(Decimal.of(price)));
    left = left.minus(part);
    if (left.sign() <= 0) return { value, whole: true };
  }
  return { value, whole: false };
}

export const share = (part, whole) => {
  const cut = Decimal.of(part).over(Decimal.of(whole), 4) ?? ZERO;
  return cut.compare(ONE) > 0 ? 1 : Math.max(0, cut.toPixels());
};
