"""What follows from what: books that balance with the accounts, rewards that come once."""

from decimal import Decimal
from typing import TypeVar

from attrs import evolve
from hypothesis import HealthCheck, given, settings

from astracore.catalog.examples import example
from astracore.errors.trading import Refused
from astracore.events.envelope import Envelope, StreamId
from astracore.gamification.commands import AwardXp, RecordActivity, UnlockAchievement
from astracore.gamification.events import LevelUp, TradeCounted, XpGained
from astracore.gamification.sources import XpSource
from astracore.ids import EventId
from astracore.instants import HOUR, Instant
from astracore.ledger.books import BOOKS
from astracore.ledger.entries import Book
from astracore.ledger.events import JournalPosted
from astracore.ledger.state import Books, balance, signed_balance
from astracore.policies.accounts import issue
from astracore.policies.awards import reward_close
from astracore.policies.postings import settle_trade
from astracore.policies.registry import POLICIES
from astracore.trading.account import ACCOUNT
from astracore.trading.events import AccountOpened, PositionClosed, TradeExecuted
from astracore.trading.state import Account
from astracore.trading.types import AccountMode
from astracore.users.events import UserRegistered
from astracore.verification.books import (
    balances_sum_to_zero,
    funds_are_cash_and_margin,
    nobody_is_overdrawn,
)
from property_tests.game_house import House, asked_by_policies, enrolled, houses, opened_accounts

E = TypeVar("E")
slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def owned(account: Account) -> Decimal:
    """Cash and margin: what the account's owner has in the books."""
    return account.cash + sum((held.margin for held in account.positions.values()), Decimal(0))


@slow
@given(houses())
def test_a_users_funds_are_cash_and_margin_at_every_prefix(house: House) -> None:
    """And the trial balance is 0, and nothing the policies asked for was refused."""
    accounts: dict[StreamId, Account] = {}
    books, expected = Books(), {}
    for envelope in house.log:
        event = envelope.event
        if envelope.stream.category == ACCOUNT.name:
            before = accounts.get(envelope.stream, ACCOUNT.initial)
            accounts[envelope.stream] = ACCOUNT.evolve(before, event)  # type: ignore[arg-type]
        if isinstance(event, AccountOpened | TradeExecuted):
            expected[envelope.event_id] = owned(accounts[envelope.stream])
        if isinstance(event, JournalPosted) and event.book is Book.PRACTICE:
            books = BOOKS.evolve(books, event)
            assert balances_sum_to_zero(books)
            assert nobody_is_overdrawn(books)
    assert funds_are_cash_and_margin(books, accounts.values())
    fees = sum((account.fees for account in accounts.values()), Decimal(0))
    assert balance(books, "transaction_fees", "PUSD") == fees
    realised = sum((account.realised for account in accounts.values()), Decimal(0))
    assert signed_balance(books, "trading/PUSD", "PUSD") == realised
    funds_after(house, expected)
    assert all(isinstance(refusal, Refused) for refusal in house.refusals)  # of traders alone


def funds_after(house: House, expected: dict[EventId, Decimal]) -> None:
    """Each entry leaves the user with what the account had after the event that caused it."""
    books = Books()
    for envelope in house.log:
        event = envelope.event
        if isinstance(event, JournalPosted) and event.book is Book.PRACTICE:
            books = BOOKS.evolve(books, event)
            users = [one.account for one in event.lines if one.account.startswith("user_funds/")]
            for user in users:  # none when what was won is what the fill cost
                assert balance(books, user, "PUSD") == expected[EventId(envelope.causation_id)]


@slow
@given(houses())
def test_a_redelivered_log_asks_for_the_same_commands_and_changes_nothing(house: House) -> None:
    first = list(asked_by_policies(house))
    assert first == list(asked_by_policies(house))
    ids = [command_id for command_id, _ in first]
    assert len(ids) == len(set(ids))
    assert set(ids) <= house.handled
    states, length = dict(house.states), len(house.log)
    house.cursor = 0
    house.follow()
    assert (house.states, len(house.log)) == (states, length)


@slow
@given(houses())
def test_every_level_pays_its_credits_once_and_every_close_counts_once(house: House) -> None:
    events = [envelope.event for envelope in house.log]
    users = {event.user_id for event in events if isinstance(event, UserRegistered)}
    assert opened_accounts(house) == len(users)
    for user_id in users:
        earned = sum(
            event.credits
            for event in events
            if isinstance(event, LevelUp) and event.user_id == user_id
        )
        assert balance(house.books(Book.GAME), f"wallet/{user_id}", "CREDIT") == earned
    sources = [event.source_event_id for event in events if isinstance(event, TradeCounted)]
    assert len(sources) == len(set(sources))
    paid = sum(event.amount for event in events if isinstance(event, XpGained))
    assert paid == sum(house.progress(user_id).xp for user_id in users)


def test_a_new_player_has_an_account_and_its_money_stands_in_the_books() -> None:
    house = House()
    trader = enrolled(house, "ada")
    account = house.account(trader.user_id)
    assert (account.cash, account.currency) == (Decimal(10_000), "PUSD")
    books = house.books(Book.PRACTICE)
    assert balance(books, f"user_funds/{trader.user_id}", "PUSD") == 10_000
    assert signed_balance(books, "issued", "PUSD") == 10_000
    assert house.refusals == []


def told(event: E) -> Envelope[E]:
    """`event` as it would lie in a log."""
    house = House()
    enrolled(house, "ada")
    found: Envelope[E] = evolve(house.log[0], event=event)  # type: ignore[assignment]
    return found


def test_live_accounts_and_trades_do_not_touch_the_practice_book() -> None:
    assert issue(told(evolve(example(AccountOpened), mode=AccountMode.LIVE))) == ()
    assert settle_trade(told(evolve(example(TradeExecuted), is_practice=False))) == ()


def test_a_trade_that_moves_no_money_writes_no_entry() -> None:
    nothing = Decimal(0)
    trade = evolve(
        example(TradeExecuted),
        fee=nothing,
        platform_fee=nothing,
        realised=nothing,
        insurance=nothing,
    )
    assert settle_trade(told(trade)) == ()


def test_a_live_close_is_a_live_award_and_one_held_for_no_time_is_none() -> None:
    closed = example(PositionClosed)
    assert reward_close(told(closed)) == ()
    held = evolve(closed, opened_at=Instant(closed.closed_at.micros - HOUR), peak_cost=Decimal(10))
    for is_practice, source in ((True, XpSource.TRADE_PRACTICE), (False, XpSource.TRADE_LIVE)):
        award, activity, unlock = reward_close(told(evolve(held, is_practice=is_practice)))
        assert isinstance(award, AwardXp)
        assert isinstance(activity, RecordActivity)
        assert unlock == UnlockAchievement(user_id=held.user_id, at=held.closed_at)
        assert (award.source, award.at, activity.at) == (source, held.closed_at, held.closed_at)


def test_every_policy_has_its_own_name() -> None:
    assert len({policy.name for policy in POLICIES}) == len(POLICIES)
