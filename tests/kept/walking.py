"""Walks: commands drawn from a menu by a seed, most of them at the edge of a rule, all kept."""

import random
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from astracore.events.decider import Decider
from astracore.instants import DAY, HOUR, MINUTE, SECOND, Instant
from tests.kept.telling import Tale

START = Instant(1_772_625_600_000_000)  # 2026-03-04T12:00:00Z
WAITS = (0, 0, 0, 1, SECOND, 30 * SECOND, 5 * MINUTE, 15 * MINUTE, HOUR, DAY - 1, DAY, 7 * DAY)
Loose: TypeAlias = Any  # fields of commands that are drawn
Asked: TypeAlias = Callable[["Dice"], object]  # makes a command
TheDecider: TypeAlias = Decider[Any, Any, Any, Any]


class Dice:
    """What is drawn, and what time it is."""

    def __init__(self, seed: int, waits: Sequence[int] = WAITS) -> None:
        self.random = random.Random(seed)
        self.waits = tuple(waits)
        self.now = START

    def one(self, *values: Any) -> Any:  # noqa: ANN401 - whatever is offered
        """One of these."""
        return values[self.random.randrange(len(values))]

    def odd(self, *values: Any) -> Any:  # noqa: ANN401 - whatever is offered
        """The first, mostly: so that of many fields few are odd at once."""
        return values[0] if self.random.randrange(4) else self.one(*values)

    def wait(self) -> Instant:
        """Let some time pass."""
        self.now = Instant(self.now.micros + self.one(*self.waits))
        return self.now


def walk(
    decider: TheDecider,
    menu: Sequence[Asked],
    *,
    seed: int,
    steps: int = 120,
    waits: Sequence[int] = WAITS,
    initial: object | None = None,
) -> str:
    """`steps` commands of the menu to one stream, what it says to each, and how it ends."""
    tale, dice = Tale(), Dice(seed, waits)
    if initial is not None:
        tale.put(decider, "it", initial)
    for step in range(steps):
        dice.wait()
        asked = dice.one(*menu) if step else menu[0]  # what makes the rest possible comes first
        tale.ask(decider, "it", asked(dice))
    tale.stand()
    return tale.text()


def walk_all(
    decider: TheDecider,
    menu: Sequence[Asked],
    *seeds: int,
    steps: int = 60,
    waits: Sequence[int] = WAITS,
    initial: object | None = None,
) -> str:
    """Several short walks, each from the beginning: long ones get lost in ends."""
    return "\n".join(
        walk(decider, menu, seed=seed, steps=steps, waits=waits, initial=initial) for seed in seeds
    )
