"""Checking an order before it is sent, and grading limits: ours beside a plain loop.

The same twenty limits on both sides, in one run: `astracore.risk.pretrade.check` over two rooms of
ten (the account's and the house's), and a dict of Decimals with the same comparisons. Then 10,000
limits graded (utilisation, status, level), once all and once only those that changed.
"""

import gc
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from astracore.risk.limits import Thresholds, level, status, utilisation
from astracore.risk.pretrade import Book, MarketFacts, ProposedOrder, TradeLimits, check

CHECKS = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
GRADED = 10_000
CHANGED = 100
RUNS = 3
GRADES = ("warning", "0.8"), ("critical", "0.95"), ("breached", "1")

ORDER = ProposedOrder(
    symbol="ETH-USD", quantity=Decimal("1.5"), price=Decimal("2010.55"), margin=Decimal("150.8")
)
BOOK = Book(
    position=Decimal("3.25"),
    open_buys=Decimal("0.75"),
    open_sells=Decimal("0.5"),
    gross_beside=Decimal(25_000),
    net_beside=Decimal(-4_000),
    equity=Decimal(60_000),
    available=Decimal(30_000),
    daily_loss=Decimal("0.01"),
    drawdown=Decimal("0.04"),
    orders=7,
    open_orders=12,
    losses=1,
)
MARKET = MarketFacts(mark=Decimal("2000.10"), is_open=True, collar=Decimal("0.05"))
ROOMS = tuple(
    TradeLimits(
        position=Decimal(10) * wide,
        gross=Decimal(100_000) * wide,
        net=Decimal(50_000) * wide,
        leverage=Decimal(5) * wide,
        concentration=Decimal("0.9"),
        daily_loss=Decimal("0.05") * wide,
        drawdown=Decimal("0.2") * wide,
        orders=60 * wide,
        open_orders=200 * wide,
        losses=10 * wide,
    )
    for wide in (1, 2)
)
FIELDS = tuple(each.name for each in TradeLimits.__attrs_attrs__)  # type: ignore[attr-defined]
PLAIN_ORDER = {"quantity": ORDER.quantity, "price": ORDER.price, "margin": ORDER.margin}
PLAIN_BOOK = {each.name: getattr(BOOK, each.name) for each in Book.__attrs_attrs__}  # type: ignore[attr-defined]
PLAIN_ROOMS = tuple({name: getattr(room, name) for name in FIELDS} for room in ROOMS)


def checked() -> bool:
    """Twenty limits, ours: a Result for each room, with every breach and the warnings."""
    return all(check(ORDER, BOOK, MARKET, room).value_or(None) is not None for room in ROOMS)


def plain() -> bool:
    """What one writes without a library: no reasons, no warnings, no care for NaN or digits."""
    book, order = PLAIN_BOOK, PLAIN_ORDER
    mark, collar = MARKET.mark, MARKET.collar
    for room in PLAIN_ROOMS:
        position = book["position"] + book["open_buys"] + order["quantity"]
        value = position * max(mark, order["price"])
        gross, net = book["gross_beside"] + abs(value), abs(book["net_beside"] + value)
        used = {
            "position": abs(position),
            "gross": gross,
            "net": net,
            "leverage": gross / book["equity"],
            "concentration": abs(value) / gross,
            "daily_loss": book["daily_loss"],
            "drawdown": book["drawdown"],
            "orders": book["orders"] + 1,
            "open_orders": book["open_orders"] + 1,
            "losses": book["losses"],
        }
        if collar is not None and order["price"] > mark * (1 + collar):
            return False
        if order["margin"] > book["available"]:
            return False
        for name, amount in used.items():
            if amount > room[name]:
                return False
    return True


USED = [(Decimal(place * 7919 % 10_007) / 100, Decimal(100)) for place in range(GRADED)]
MARKS = Thresholds()


def graded(rows: list[tuple[Decimal, Decimal]]) -> int:
    """How many of the limits are breached: utilisation, status and level of each, checked."""
    breached = 0
    for used, limit in rows:
        share = utilisation(used, limit).unwrap()
        breached += status(share, MARKS).unwrap() == "breached"
        level(share).unwrap()
    return breached


def plainly_graded(rows: list[tuple[Decimal, Decimal]]) -> int:
    """The same grades by bare division and comparison."""
    breached = 0
    warning, critical, full = (Decimal(bound) for _, bound in GRADES)
    low, high = Decimal("0.5"), Decimal("0.8")
    for used, limit in rows:
        share = used / limit
        reached = sum(share >= bound for bound in (warning, critical, full))
        breached += reached == len(GRADES)
        _ = sum(share >= bound for bound in (low, high, full))
    return breached


def best(work: Callable[[], object]) -> float:
    """The shortest of a few runs, in seconds."""
    times = []
    for _ in range(RUNS):
        gc.collect()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def repeated(work: Callable[[], object]) -> Callable[[], None]:
    """`work` as often as there are checks."""

    def run() -> None:
        for _ in range(CHECKS):
            work()

    return run


def main() -> None:
    assert checked() is plain() is True
    assert graded(USED) == plainly_graded(USED)
    print(f"{'what':44}{'us each':>10}{'to plain':>10}")
    ours, bare = best(repeated(checked)) / CHECKS, best(repeated(plain)) / CHECKS
    print(f"{'20 limits, plain dict-and-Decimal loop':44}{bare * 1e6:>10.2f}{1:>10.2f}")
    print(f"{'20 limits, two checks with every reason':44}{ours * 1e6:>10.2f}{ours / bare:>10.2f}")
    rows = (
        (f"{GRADED} limits graded, plain", best(lambda: plainly_graded(USED))),
        (f"{GRADED} limits graded, checked", best(lambda: graded(USED))),
        (f"{CHANGED} changed of {GRADED}, checked", best(lambda: graded(USED[:CHANGED]))),
    )
    print(f"\n{'what':44}{'ms':>10}{'to plain':>10}{'below 1 ms':>12}")
    for name, seconds in rows:
        verdict = "yes" if seconds < 1e-3 else "no"
        print(f"{name:44}{seconds * 1e3:>10.2f}{seconds / rows[0][1]:>10.2f}{verdict:>12}")


if __name__ == "__main__":
    main()
