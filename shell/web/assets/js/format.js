// Text for eyes. Every digit the server sent is kept; only grouping and padding are added.

import { Decimal } from "./decimal.js";

const MINUS = "\u2212";

export function grouped(text, places = 0) {
  const negative = text.startsWith("-");
  const [whole, tail = ""] = (negative ? text.slice(1) : text).split(".");
  const head = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = tail.padEnd(places, "0");
  return (negative ? MINUS : "") + (rest === "" ? head : `${head}.${rest}`);
}

// A sum in two parts: what one reads first, and the exact rest in small print.
export function split(text, places = 2) {
  const whole = grouped(text, places);
  const point = whole.indexOf(".");
  if (point < 0) return [whole, ""];
  return [whole.slice(0, point + 1 + places), whole.slice(point + 1 + places)];
}

export function signed(text, places = 2) {
  const value = Decimal.parse(text);
  return value !== null && value.sign() > 0 ? `+${grouped(text, places)}` : grouped(text, places);
}

// How many digits stand behind the point of a tick or lot such as "0.001".
export const placesOf = (step) => (step.split(".")[1] ?? "").length;

export const price = (text, tick) => grouped(text, placesOf(tick));

// A fraction of one as percent with two digits, cut; the sign says the direction.
export function percent(fraction) {
  const shown = new Decimal(fraction.units * 100n, fraction.scale).over(Decimal.of("1"), 2);
  return `${signed(shown.toString(), 2)}%`;
}

// 1234567.8 -> "1.23M": cut, not rounded, for volumes that only have to give an idea.
export function brief(text) {
  const whole = text.split(".")[0];
  const steps = [["B", 9], ["M", 6], ["K", 3]];
  for (const [unit, zeros] of steps) {
    if (whole.length > zeros) {
      const head = whole.slice(0, -zeros);
      const digits = Math.max(0, 3 - head.length);
      const tail = whole.slice(-zeros).slice(0, digits);
      return tail === "" ? `${head}${unit}` : `${head}.${tail}${unit}`;
    }
  }
  const [head, tail = ""] = text.split(".");
  const kept = tail.slice(0, Math.max(0, 4 - head.length));
  return kept === "" ? head : `${head}.${kept}`;
}

const two = (number) => String(number).padStart(2, "0");

export function clock(instant) {
  const at = new Date(instant);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

export function day(instant) {
  const at = new Date(instant);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

export const moment = (instant) => `${day(instant)} ${clock(instant)}`;

const WORDS = new Map([["ioc", "IOC"], ["fok", "FOK"], ["gtc", "GTC"], ["pusd", "PUSD"]]);

export const words = (code) =>
  WORDS.get(code) ?? (code.charAt(0).toUpperCase() + code.slice(1)).replaceAll("_", " ");
