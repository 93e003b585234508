"""Long random histories of a whole account, cheaper than a stateful search and reaching further.

Run as a script: `python -m property_tests.random_histories 10000` tells how many held.
"""

import random
import sys
from collections.abc import Callable

from astracore.trading.orders.groups import GroupKind, Release
from astracore.trading.types import CashKind, Liquidity, MarginMode, Side
from property_tests.test_account_whole import PLAIN_TYPES, WholeAccount

EVENTS = 200
FEES = ("own", "given", "third", "base", "fine")
REPORTS = ("ack", "ack", "cancel", "expire", "refuse", "ask", "query")


def history(seed: int, events: int = EVENTS) -> WholeAccount:
    """One history of at least `events` events; raises where something does not hold."""
    dice = random.Random(seed)  # noqa: S311 - histories, not secrets
    machine = WholeAccount()
    machine.begin(
        dice.choice(("PUSD", "PUSD", "BTC")),
        hedging=dice.random() < 0.3,
        crossed=dice.random() < 0.3,
        leverage=dice.randint(1, 15),
    )
    machine.world.restores = False
    steps = weighed(machine, dice)
    for _ in range(6 * events):
        dice.choice(steps)()
        machine.world.orders_hold()
        if len(machine.world.events) >= events:
            break
    machine.world.ends_well()
    return machine


def weighed(machine: WholeAccount, dice: random.Random) -> list[Callable[[], None]]:
    """What may happen next, fills and orders more often than the rest."""

    def pick() -> int:
        return dice.randint(0, 10**6)

    def near() -> int:
        return dice.randint(-40, 40)

    def side() -> Side:
        return dice.choice(tuple(Side))

    def place() -> None:
        kind, size = dice.choice(PLAIN_TYPES), dice.randint(1, 400)
        machine.place(pick(), kind, side(), size, near(), near())

    def place_list() -> None:
        kind, release = dice.choice(tuple(GroupKind)), dice.choice(tuple(Release))
        machine.place_list(pick(), kind, side(), dice.randint(1, 200), release)

    def fill() -> None:
        how = dice.choice(tuple(Liquidity)), dice.choice(FEES)
        machine.fill(pick(), dice.randint(1, 3), near() // 4, *how)

    def move() -> None:
        machine.move(pick(), dice.choice((near(), near(), dice.randint(-200, 200))), 0)

    reports: list[Callable[[], None]] = [lambda: machine.report(pick(), dice.choice(REPORTS))]
    return [
        place,
        place,
        place_list,
        fill,
        fill,
        fill,
        fill,
        fill,
        move,
        *reports,
        *seldom(machine, dice),
    ]


def seldom(machine: WholeAccount, dice: random.Random) -> list[Callable[[], None]]:
    """What happens once in a while."""

    def pick() -> int:
        return dice.randint(0, 10**6)

    def near() -> int:
        return dice.randint(-40, 40)

    def side() -> Side:
        return dice.choice(tuple(Side))

    def some() -> int | None:
        return dice.choice((None, near()))

    def reset() -> None:
        if not (machine.world.state.orders or machine.world.state.positions):
            machine.reset()

    return [
        lambda: machine.report(pick(), dice.choice(REPORTS)),
        lambda: machine.scale(pick(), side(), dice.randint(1, 200), 3, 2),
        lambda: machine.amend(pick(), dice.randint(1, 400), near()),
        lambda: machine.protect(pick(), some(), some(), some()),
        lambda: machine.fund(pick(), dice.randint(-300, 300)),
        lambda: machine.cash(dice.randint(-50_000, 50_000), dice.choice(tuple(CashKind))),
        lambda: machine.margin(pick(), dice.randint(-500_000, 500_000)),
        lambda: machine.close(pick(), whole=dice.random() < 0.5),
        lambda: machine.margin_mode(pick(), dice.choice(tuple(MarginMode))),
        lambda: machine.cancel_all(opening=dice.random() < 0.8),
        reset,
    ]


def main() -> None:
    """Try as many seeds as the first argument says."""
    for seed in range(int(sys.argv[1])):
        history(seed)
    sys.stdout.write(f"{sys.argv[1]} histories of {EVENTS} events hold\n")


if __name__ == "__main__":
    main()
