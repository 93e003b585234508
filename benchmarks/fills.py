"""Folding fills: our checked apply_contract_fill, our fold, a plain loop, nautilus_trader.

The same fills for all, in one run; prints microseconds a fill and the ratio to the plain loop.
nautilus_trader is measured where it is installed: `./run bench` installs it for this file alone.
"""

import gc
import importlib.util
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from astracore.trading.contracts.contract_positions import (
    ContractFill,
    ContractPosition,
    apply_contract_fill,
)
from astracore.trading.contracts.folds import fold_fills
from astracore.trading.contracts.kinds import Contract
from astracore.trading.types import Side

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
CHECKED = 50_000
PEER = 2_000  # it looks through all known trades at each fill, so its cost grows with them
RUNS = 3


def made(count: int) -> list[ContractFill]:
    """Fills around one price that grow, shrink, close and flip a position."""
    fills, state = [], 7
    for number in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        side = Side.BUY if state >> 63 else Side.SELL
        qty = Decimal((state >> 40) % 1000 + 1).scaleb(-3)
        price = Decimal((state >> 20) % 2000 + 9000).scaleb(-2)
        fee = Decimal((state >> 10) % 100).scaleb(-4)
        fills.append(ContractFill(trade_id=str(number), side=side, qty=qty, price=price, fee=fee))
    return fills


def plain_loop(rows: list[dict[str, object]]) -> Decimal:
    """What one writes without a library: no checks, no duplicates, rounding by accident."""
    book = {"qty": Decimal(0), "cost": Decimal(0), "realised": Decimal(0), "fees": Decimal(0)}
    for row in rows:
        qty, price = row["qty"], row["price"]
        signed = qty if row["side"] == "buy" else -qty  # type: ignore[operator]
        book["fees"] += row["fee"]  # type: ignore[operator]
        held = book["qty"]
        if held == 0 or (held > 0) == (signed > 0):  # type: ignore[operator]
            book["qty"] += signed  # type: ignore[operator]
            book["cost"] += signed * price  # type: ignore[operator]
            continue
        closed = min(qty, abs(held))  # type: ignore[type-var]
        removed = book["cost"] * closed / abs(held)  # type: ignore[operator]
        sign = 1 if held > 0 else -1
        book["realised"] += sign * closed * price - removed  # type: ignore[operator]
        book["cost"] -= removed
        book["qty"] += signed  # type: ignore[operator]
        opened = qty - closed  # type: ignore[operator]
        if opened:
            book["cost"] = (1 if signed > 0 else -1) * opened * price  # type: ignore[operator]
    return book["realised"]


def checked(fills: list[ContractFill]) -> Decimal:
    """One value and one Result for every fill, with cycles, fees by asset and known trades."""
    position = ContractPosition()
    for fill in fills:
        position = apply_contract_fill(position, fill).unwrap().position
    return position.realised


def nautilus(fills: list[ContractFill]) -> Callable[[], object] | None:
    """Position.apply of nautilus_trader on the same fills; None where it is not installed."""
    if importlib.util.find_spec("nautilus_trader") is None:
        return None
    from benchmarks.peers.nautilus_fills import applied, events  # noqa: PLC0415

    told = events(fills)
    return lambda: applied(told)


def best(work: Callable[[], object]) -> float:
    """The shortest of a few runs, in seconds."""
    times = []
    for _ in range(RUNS):
        gc.collect()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    fills = made(COUNT)
    few = fills[:CHECKED]
    rows: list[dict[str, object]] = [
        {"side": one.side.value, "qty": one.qty, "price": one.price, "fee": one.fee}
        for one in fills
    ]
    folded = fold_fills(Contract(), few).unwrap()
    assert folded.realised == checked(few)
    measured = [
        ("plain dict-and-Decimal loop", COUNT, best(lambda: plain_loop(rows))),
        ("fold_fills", COUNT, best(lambda: fold_fills(Contract(), fills).unwrap())),
        ("apply_contract_fill, checked", len(few), best(lambda: checked(few))),
    ]
    peer = nautilus(few[:PEER])
    if peer is not None:
        measured.append(("nautilus_trader Position.apply", PEER, best(peer)))
    plain = measured[0][2] / COUNT
    print(f"{'what':34}{'fills':>10}{'us each':>10}{'to plain':>10}")
    for name, count, seconds in measured:
        each = seconds / count
        print(f"{name:34}{count:>10}{each * 1e6:>10.3f}{each / plain:>10.2f}")


if __name__ == "__main__":
    main()
