"""Read models are folds: told at once or one by one, through their bytes, they say the same."""

import decimal
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astracore.events.projection import Change, Model, Projection, project
from astracore.gamification.events import LevelUp, XpGained
from astracore.gamification.ranks import Standing, competition, ordinal
from astracore.instants import Instant
from astracore.ledger.entries import Book
from astracore.ledger.events import JournalPosted
from astracore.ledger.state import signed_balance
from astracore.projections.finance import REVENUE, TRIAL_BALANCE
from astracore.projections.game import PROGRESS, XP_BOARD, XP_HISTORY, BoardRow, placed
from astracore.projections.orders import OPEN_ORDERS, ORDERS
from astracore.projections.people import USERS
from astracore.projections.portfolio import PORTFOLIO, valued
from astracore.projections.registry import MODELS
from astracore.projections.sorting import ascending, descending, newest_first
from astracore.projections.trades import CLOSED_POSITIONS, FILLS, POSITIONS, marked
from astracore.trading.events import OrderAccepted, PositionClosed, TradeExecuted
from astracore.trading.orders.states import FINAL
from astracore.trading.pnl import valuation
from astracore.trading.state import Account
from astracore.users.events import UserRegistered
from property_tests.game_house import House, houses, price_near
from tests.domains.held import among

R = TypeVar("R")
slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def rows(projection: Projection[Any, R], house: House) -> dict[str, R]:
    """The model folded in one go."""
    changes = project(projection, lambda _keys: {}, house.log).unwrap()
    return {
        one.key: projection.row.decode(one.body).unwrap() for one in changes if one.body is not None
    }


def stored(model: Model, house: House, chunk: int) -> dict[str, Change]:
    """The model as a store keeps it: `chunk` events at a time, rows only as bytes."""
    kept: dict[str, Change] = {}
    for start in range(0, len(house.log), chunk):
        bodies = {key: change.body for key, change in kept.items()}
        for change in model.fold(among(bodies), house.log[start : start + chunk]).unwrap():
            kept.pop(change.key, None)
            if change.body is not None:
                kept[change.key] = change
    return kept


def accounts(house: House) -> list[Account]:
    return [state for state in house.states.values() if isinstance(state, Account)]


@slow
@given(houses(), st.integers(1, 9))
def test_incremental_rebuilt_and_redelivered_models_are_equal(house: House, chunk: int) -> None:
    with decimal.localcontext(decimal.Context(prec=1, rounding=decimal.ROUND_UP)):
        hostile = {model.name: stored(model, house, chunk) for model in MODELS}
    for model in MODELS:
        assert hostile[model.name] == stored(model, house, len(house.log) + 1)


@slow
@given(houses())
def test_the_portfolio_is_the_account(house: House) -> None:
    seen = rows(PORTFOLIO, house)
    open_now, held_now = rows(OPEN_ORDERS, house), rows(POSITIONS, house)
    for account in accounts(house):
        row = seen[account.account_id]
        assert (row.cash, row.reserved, row.fees) == (account.cash, account.reserved, account.fees)
        assert (row.realised, row.insurance) == (account.realised, account.insurance)
        assert dict(row.positions) == dict(account.positions)
        assert set(row.reserves) == set(account.orders)
        marks = {symbol: price_near(symbol, 7) for symbol in account.positions}
        worth = valued(row, marks).unwrap()
        assert worth == valuation(account, marks).unwrap()
        assert worth.equity == row.initial_balance + row.realised + worth.unrealised - (
            row.fees - row.insurance
        )
        for order_id, order in account.orders.items():
            shown = open_now[order_id]
            assert (shown.status, shown.executed) == (order.status, order.executed)
            assert shown.reserve == order.reserve
        for symbol, held in account.positions.items():
            view = marked(held_now[f"{account.account_id}/{symbol}"], marks[symbol]).unwrap()
            assert (view.qty, view.margin) == (held.qty, held.margin)
    assert set(open_now) == {key for account in accounts(house) for key in account.orders}
    assert len(held_now) == sum(len(account.positions) for account in accounts(house))


@slow
@given(houses())
def test_orders_and_fills_are_what_was_told_of_them(house: House) -> None:
    events = [envelope.event for envelope in house.log]
    orders, fills = rows(ORDERS, house), rows(FILLS, house)
    assert set(orders) == {one.order_id for one in events if isinstance(one, OrderAccepted)}
    trades = [one for one in events if isinstance(one, TradeExecuted)]
    assert sorted(fills) == sorted(
        f"{one.account_id}/{one.order_id}/{one.fill_id}" for one in trades
    )
    for row in orders.values():
        own = [one for one in trades if one.order_id == row.order_id]
        assert row.executed == sum((one.qty for one in own), Decimal(0)) <= row.qty
        assert row.notional == sum((one.notional for one in own), Decimal(0))
        assert row.fees == sum((one.fee for one in own), Decimal(0))
        if own:
            value = sum((Fraction(one.qty) * Fraction(one.price) for one in own), Fraction(0))
            exact = value / Fraction(row.executed)
            assert row.average_price is not None
            assert abs(Fraction(row.average_price) - exact) <= Fraction(1, 2 * 10**8)
    closed = rows(CLOSED_POSITIONS, house)
    assert list(closed.values()) == [one for one in events if isinstance(one, PositionClosed)]


@slow
@given(houses())
def test_progress_and_history_say_what_happened(house: House) -> None:
    seen, history = rows(PROGRESS, house), rows(XP_HISTORY, house)
    gains = [one for one in house.log if isinstance(one.event, XpGained)]
    assert list(history) == [one.event_id for one in gains]
    for user_id, user in rows(USERS, house).items():
        row, state = seen[user_id], house.progress(user.user_id)
        assert (row.username, row.xp, row.streak) == (user.username, state.xp, state.streak.count)
        assert (row.streak_day, row.freezes) == (state.streak.last_day, state.streak.freezes)
        assert row.xp == sum(one.amount for one in history.values() if one.user_id == user_id)
        assert row.level_xp <= row.xp < row.next_level_xp
        ups = [
            one.event
            for one in house.log
            if isinstance(one.event, LevelUp) and one.event.user_id == user_id
        ]
        assert row.level == 1 + len(ups)
        assert row.credits_earned == sum(up.credits for up in ups)


@slow
@given(houses())
def test_the_board_is_the_sorted_list_of_players(house: House) -> None:
    """Invariant 48: fold = sort from scratch, by a key that sorts as text."""
    board = sorted(rows(XP_BOARD, house).values(), key=XP_BOARD.sort)
    reached: dict[str, tuple[int, Instant]] = {}
    for envelope in house.log:
        if isinstance(envelope.event, UserRegistered):
            reached[envelope.event.user_id] = (0, envelope.occurred_at)
        if isinstance(envelope.event, XpGained):
            reached[envelope.event.user_id] = (envelope.event.total_xp, envelope.occurred_at)
    standings = [
        Standing(score=Decimal(score), reached_at=at, user_id=user_id)
        for user_id, (score, at) in reached.items()
    ]
    ranks = dict(zip(reached, ordinal(standings), strict=True))
    assert {row.user_id: place for place, row in enumerate(board, start=1)} == ranks


board_rows = st.lists(
    st.builds(
        BoardRow,
        user_id=st.uuids().map(str),
        username=st.just("x"),
        score=st.integers(0, 4) | st.integers(0, 2**53),
        level=st.just(1),
        reached_at=st.integers(-5, 5).map(Instant),
    ),
    max_size=12,
    unique_by=lambda row: row.user_id,
)


@given(board_rows, st.data())
def test_a_page_of_the_board_has_the_ranks_of_the_whole(
    found: list[BoardRow], data: st.DataObject
) -> None:
    order = sorted(found, key=XP_BOARD.sort)
    standings = [
        Standing(score=Decimal(row.score), reached_at=row.reached_at, user_id=row.user_id)
        for row in order
    ]
    start = data.draw(st.integers(0, len(order)))
    above = sum(row.score > order[start].score for row in order) if start < len(order) else 0
    page = placed(tuple(order[start:]), start, above)
    assert tuple(row.rank for row in page) == ordinal(standings)[start:]
    shared = competition([one.score for one in standings])
    assert tuple(row.shared_rank for row in page) == shared[start:]


@slow
@given(houses())
def test_revenue_and_balances_are_the_sums_of_the_lines(house: House) -> None:
    posted = [one.event for one in house.log if isinstance(one.event, JournalPosted)]
    streams: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    places: dict[tuple[Book, str, str], Fraction] = defaultdict(Fraction)
    for entry in posted:
        for line in entry.lines:
            places[entry.book, line.account, line.currency] += Fraction(line.amount)
            if line.account == "transaction_fees":
                streams[line.account, str(entry.at)[:10]] -= Fraction(line.amount)
    revenue = rows(REVENUE, house).values()
    assert {(row.stream, row.day): Fraction(row.amount) for row in revenue} == streams
    balances = rows(TRIAL_BALANCE, house).values()
    shown = {(row.book, row.account, row.currency): Fraction(row.balance) for row in balances}
    assert shown == places
    for row in balances:
        books = house.books(row.book)
        assert row.balance == signed_balance(books, row.account, row.currency)
        owner = row.account.partition("/")[2] if row.account.startswith(("user_", "wallet")) else ""
        assert TRIAL_BALANCE.owner(row) == owner
    for book in Book:
        assert sum((row.balance for row in balances if row.book is book), Decimal(0)) == 0


@slow
@given(houses())
def test_every_row_has_its_owner_and_listings_are_newest_first(house: House) -> None:
    users = set(rows(USERS, house))
    for model in MODELS:
        if model.is_ranked:
            continue  # its owners are boards
        for change in stored(model, house, len(house.log) + 1).values():
            assert change.owner in users | {""}
    newest: tuple[tuple[Projection[Any, Any], str], ...] = (
        (ORDERS, "accepted_at"),
        (FILLS, "at"),
        (XP_HISTORY, "at"),
    )
    for projection, moment in newest:
        listed = sorted(rows(projection, house).values(), key=projection.sort)
        times = [getattr(row, moment) for row in listed]
        assert times == sorted(times, reverse=True)
    assert all(row.status not in FINAL for row in rows(OPEN_ORDERS, house).values())


numbers = st.integers(-(10**19), 10**19)


@given(numbers, numbers)
def test_sort_texts_compare_like_their_numbers(left: int, right: int) -> None:
    assert (ascending(left) < ascending(right)) == (left < right)
    assert (descending(left) < descending(right)) == (left > right)
    assert (newest_first(Instant(left)) < newest_first(Instant(right))) == (left > right)


def test_what_comes_before_its_beginning_is_left_out() -> None:
    """A projection that starts in the middle of a log shows nothing rather than a half truth."""
    assert placed((), 3, 3) == ()
