"""The corners of the folds: what comes twice, what comes before its beginning, what ends how."""

from decimal import Decimal
from typing import TypeVar

import pytest
from attrs import evolve

from astracore.catalog.examples import example
from astracore.events.envelope import Envelope, StreamId
from astracore.gamification.events import LevelUp, StreakBroken, XpGained
from astracore.ids import CommandId, EventId, UserId
from astracore.instants import Instant
from astracore.ledger.entries import Book
from astracore.policies.postings import grant_credits
from astracore.projections.finance import RevenueRow
from astracore.projections.game import PROGRESS, XP_BOARD, XP_HISTORY, placed
from astracore.projections.orders import ORDERS, OrderEvent
from astracore.projections.people import USERS
from astracore.projections.portfolio import PORTFOLIO, PortfolioEvent
from astracore.projections.streams import by_stream
from astracore.projections.trades import CLOSED_POSITIONS, FILLS, POSITIONS, marked
from astracore.trading.events import (
    AccountOpened,
    AccountStatusChanged,
    LeverageSet,
    OrderAccepted,
    OrderAcknowledged,
    OrderCancelled,
    OrderCancelRefused,
    OrderExpired,
    OrderRejected,
    OrderReserveChanged,
    PositionClosed,
    TradeExecuted,
)
from astracore.trading.types import AccountStatus, OrderStatus
from astracore.users.events import UserRegistered

E = TypeVar("E")
AT = Instant(1_000_000)


def told(event: E) -> Envelope[E]:
    """`event` as it would lie in a log."""
    return Envelope(
        event_id=EventId("event"),
        type="",
        schema_version=1,
        stream=StreamId("test", "key"),
        version=1,
        position=1,
        occurred_at=AT,
        recorded_at=AT,
        correlation_id="",
        causation_id="",
        command_id=CommandId("command"),
        actor="test",
        config_version="1",
        producer="test",
        event=event,
    )


def test_what_comes_twice_is_seen_once() -> None:
    registered = told(example(UserRegistered))
    user = USERS.evolve(None, registered, "")
    assert USERS.evolve(user, evolve(registered, occurred_at=Instant(9)), "") == user
    gained = told(example(XpGained))
    award = XP_HISTORY.evolve(None, gained, "")
    assert XP_HISTORY.evolve(award, evolve(gained, occurred_at=Instant(9)), "") == award
    fill = FILLS.evolve(None, told(example(TradeExecuted)), "")
    assert FILLS.evolve(fill, told(evolve(example(TradeExecuted), fee=Decimal(9))), "") == fill
    closed = CLOSED_POSITIONS.evolve(None, told(example(PositionClosed)), "")
    assert CLOSED_POSITIONS.evolve(closed, told(example(PositionClosed)), "") == closed


def test_nothing_is_known_before_its_beginning() -> None:
    assert ORDERS.evolve(None, told(example(OrderAcknowledged)), "") is None
    assert PORTFOLIO.evolve(None, told(example(LeverageSet)), "") is None


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (example(OrderCancelled), OrderStatus.CANCELLED),
        (example(OrderRejected), OrderStatus.REJECTED),
        (example(OrderExpired), OrderStatus.EXPIRED),
        (evolve(example(OrderCancelRefused), status=OrderStatus.OPEN), OrderStatus.OPEN),
    ],
)
def test_how_orders_end_and_do_not_end(event: OrderEvent, status: OrderStatus) -> None:
    accepted = ORDERS.evolve(None, told(example(OrderAccepted)), "")
    after = ORDERS.evolve(accepted, told(event), "")
    assert after is not None
    assert after.status is status
    assert (after.reserve == 0) == (status is not OrderStatus.OPEN)


def test_a_reserve_that_grows_is_shown() -> None:
    accepted = ORDERS.evolve(None, told(example(OrderAccepted)), "")
    more = evolve(example(OrderReserveChanged), reserve=Decimal(77))
    after = ORDERS.evolve(accepted, told(more), "")
    assert after is not None
    assert after.reserve == 77


def test_an_account_shows_its_status_its_leverage_and_its_reserves() -> None:
    row = PORTFOLIO.evolve(None, told(example(AccountOpened)), "")
    events: tuple[PortfolioEvent, ...] = (
        evolve(example(AccountStatusChanged), status=AccountStatus.FROZEN),
        evolve(example(LeverageSet), leverage=5),
        evolve(example(OrderReserveChanged), reserve=Decimal(3)),
    )
    for event in events:
        row = PORTFOLIO.evolve(row, told(event), "")
    assert row is not None
    assert (row.status, dict(row.leverage)) == (AccountStatus.FROZEN, {"ETH-USD": 5})
    assert row.reserved == 3


def test_a_position_without_margin_has_no_return_on_it() -> None:
    trade = evolve(example(TradeExecuted), margin_change=Decimal(0))
    row = POSITIONS.evolve(None, told(trade), "")
    assert row is not None
    assert marked(row, Decimal(2000)).unwrap().roe is None


def test_progress_starts_nameless_where_registration_is_not_known() -> None:
    level = told(evolve(example(LevelUp), user_id=UserId("u"), credits=30))
    row = PROGRESS.evolve(None, level, "u")
    assert row is not None
    assert (row.username, row.credits_earned) == ("", 30)
    broken = PROGRESS.evolve(evolve(row, streak=4), told(example(StreakBroken)), "u")
    assert broken is not None
    assert (broken.streak, broken.multiplier) == (0, Decimal(1))
    contender = XP_BOARD.evolve(None, told(example(XpGained)), "u")
    assert contender is not None
    assert contender.username == ""
    assert placed((), 3, 3) == ()


def test_a_level_pays_credits_into_the_wallet() -> None:
    (command,) = grant_credits(told(evolve(example(LevelUp), user_id=UserId("u"), credits=30)))
    assert command.book is Book.GAME
    assert [(line.account, line.amount) for line in command.entry.lines] == [
        ("issued", Decimal(30)),
        ("wallet/u", Decimal(-30)),
    ]
    assert grant_credits(told(evolve(example(LevelUp), credits=0))) == ()


def test_streams_add_up_their_days() -> None:
    day = RevenueRow(
        book=Book.PRACTICE,
        stream="transaction_fees",
        currency="PUSD",
        day="2026-03-04",
        amount=Decimal("0.1"),
        entries=1,
    )
    (total,) = by_stream((day, evolve(day, day="2026-03-05", amount=Decimal("0.2"))))
    assert (total.stream, total.currency, total.amount) == (
        "transaction_fees",
        "PUSD",
        Decimal("0.3"),
    )
