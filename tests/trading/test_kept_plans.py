"""Sliced orders at the paper venue: what is due when, what is taken, how it ends."""

from typing import Any

import pytest
from attrs import evolve

from astracore.instants import SECOND, Instant
from astracore.trading.orders.terms import OrderTerms, Schedule
from astracore.trading.types import OrderType, TimeInForce
from astracore.trading.venue.funding import due_since
from astracore.trading.venue.paper import VenueOrder
from astracore.trading.venue.scheduling import due_by, target_by
from property_tests.trading_makers import ETH, NOW, D
from tests.trading.stories import BUY
from tests.trading.test_kept_paper import (
    OPEN,
    START,
    T,
    book,
    depth,
    order,
    rests,
    sent,
    short,
    through,
    traded,
)


def plan(kind: OrderType, qty: str = "10", **fields: Any) -> VenueOrder:  # noqa: ANN401
    """A sliced buy over thirty seconds."""
    usual = {"start": NOW, "end": Instant(NOW.micros + 30 * SECOND)}
    terms = OrderTerms(schedule=Schedule(**{**usual, **fields}))
    return order("o", BUY, qty, type=kind, tif=TimeInForce.GTD, terms=terms)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (plan(T.TWAP, slices=3), ["3.3333", "", "3.3333", "", "3.3334", "", ""]),
        (plan(T.VWAP, weights=(D(3), D(1))), ["7.5", "", "", "2.5", "", "", ""]),
        (plan(T.POV, start=None, participation=D("0.2")), ["1", "1", "1", "1", "1", "1", "1 over"]),
        (plan(T.TWAP, slices=2, start=Instant(NOW.micros + 10 * SECOND)),
         ["", "", "5", "", "5", "", ""]),
    ],
)  # fmt: skip
def test_plans(one: VenueOrder, expected: list[str]) -> None:
    """A look every five seconds, each time 4 were traded: what is taken, and how it ends."""
    venue = through(OPEN, (sent(one),))[0]
    taken = []
    for tick in range(7):
        deep = book("9@1", "100@11")
        venue, said = through(venue, (traded("10", "4", deep, at=5 * tick * SECOND),))
        words = [part.split()[2].partition("@")[0] if "@" in part else "over"
                 for part in said.split("; ") if part]  # fmt: skip
        taken.append(" ".join(words))
    assert taken == expected
    assert venue.resting == {}


def test_a_plan_takes_what_there_is() -> None:
    """Less than is due now, the rest with the next look; nothing without a price it accepts."""
    one = plan(T.TWAP, slices=2)
    venue = through(OPEN, (sent(one),))[0]
    venue, said = through(venue, (traded("10", "1", book("", "3@11 1@12")),))
    assert (said, depth(venue)) == ("o buy 3@11 taker; o buy 1@12 taker", " | ")
    venue, said = through(venue, (traded("10", "1", book("", "3@11")),))
    assert (said, rests(venue), depth(venue)) == ("o buy 1@11 taker", "o:5/10@-", " | 2@11")
    venue, said = through(venue, (traded("10", "1", book("", "3@11")),))
    assert (said, depth(venue)) == ("", " | 3@11")
    venue, said = through(venue, (traded("10"),))
    assert (said, depth(venue)) == ("", "none")
    venue, said = through(venue, (traded("10", books=book("", "2@11"), at=30 * SECOND),))
    assert (said, rests(venue)) == ("o buy 2@11 taker; gone o schedule_over", "")
    bound = evolve(one, protective_price=D(10))
    venue, said = through(OPEN, (sent(bound), traded("10", books=book())))
    assert (said, rests(venue)) == ("", "o:0/10@-")
    left = through(OPEN, (sent(one), sent(order("p", BUY, "1", "9")), traded("10", books=book())))
    assert rests(left[0]) == "o:5/10@- p:0/1@9"


def test_a_plan_that_is_done_at_its_end_is_not_over() -> None:
    deep = book("9@1", "100@11")
    one = (sent(plan(T.TWAP, slices=2)), traded("10", "4", deep, at=30 * SECOND))
    venue, said = through(OPEN, one)
    assert (said, rests(venue)) == ("o buy 10@11 taker", "")


def test_funding_is_due_at_every_interval() -> None:
    """The shortest is a microsecond; none is of an instrument without funding."""
    assert [one.micros for one in due_since(Instant(5), Instant(7), 1)] == [5, 6, 7]
    assert due_since(Instant(5), Instant(7), 0) == ()
    assert due_since(Instant(5), Instant(7), -1) == ()


def test_what_is_due() -> None:
    """Less than the least quantity waits, but for the last slice."""
    one = evolve(plan(T.TWAP, "0.0015", slices=3), executed=D(0))
    whens = [Instant(NOW.micros + at * SECOND) for at in (-1, 0, 10, 20)]
    assert [short(due_by(one, at, ETH)) for at in whens] == ["0", "0", "0.001", "0.0015"]
    most = evolve(one, executed=D("0.001"))
    assert [short(due_by(most, at, ETH)) for at in whens] == ["0", "0", "0", "0.0005"]
    share = plan(T.POV, "1", start=None, participation=D("0.5"))
    seen = [target_by(evolve(share, volume=D(v)), NOW, ETH) for v in ("0.5", "1", "2")]
    assert [(short(target), last) for target, last in seen] == [
        ("0.5", False),
        ("1", True),
        ("1", True),
    ]
    assert [last for _, last in (target_by(one, at, ETH) for at in whens[1:])] == [
        False,
        False,
        True,
    ]
    mixed = plan(T.TWAP, "3", slices=3, participation=D("0.5"))
    assert target_by(evolve(mixed, volume=D(9)), NOW, ETH) == (D(1), False)
    halves = (plan(T.TWAP, slices=3, start=None), plan(T.TWAP, slices=3, end=None))
    for broken in (order("o", BUY, "1"), plan(T.POV), plan(T.TWAP), plan(T.VWAP), *halves):
        assert target_by(broken, whens[3], ETH)[0] == 0


def test_a_book_without_a_print_is_a_market() -> None:
    quotes = evolve(START.markets["ETH-USD"], book=book())
    start = evolve(START, markets={"ETH-USD": quotes})
    assert through(start, (sent(order("o", BUY, "1")),))[1] == "ack o paper-o; o buy 1@11 taker"
