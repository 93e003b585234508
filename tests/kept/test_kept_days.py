"""Whole days of billing and of the market, drawn from a seed: every word that was said in them.

The words stand in `days_told.txt`; a rule that is changed on purpose writes them anew with
`python -m tests.kept.test_kept_days`, and whoever reads the change sees each figure move.
"""

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from astracore.revenue.subscriptions.subscription import SUBSCRIPTION
from astracore.verification.billing.house import House
from astracore.verification.billing.year import simulated
from property_tests.bazaar_histories import DEEDS, STEPS, Day
from property_tests.bazaar_opening import opened
from tests.kept.telling import changes, keep, kept, words

FILE = Path(__file__).with_name("days_told.txt")
BILLING, MARKET = 34, (27, 15, 63, 22)  # seeds whose days know the most different events


def billing(seed: int) -> str:
    """Three customers, 130 days."""
    year = simulated(seed, customers=3, days=130)
    return house_told(year.house)


def house_told(house: House) -> str:
    lines = [f"{one.stream.key}: {words(one.event)}" for one in house.log]
    lines += [f"refused: {words(ask)} {words(why)}" for ask, why in house.refused]
    lines += [
        f"= {stream.category} {stream.key}: {changes(state, SUBSCRIPTION.initial)}"
        if stream.category == SUBSCRIPTION.name
        else f"= {stream.category} {stream.key}: {words(state)}"
        for stream, state in sorted(house.states.items(), key=lambda one: str(one[0]))
    ]
    return "\n".join(lines)


def market(seed: int) -> str:
    """What each deed came to, then what was told of each token, listing and auction."""
    day = Day(opened(), random.Random(seed))
    names = tuple(DEEDS)
    asked = day.dice.choices(names, [DEEDS[one][1] for one in names], k=STEPS)
    lines = [f"{name} {DEEDS[name][0](day)}".strip() for name in asked]
    bazaar = day.bazaar
    for key, events in bazaar.log.items():
        lines += [f"{key}: {words(event)}" for event in events]
    for held in (bazaar.tokens, bazaar.listings, bazaar.auctions, bazaar.sellers):
        lines += [f"= {key}: {words(one)}" for key, one in held.items()]
    lines += [f"= {account} {words(amount)} {unit}" for (account, unit), amount in books(day)]
    return "\n".join(lines)


def books(day: Day) -> list[tuple[tuple[str, str], object]]:
    return sorted(day.bazaar.books.items(), key=lambda one: one[0])


DAYS: dict[str, Callable[[], str]] = {
    f"billing of {BILLING}": partial(billing, BILLING),
    **{f"market of {seed}": partial(market, seed) for seed in MARKET},
}


@pytest.mark.parametrize("name", DAYS)
def test_every_word_is_kept(name: str) -> None:
    assert DAYS[name]() == kept(FILE)[name]


def test_no_day_is_forgotten() -> None:
    assert list(kept(FILE)) == list(DAYS)


if __name__ == "__main__":
    keep(FILE, {name: day() for name, day in DAYS.items()})
