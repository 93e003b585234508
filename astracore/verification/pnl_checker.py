"""Checks a certificate of profit and loss. Standard library alone, and its own arithmetic.

Give it the text of the certificate and the text of the fills (one JSON list a line: trade id,
side, quantity, price, fee). It answers "" when the certificate is true, else what is not.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from fractions import Fraction

NUMBER = re.compile(r"-?[0-9]{1,200}(\.[0-9]{1,200})?", re.ASCII)
KEYS = {"version", "kind", "multiplier", "step", "mark", "fills", "sha256", "steps", "total"}
Sums = tuple[Fraction, Fraction, Fraction, Fraction]


def number(text: object) -> Fraction:
    """A decimal in plain notation."""
    if not isinstance(text, str) or NUMBER.fullmatch(text) is None:
        raise TypeError(f"{text!r} is no number")
    return Fraction(text)


def nearest(value: Fraction, step: Fraction) -> Fraction:
    """`value` to a multiple of `step`, half to even: Fraction's own rounding."""
    return round(value / step) * step


def worth(record: dict[str, object], qty: Fraction, price: Fraction) -> Fraction:
    """What a signed quantity is worth at a price."""
    multiplier, step = number(record["multiplier"]), number(record["step"])
    if record["kind"] == "inverse":
        return nearest(qty * multiplier / price, step)
    return qty * multiplier * price


def sums_after(record: dict[str, object], lines: list[str]) -> Iterator[Sums]:
    """Quantity, cost, realised and fees after every fill."""
    way = -1 if record["kind"] == "inverse" else 1
    qty = cost = realised = fees = Fraction(0)
    seen: dict[str, str] = {}
    for line in lines:
        trade, side, *numbers = json.loads(line)
        size, price, fee = (number(text) for text in numbers)
        known = seen.get(trade)
        if known not in (None, line) or side not in {"buy", "sell"} or min(size, price) <= 0:
            raise TypeError(f"trade {trade} is stated otherwise before, or is no trade")
        seen[trade] = line
        signed = Fraction(0) if known else size if side == "buy" else -size
        closing = -max(-abs(qty), min(abs(qty), signed)) if qty * signed < 0 else Fraction(0)
        if closing:  # signed like the position
            whole = abs(closing) == abs(qty)
            left = cost if whole else nearest(cost * closing / qty, number(record["step"]))
            realised += way * (worth(record, closing, price) - left)
            cost -= left
        cost += worth(record, signed + closing, price) if signed + closing else 0
        qty, fees = qty + signed, fees + (0 if known else fee)
        yield qty, cost, realised, fees


def check(certificate: str, fills: str) -> str:
    """What is wrong with `certificate` for these `fills`; "" when nothing is."""
    try:
        record = json.loads(certificate)
        return verdict(record, fills)
    except (ValueError, TypeError, KeyError, RecursionError) as cause:
        return f"unreadable: {cause}"


def verdict(record: dict[str, object], fills: str) -> str:
    """Compare hash, count, every stated step and the total."""
    if set(record) != KEYS or record["version"] != "1":
        return "other fields than those of version 1"
    if hashlib.sha256(fills.encode()).hexdigest() != record["sha256"]:
        return "these are other fills"
    lines = fills.splitlines()
    found = list(sums_after(record, lines))
    steps = record["steps"]
    if not isinstance(steps, list) or record["fills"] != str(len(lines)):
        return "the number of fills is wrong"
    if lines and (not steps or steps[-1][0] != str(len(lines))):
        return "the last step is missing"
    for count, *stated in steps:
        place = int(count)
        if not 0 < place <= len(lines) or tuple(map(number, stated)) != found[place - 1]:
            return f"the sums after {count} fills are wrong"
    way = -1 if record["kind"] == "inverse" else 1
    qty, cost, realised, fees = found[-1] if found else (Fraction(0),) * 4
    floating = way * (worth(record, qty, number(record["mark"])) - cost)
    if number(record["total"]) != realised + floating - fees:
        return "the total is wrong"
    return ""
