"""Planted mistakes in the ground floor: each must turn an oracle red, or the oracle is blind.

The mutated packages are imported afresh from changed sources, in memory; the files stay as they
are and the real modules are put back afterwards.
"""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

from astracore.instants import Instant
from astracore.verification import invariants
from astracore.verification.oracles import fair_parts, nearest_multiple

ROOT = Path(__file__).parents[1]
ROOMS = ("astracore.numeric", "astracore.money", "astracore.market")
VALUES = (
    "0",
    "0.5",
    "-0.5",
    "1.5",
    "2.5",
    "-2.5",
    "0.25",
    "7.49",
    "-7.51",
    "15.2",
    "10.2",
    "99.99",
)
STEPS = ("1", "0.5", "0.12", "3", "0.01")
RANGES = {
    "u128": (0, 2**128 - 1),
    "u256": (0, 2**256 - 1),
    "i64": (-(2**63), 2**63 - 1),
    "felt": (0, 2**251 + 17 * 2**192),
}
RATIOS = ((1, 1, 1), (30, 20, 40, 40), (0, 3, 3, 0), (1, 1, 3, 1), (75, 25))


class Mutant(NamedTuple):
    """One change of one line of one module."""

    module: str
    old: str
    new: str


class Ground(NamedTuple):
    """The three packages, freshly imported."""

    numeric: ModuleType
    money: ModuleType
    market: ModuleType


class Planter(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Serves one module from a changed text."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(
        self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self.mutant.module:
            return None
        return importlib.util.spec_from_loader(name, self)

    def exec_module(self, module: ModuleType) -> None:
        file = ROOT / (self.mutant.module.replace(".", "/") + ".py")
        source = file.read_text()
        assert source.count(self.mutant.old) == 1, f"{self.mutant.old!r} is not there once"
        changed = source.replace(self.mutant.old, self.mutant.new)
        exec(compile(changed, str(file), "exec"), module.__dict__)  # noqa: S102


def is_ground(name: str) -> bool:
    return any(name == room or name.startswith(room + ".") for room in ROOMS)


@contextmanager
def planted(mutant: Mutant | None) -> Iterator[Ground]:
    """The ground floor with `mutant` in it; everything is as before afterwards."""
    kept = {name: module for name, module in sys.modules.items() if is_ground(name)}
    parent = sys.modules["astracore"]
    attributes = {room: getattr(parent, room.rpartition(".")[2], None) for room in ROOMS}
    finder = Planter(mutant) if mutant else None
    for name in kept:
        del sys.modules[name]
    if finder:
        sys.meta_path.insert(0, finder)
    try:
        yield Ground(*(importlib.import_module(room) for room in ROOMS))
    finally:
        if finder:
            sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if is_ground(name)]:
            del sys.modules[name]
        sys.modules.update(kept)
        for room, module in attributes.items():
            setattr(parent, room.rpartition(".")[2], module)


def rounding_is_defined(ground: Ground) -> bool:
    numeric = ground.numeric
    for rule in numeric.Rounding:
        for value, step in ((Decimal(v), Decimal(s)) for v in VALUES for s in STEPS):
            answer = numeric.round_to(value, step, rule)
            expected = nearest_multiple(Fraction(value), Fraction(step), rule.value)
            if expected is None:
                if answer.value_or(None) is not None:
                    return False
                continue
            found = answer.unwrap()
            kept = invariants.residue_kept(value, found.value, found.residue)
            if Fraction(found.value) != expected or not kept:
                return False
    return True


def digits_are_counted(ground: Ground) -> bool:
    numeric = ground.numeric
    rounding = numeric.Rounding.HALF_EVEN
    dp = numeric.round_dp(Decimal(1251), -2, rounding).unwrap().value
    significant = numeric.round_significant(Decimal("0.012345"), 3, rounding).unwrap().value
    scaled = numeric.to_scaled(Decimal("1.23"), 2).value_or(None)
    zero = numeric.up(Decimal("-0.0"), 2)
    return (
        dp == 1300
        and significant == Decimal("0.0123")
        and scaled == 123
        and invariants.no_negative_zero(zero)
        and numeric.to_scaled(Decimal("1.234"), 2).value_or(None) is None
        and numeric.bounded(Decimal("9E+29"))
        and not numeric.bounded(Decimal("1E+30"))
    )


def felts_come_back(ground: Ground) -> bool:
    numeric = ground.numeric
    for width in numeric.Width:
        least, greatest = RANGES[width.value]
        for value in (least, greatest, 1, greatest // 3):
            felts = numeric.to_felts(value, width).value_or(())
            if numeric.from_felts(felts, width).value_or(None) != value:
                return False
        for value in (least - 1, greatest + 1):
            if numeric.to_felts(value, width).value_or(None) is not None:
                return False
    return True


def sums_are_sums(ground: Ground) -> bool:
    money = ground.money
    usd = money.currency("USD").unwrap()
    for a, b in ((Decimal(x), Decimal(y)) for x in VALUES for y in VALUES):
        left, right = money.Money(a, "USD"), money.Money(b, "USD")
        pairs = (
            (money.add, Fraction(a) + Fraction(b)),
            (money.subtract, Fraction(a) - Fraction(b)),
            (money.compare, Fraction((a > b) - (a < b))),
        )
        for function, expected in pairs:
            answer = function(left, right).value_or(None)
            if answer is None or Fraction(getattr(answer, "amount", answer)) != expected:
                return False
        if money.add(left, money.Money(b, "EUR")).value_or(None) is not None:
            return False
        if b:
            rule = ground.numeric.Rounding.HALF_UP
            parts = money.divide(left, b, currency=usd, rule=rule).unwrap()
            exact = nearest_multiple(Fraction(a) / Fraction(b), Fraction(1, 100), "HALF_UP")
            if Fraction(parts.amount) != exact:
                return False
    most = money.Money(Decimal("9E+29"), "USD")
    return money.add(most, most).value_or(None) is None


def settling_keeps_what_it_cuts(ground: Ground) -> bool:
    money = ground.money
    usd = money.currency("USD").unwrap()
    value = money.Money(Decimal("1.239"), "USD")
    for occasion, rule in money.RULES.items():
        done = money.settle_for(occasion, value, usd).unwrap()
        wanted = nearest_multiple(Fraction(value.amount), Fraction(1, 100), rule.value)
        kept = done.posted.amount + done.residue.amount
        if kept != value.amount or Fraction(done.posted.amount) != wanted:
            return False
    return money.to_minor_units(value, usd).value_or(None) is None


def parts_are_fair(ground: Ground) -> bool:
    money = ground.money
    cent = Decimal("0.01")
    for amount in ("100", "-100", "0.02", "0.05", "0"):
        for weights in RATIOS:
            ratios = [Fraction(weight) for weight in weights]
            whole = money.Money(Decimal(amount), "USD")
            parts = money.allocate_largest_remainder(whole, cent, ratios).unwrap()
            expected = fair_parts(Fraction(amount), Fraction(cent), ratios)
            if tuple(Fraction(part.amount) for part in parts) != expected:
                return False
            floors = money.allocate_with_remainder(whole, cent, ratios).unwrap()
            rest = [*(part.amount for part in floors.parts), floors.remainder.amount]
            if not invariants.parts_sum(whole.amount, rest):
                return False
    one = money.Money(Decimal(1), "USD")
    usd = money.currency("USD").unwrap()
    refused = money.split(one, [Decimal("0.5"), Decimal("0.4")], usd).value_or(None) is None
    ragged = money.Money(Decimal("0.001"), "USD")
    return (
        refused
        and money.allocate_largest_remainder(ragged, cent, [Fraction(1)]).value_or(None) is None
    )


def quoted(money: ModuleType, base: str, quote: str, bid: str, ask: str) -> object:
    sides = {"bid": Decimal(bid), "ask": Decimal(ask)}
    return money.rate(base, quote, **sides, at=Instant(0)).unwrap()


def exchange_never_gains(ground: Ground) -> bool:
    money = ground.money
    snapshot = money.Snapshot(
        (
            quoted(money, "EUR", "USD", "1.0998", "1.1002"),
            quoted(money, "USD", "JPY", "149.9", "150.1"),
            quoted(money, "EUR", "AUD", "1.6", "1.7"),
            quoted(money, "AUD", "CHF", "0.5", "0.6"),
            quoted(money, "CHF", "JPY", "170", "171"),
        )
    )
    return _crosses_are_products(money, snapshot) and _conversions_are_directed(money, snapshot)


def _crosses_are_products(money: ModuleType, snapshot: object) -> bool:
    bid, mid, ask = money.QuoteSide.BID, money.QuoteSide.MID, money.QuoteSide.ASK
    plain, same = money.SideRule.CONSERVATIVE, money.SideRule.SAME
    table = (
        ("EUR", "USD", bid, plain, Fraction("1.0998")),
        ("EUR", "USD", ask, plain, Fraction("1.1002")),
        ("EUR", "USD", mid, plain, Fraction("1.1")),
        ("USD", "EUR", bid, plain, 1 / Fraction("1.1002")),
        ("USD", "EUR", ask, plain, 1 / Fraction("1.0998")),
        ("USD", "EUR", bid, same, 1 / Fraction("1.0998")),
        ("EUR", "JPY", bid, plain, Fraction("1.0998") * Fraction("149.9")),
        ("JPY", "EUR", mid, plain, 1 / (Fraction("1.1") * 150)),
    )
    fresh = money.Freshness(Instant(60), 60)
    for source, target, side, rule, expected in table:
        found = money.cross_rate(
            snapshot, source, target, side=side, side_rule=rule, fresh=fresh
        ).value_or(None)
        if found is None or found.factor != expected:
            return False
    late = money.cross_rate(
        snapshot, "EUR", "USD", side=bid, fresh=money.Freshness(Instant(61), 60)
    )
    crossed = money.rate("A", "B", bid=Decimal(2), ask=Decimal(1), at=Instant(0))
    return late.value_or(None) is None and crossed.value_or(None) is None


def _conversions_are_directed(money: ModuleType, snapshot: object) -> bool:
    fresh = money.Freshness(Instant(60), 60)
    usd = money.currency("USD").unwrap()
    value = money.Money(Decimal(1230), "EUR")
    wanted = {"credit": "1352.75", "debit": "1353.25", "report": "1353.00"}
    for purpose in money.Purpose:
        done = money.convert(
            value, money.Quote, usd, snapshot=snapshot, purpose=purpose, fresh=fresh
        ).value_or(None)
        if done is None or done.posted.amount != Decimal(wanted[purpose.value]):
            return False
    return True


def orders_keep_the_rules(ground: Ground) -> bool:
    market = ground.market
    rules = market.Filters(
        price=market.PriceFilter(tick=Decimal("0.1"), minimum=Decimal("0.05")),
        lot=market.LotFilter(step=Decimal("0.3"), minimum=Decimal("0.1"), maximum=Decimal(10)),
        notional=market.NotionalFilter(minimum=Decimal(20), maximum=Decimal(500)),
        band=market.BandFilter(low=Decimal("0.9"), high=Decimal("1.1")),
    )
    held = market.market("A-B", "A", "B", rules).unwrap()

    def normal(quantity: str, price: str | None, *, sell: bool = False) -> object:
        role = market.PriceRole.LIMIT_SELL if sell else market.PriceRole.LIMIT_BUY
        draft = market.Draft(quantity=Decimal(quantity), price=price and Decimal(price), role=role)
        order = market.normalise_order(held, draft, reference=Decimal(100)).value_or(None)
        return None if order is None else (str(order.quantity), str(order.price))

    table = (
        (normal("1.2", "100.11"), ("1.0", "100.05")),
        (normal("1.2", "100.11", sell=True), ("1.0", "100.15")),
        (normal("1.2", None), ("1.0", "None")),
        (normal("0.05", "100"), None),
        (normal("10.5", "40"), None),
        (normal("1", "89"), None),
        (normal("1", "111"), None),
        (normal("7", "100"), None),
        (normal("0.1", "100"), None),
        (normal("-1", "100"), None),
    )
    return all(found == expected for found, expected in table)


CHECKS = (
    rounding_is_defined,
    digits_are_counted,
    felts_come_back,
    sums_are_sums,
    settling_keeps_what_it_cuts,
    parts_are_fair,
    exchange_never_gains,
    orders_keep_the_rules,
)
ROUNDING, CHAIN = "astracore.numeric.rounding", "astracore.numeric.chain"
AMOUNTS, ALLOCATION = "astracore.money.amounts", "astracore.money.allocation"
RATES, CONVERSION = "astracore.money.rates", "astracore.money.conversion"
FILTERS, NORMALISE = "astracore.market.filters", "astracore.market.normalise"
MUTANTS = (
    Mutant(ROUNDING, "half = int(EXACT.compare_signal(EXACT.add(rest, rest), unit))", "half = 1"),
    Mutant(ROUNDING, "return truncated % 5 == 0", "return truncated % 10 == 0"),
    Mutant(ROUNDING, "return truncated % 2 == 1", "return truncated % 2 == 0"),
    Mutant(
        ROUNDING,
        "negative = (numerator < 0) is not (denominator < 0)",
        "negative = numerator < 0",
    ),
    Mutant(ROUNDING, "EXACT.subtract(value, nearest)", "EXACT.subtract(nearest, value)"),
    Mutant(ROUNDING, "digits - 1 - value.adjusted()", "digits - value.adjusted()"),
    Mutant(ROUNDING, "return answer or answer.copy_abs()", "return answer"),
    Mutant(CHAIN, "value > bounds.greatest and bounds.least < 0", "bounds.least > 0"),
    Mutant(CHAIN, "Bounds(0, 2**128 - 1)", "Bounds(0, 2**128)"),
    Mutant(AMOUNTS, "left.amount + right.amount", "left.amount - right.amount"),
    Mutant(
        AMOUNTS,
        "if left.asset != right.asset:\n        return Failure(AssetMismatch(left.asset, "
        "right.asset))\n    return _within(left.amount + right.amount",
        "if False:\n        return Failure(AssetMismatch(left.asset, "
        "right.asset))\n    return _within(left.amount + right.amount",
    ),
    Mutant(AMOUNTS, "amount.copy_abs() >= CEILING", "amount.copy_abs() > CEILING * 10"),
    Mutant(AMOUNTS, "value.amount - posted, value.asset", "posted - value.amount, value.asset"),
    Mutant(ALLOCATION, "key=lambda index: -shares.cut[index]", "key=lambda index: index"),
    Mutant(ALLOCATION, "steps - sum(floors)", "0"),
    Mutant(ALLOCATION, "step.copy_negate() if amount.amount < 0 else step", "step"),
    Mutant(ALLOCATION, "if sum(ratios) != 1:", "if sum(ratios) > 1:"),
    Mutant(RATES, "(bid, ask) if side is QuoteSide.BID else (ask, bid)", "(bid, ask)"),
    Mutant(RATES, "return 1 / (wanted if side_rule", "return 1 / (other if side_rule"),
    Mutant(RATES, "return middle if forward else 1 / middle", "return middle"),
    Mutant(RATES, "> fresh.max_age:", "> fresh.max_age + 1:"),
    Mutant(RATES, "if bid > ask:", "if ask > bid * 9:"),
    Mutant(CONVERSION, "QuoteSide.ASK, RULES", "QuoteSide.BID, RULES"),
    Mutant(CONVERSION, "RULES[Occasion.FX_DEBIT]", "RULES[Occasion.FX_CREDIT]"),
    Mutant(FILTERS, "greatest != 0 and value > greatest)", "greatest != 0 and value < least)"),
    Mutant(FILTERS, "if notional < limits.minimum:", "if notional < 0:"),
    Mutant(FILTERS, "abs(price) * quantity * limits.multiplier", "abs(price) * limits.multiplier"),
    Mutant(NORMALISE, "quantity = grid.minimum + over", "quantity = over"),
    Mutant(NORMALISE, "found += band_breaches(filters, price, reference)", "pass"),
)  # fmt: skip


def test_the_checks_pass_without_a_mutant() -> None:
    with planted(None) as ground:
        assert [check.__name__ for check in CHECKS if not check(ground)] == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.module}:{mutant.new}"[:60])
def test_every_mutant_is_killed(mutant: Mutant) -> None:
    with planted(mutant) as ground:
        assert not all(check(ground) for check in CHECKS)


def test_the_real_modules_are_back() -> None:
    real = importlib.import_module("astracore.money.amounts")
    with planted(MUTANTS[0]) as ground:
        assert ground.money.add is not real.add
    assert importlib.import_module("astracore.money.amounts") is real
