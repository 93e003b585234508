"""Planted mistakes in portfolios and returns: each invariant must turn red under one at least.

A mutant is a changed line of one module, run beside the real one; the files stay as they are.
"""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from astracore.instants import Instant
from astracore.money import Freshness, QuoteSide, Snapshot, currency, rate
from astracore.verification.invariants import chain_links, never_overspends, parts_sum

ROOT = Path(__file__).parents[1] / "astracore"
D = Decimal
Module = Any  # whatever stands in the changed text


class Mutant(NamedTuple):
    """One change of one line, and the invariant that must see it."""

    module: str
    old: str
    new: str
    holds: Callable[[Module], bool]


def planted(module: str, old: str = "", new: str = "") -> Module:
    """The module with a changed line, imported apart."""
    path = ROOT / (module.replace(".", "/") + ".py")
    text = path.read_text(encoding="utf-8")
    assert not old or text.count(old) == 1, (
        f"{module}: {old!r} stands there {text.count(old)} times"
    )
    apart = ModuleType(f"planted.{module}")
    code = compile(text.replace(old, new) if old else text, str(path), "exec")
    exec(code, apart.__dict__)  # noqa: S102 - our own text, one line of it changed
    return apart


def lines(module: Module) -> tuple[Any, ...]:
    """Two coins to buy, one to sell, all with fees."""
    rows = (("A", "0", "7", "0.5", "3"), ("B", "0", "11", "0.5", "1"), ("C", "100", "5", "0", "1"))
    return tuple(
        module.Line(asset=a, held=D(h), price=D(p), weight=D(w), lot=D(lot), fee=D("0.02"))
        for a, h, p, w, lot in rows
    )


def spends_what_is_there(module: Module) -> bool:
    """One sale is too small for its market, so that the purchases have to share less."""
    rows = (("A", "0", "1", "0.5", "1", "0"), ("B", "0", "1", "0.5", "1", "0"),
            ("C", "0.6", "100", "0", "1", "1000"), ("D", "0.6", "1", "0", "1", "0"))  # fmt: skip
    known = tuple(
        module.Line(asset=a, held=D(h), price=D(p), weight=D(w), lot=D(lot), fee=D("0.1"),
                    least_worth=D(least))
        for a, h, p, w, lot, least in rows
    )  # fmt: skip
    plan = module.rebalance(known, D("100")).unwrap()
    sold = {order.asset for order in plan.orders if order.quantity < 0}
    paid = [order.worth + order.fee for order in plan.orders]
    return never_overspends(D("100"), paid) and not sold and bool(plan.cash >= 0)


def asks_once(module: Module) -> bool:
    known = lines(module)
    plan = module.rebalance(known, D("20000")).unwrap()
    moved = {order.asset: order.quantity for order in plan.orders}
    after = tuple(
        module.Line(asset=one.asset, held=one.held + moved.get(one.asset, D(0)), price=one.price,
                    weight=one.weight, lot=one.lot, fee=one.fee)
        for one in known
    )  # fmt: skip
    return bool(plan.orders) and not module.rebalance(after, plan.cash).unwrap().orders


def parts_are_the_whole(module: Module) -> bool:
    first = module.Earned(capital=D(3), gains={"A": D(1), "B": D(1), "C": D(-4)})
    second = module.Earned(capital=D(7), gains={"A": D(2), "B": D(-1)})
    found = module.contributions((first, second), step=D("0.01")).unwrap()
    growth = (1 - Fraction(2, 3)) * (1 + Fraction(1, 7)) - 1
    near = abs(Fraction(found.total) - growth) <= Fraction(1, 200)
    return near and parts_sum(found.total, tuple(found.parts.values()))


def is_worth_less_to_close(module: Module) -> bool:
    seen = rate("EUR", "USD", bid=D(1), ask=D(2), at=Instant(0)).unwrap()
    terms = {"snapshot": Snapshot((seen,)), "fresh": Freshness(now=Instant(5), max_age=5)}
    held, target = {"EUR": D(-1)}, currency("USD").unwrap()
    low, middle = (
        module.value_in(held, target, side=side, **terms).unwrap()
        for side in (QuoteSide.BID, QuoteSide.MID)
    )
    whole = Fraction(middle.total) + middle.residue
    return bool(low.total < middle.total and whole == Fraction(-3, 2))


def knows_what_it_knew(module: Module) -> bool:
    class Told(NamedTuple):
        position: int
        occurred_at: Instant
        recorded_at: Instant

    log = (Told(2, Instant(1), Instant(9)), Told(1, Instant(2), Instant(2)))
    then = module.events_at(log, module.as_known_then(Instant(5)))
    now = module.events_at(log, module.as_known_now(Instant(5), Instant(9)))
    late = module.corrections(log, Instant(5), Instant(9))
    return (then, now, late) == (log[1:], log[::-1], log[:1])


def returns_its_price(module: Module) -> bool:
    flows = [(0, "-100"), (365, "55"), (365, "55")]
    told = tuple(module.DatedFlow(day=day, amount=D(amount)) for day, amount in flows)
    found = module.xirr(told).value_or(D(9))
    twice = module.irr((D(-100), D(230), D(-132))).swap().value_or(None)
    return abs(found - D("0.1")) < D("1E-15") and getattr(twice, "found", 0) == 2


def chains(module: Module) -> bool:
    rows = (("100", "110", "1"), ("200", "150", "0"), ("7", "8", "2"))
    periods = tuple(module.SubPeriod(begin=D(b), end=D(e), income=D(i)) for b, e, i in rows)
    parts = [module.time_weighted((one,)).unwrap() for one in periods]
    flow = module.WeighedFlow(amount=D(50), after=D(10))
    dietz = module.modified_dietz(D(100), D(165), (flow,), length=D(30)).unwrap()
    whole = module.time_weighted(periods).unwrap()
    right = abs(Fraction(dietz) - 15 / (100 + Fraction(100, 3))) < Fraction(1, 10**20)
    exact = Fraction(111, 100) * Fraction(150, 200) * Fraction(10, 7) - 1
    near = abs(Fraction(whole) - exact) < Fraction(1, 10**20)
    return right and near and chain_links(parts, whole, Fraction(1, 10**20))


def is_best(module: Module) -> bool:
    """Against all portfolios of tenths."""
    risk = ((D(12), D(3), D(-7)), (D(3), D(55), D(18)), (D(-7), D(18), D(27)))
    means = (D(6), D(-3), D(-6))
    model = module.MeanVariance(means=means, aversion=D("0.5"))
    found = module.weights_of(model, risk).unwrap()

    def utility(weights: tuple[Any, ...]) -> Fraction:
        w = [Fraction(each) for each in weights]
        gained = sum(each * Fraction(mean) for each, mean in zip(w, means, strict=True))
        places = range(len(w))
        risked = sum(w[i] * Fraction(risk[i][j]) * w[j] for i in places for j in places)
        return Fraction(gained) - Fraction(risked) / 4

    tenths = [Fraction(n, 10) for n in range(11)]
    others = ((a, b, 1 - a - b) for a in tenths for b in tenths if a + b <= 1)
    return min(found) >= 0 and all(
        utility(found) >= utility(other) - Fraction(1, 10**9) for other in others
    )


def counts_the_worst(module: Module) -> bool:
    book = module.Book(
        position=D(0), open_buys=D(0), open_sells=D(0), gross_beside=D(0), net_beside=D(0),
        equity=D(100), available=D(10**6), daily_loss=D(0), drawdown=D(0), orders=0,
        open_orders=0, losses=0,
    )  # fmt: skip
    order = module.ProposedOrder(symbol="A", quantity=D(10), price=D(11), margin=D(0), fee=D(1))
    facts = module.MarketFacts(mark=D(10), is_open=True)
    limits = [module.TradeLimits(leverage=D(most)) for most in ("1.235", "1.236")]
    answers = [module.check(order, book, facts, each) for each in limits]
    return [answer.swap().value_or(None) is None for answer in answers] == [False, True]


def follows_its_table(module: Module) -> bool:
    rows = (("100", "0.1"), ("200", "0.3"))
    table = module.risk_factors(
        tuple(module.RiskFactor(upper=D(u), factor=D(f)) for u, f in rows)
    ).unwrap()
    answers = [module.max_leverage_at(table, D(value)).unwrap() for value in ("100", "100.01")]
    margin = module.factored_margin(table, D("0.01"), unit=D("0.01")).unwrap()
    least = module.max_value_at(table, D(10)).unwrap()
    return (answers, margin, least) == ([D("10.00"), D("3.33")], D("0.01"), D(100))


def allows_the_larger(module: Module) -> bool:
    """At a leverage that both rows allow the larger bound counts."""
    rows = (("100", "0.1"), ("200", "0.3"))
    table = module.RiskFactors(tuple(module.RiskFactor(upper=D(u), factor=D(f)) for u, f in rows))
    return bool(module.max_value_at(table, D(3)).unwrap() == 200)


MUTANTS = [
    Mutant("portfolio.rebalancing", "left -= order.worth + order.fee", "left -= order.fee",
           spends_what_is_there),
    Mutant("portfolio.rebalancing", "* (ONE + move.line.fee)", "* ONE", spends_what_is_there),
    Mutant("portfolio.rebalancing", "slope += way * fee * weight", "slope += weight * 0",
           asks_once),
    Mutant("portfolio.rebalancing", "return _Move(line, int(lots))",
           "return _Move(line, round(lots))", spends_what_is_there),
    Mutant("portfolio.contributions", "share * growth", "share", parts_are_the_whole),
    Mutant("portfolio.contributions", "order[:left]", "order[: left - 1]", parts_are_the_whole),
    Mutant("portfolio.valuation", "if amount < 0 else side", "if amount > 0 else side",
           is_worth_less_to_close),
    Mutant("portfolio.valuation", "residue=whole - to_fraction(total)", "residue=whole",
           is_worth_less_to_close),
    Mutant("portfolio.history", "and one.recorded_at <= moment.known", "", knows_what_it_knew),
    Mutant("portfolio.history", "for position in sorted(found)", "for position in found",
           knows_what_it_knew),
    Mutant("portfolio.history", "if one.recorded_at > at", "if one.recorded_at >= at or True",
           knows_what_it_knew),
    Mutant("metrics.cashflows", "days.get(flow.day, ZERO) + flow.amount", "flow.amount",
           returns_its_price),
    Mutant("metrics.cashflows", "high = middle", "high = low", returns_its_price),
    Mutant("metrics.returns", "whole *= factor", "whole += factor - 1", chains),
    Mutant("metrics.returns", "flow.amount * (length - flow.after)", "flow.amount * flow.after",
           chains),
    Mutant("portfolio.construction", "if min(target) < 0", "if min(target) < -1", is_best),
    Mutant("portfolio.construction", "model.aversion * each", "each", is_best),
    Mutant("risk.pretrade", "- book.open_loss - through - order.fee", "- order.fee",
           counts_the_worst),
    Mutant("risk.pretrade", "- through - order.fee", "- through", counts_the_worst),
    Mutant("margin.risk_factors", "if value <= row.upper", "if value < row.upper",
           follows_its_table),
    Mutant("margin.risk_factors", "max(fitting, default=ZERO)", "min(fitting, default=ZERO)",
           allows_the_larger),
]  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS, ids=[f"{one.module}: {one.new}" for one in MUTANTS])
def test_mistakes_are_seen(mutant: Mutant) -> None:
    """The real module keeps the invariant, the changed one breaks it, or breaks down."""
    assert mutant.holds(planted(mutant.module))
    wrong = planted(mutant.module, mutant.old, mutant.new)
    try:
        assert not mutant.holds(wrong)
    except (ArithmeticError, ValueError, IndexError):
        return
