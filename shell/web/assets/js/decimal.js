// Exact decimals on BigInt: a count of units and how many digits stand behind the point.
// Money on this page is text from the server or one of these; it is never a JavaScript number.

const GRAMMAR = /^-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,18})?$/;

const power = (places) => 10n ** BigInt(places);

export class Decimal {
  constructor(units, scale) {
    this.units = units;
    this.scale = scale;
    Object.freeze(this);
  }

  // Text by the server's grammar, or null: no exponent, no sign but minus, no spaces.
  static parse(text) {
    if (typeof text !== "string" || !GRAMMAR.test(text)) return null;
    const [whole, tail = ""] = text.split(".");
    return new Decimal(BigInt(whole + tail), tail.length);
  }

  // What a person types: ".5", "5." and "1,000.5" are meant well.
  static typed(text) {
    let plain = String(text).trim().replaceAll(",", "").replaceAll(" ", "");
    if (plain.endsWith(".")) plain = plain.slice(0, -1);
    if (plain.startsWith(".")) plain = `0${plain}`;
    plain = plain.replace(/^0+(?=[0-9])/, "");
    const value = Decimal.parse(plain);
    return value !== null && value.sign() < 0 ? null : value;
  }

  static of(text) {
    const value = Decimal.parse(text);
    if (value === null) throw new TypeError(`not a decimal: ${text}`);
    return value;
  }

  rescaled(scale) {
    return this.units * power(scale - this.scale);
  }

  plus(other) {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(this.rescaled(scale) + other.rescaled(scale), scale);
  }

  minus(other) {
    return this.plus(other.negated());
  }

  times(other) {
    return new Decimal(this.units * other.units, this.scale + other.scale);
  }

  negated() {
    return new Decimal(-this.units, this.scale);
  }

  absolute() {
    return this.units < 0n ? this.negated() : this;
  }

  sign() {
    if (this.units === 0n) return 0;
    return this.units < 0n ? -1 : 1;
  }

  compare(other) {
    return this.minus(other).sign();
  }

  // The quotient cut toward zero after `places` digits; null when the divisor is zero.
  over(other, places) {
    if (other.units === 0n) return null;
    const top = this.units * power(other.scale + places);
    return new Decimal(top / (other.units * power(this.scale)), places);
  }

  // The largest multiple of `step` not above this one.
  floorTo(step) {
    return step.times(new Decimal(this.steps(step).floor, 0));
  }

  // The smallest multiple of `step` not below this one.
  ceilTo(step) {
    const { floor, exact } = this.steps(step);
    return step.times(new Decimal(exact ? floor : floor + 1n, 0));
  }

  isMultipleOf(step) {
    return this.steps(step).exact;
  }

  steps(step) {
    const scale = Math.max(this.scale, step.scale);
    const mine = this.rescaled(scale);
    const size = step.rescaled(scale);
    const cut = mine / size;
    const exact = cut * size === mine;
    return { exact, floor: !exact && mine < 0n ? cut - 1n : cut };
  }

  // Plain notation without surplus zeros, as the server writes it.
  toString() {
    const digits = (this.units < 0n ? -this.units : this.units)
      .toString()
      .padStart(this.scale + 1, "0");
    const cut = digits.length - this.scale;
    const tail = digits.slice(cut).replace(/0+$/, "");
    const text = tail === "" ? digits.slice(0, cut) : `${digits.slice(0, cut)}.${tail}`;
    return this.units < 0n ? `-${text}` : text;
  }

  // For pixels only: where on the screen something goes, never what it is worth.
  toPixels() {
    return Number(this.toString());
  }
}

export const ZERO = new Decimal(0n, 0);
export const ONE = new Decimal(1n, 0);

export const smaller = (left, right) => (left.compare(right) <= 0 ? left : right);
export const larger = (left, right) => (left.compare(right) >= 0 ? left : right);
