"""Deposits and withdrawals: reviewed by people alone, set aside at once, and paid out once."""

from decimal import Decimal

import pytest
from attrs import evolve

from astracore.errors.access import SecondFactorRequired
from astracore.errors.funds import InsufficientFunds
from astracore.errors.gates import TierRequired
from astracore.errors.ledger import BadText, DuplicateEntry, Unsettled
from astracore.errors.money import NegativeAmount
from astracore.errors.payments import MovementState, TooEarly, UnderReview, WithdrawalLimit
from astracore.errors.risk import NotPermitted
from astracore.errors.trading import AccountNotFound
from astracore.errors.values import NumericLimit
from astracore.events.decider import replay
from astracore.ids import EntryId, UserId
from astracore.instants import DAY, HOUR, MINUTE, Instant, after, instant
from astracore.ledger.books import BOOKS
from astracore.ledger.commands import ExpireHolds
from astracore.ledger.entries import Book
from astracore.ledger.events import HoldPlaced, HoldPosted, HoldVoided, JournalPosted
from astracore.ledger.periods import born_in
from astracore.ledger.state import Books, available, balance
from astracore.revenue.movements.commands import (
    Deposit,
    MovementCommand,
    RecordPayout,
    ReviewMovement,
    Withdraw,
)
from astracore.revenue.movements.events import (
    FundsDeposited,
    FundsWithdrawn,
    MovementDecided,
    MovementHeld,
    WithdrawalCancelled,
    WithdrawalRequested,
)
from astracore.revenue.movements.movement import MOVEMENTS
from astracore.revenue.movements.reviewing import reasons_to_hold, withdrawal_left
from astracore.revenue.movements.settling import Settled, settle, written
from astracore.revenue.movements.state import Movement, Movements
from astracore.revenue.movements.types import Decision, Direction, Reason, Status
from astracore.users.gates import Standing
from astracore.users.types import Tier

USER = UserId("u")
NOON = instant("2026-03-04T12:00:00Z").unwrap()
FUNDS = "user_funds/u"
KNOWN = Standing(tier=Tier.PREMIUM, email_confirmed=True, second_factor=True)


def deposit(usd: str, name: str = "d", at: Instant = NOON, tier: Tier = Tier.EMAIL) -> Deposit:
    return Deposit(
        user_id=USER,
        movement_id=name,
        amount=Decimal(usd),
        currency="USD",
        usd=Decimal(usd),
        tier=tier,
        at=at,
    )


def withdraw(usd: str, name: str = "w", at: Instant = NOON, tier: Tier = Tier.PREMIUM) -> Withdraw:
    return Withdraw(
        user_id=USER,
        movement_id=name,
        amount=Decimal(usd),
        currency="USD",
        usd=Decimal(usd),
        destination="iban",
        standing=evolve(KNOWN, tier=tier),
        at=at,
    )


def fresh(command: Withdraw, changed_at: Instant) -> Withdraw:
    """Asked by somebody whose password, second factor or address changed then."""
    return evolve(command, standing=evolve(command.standing, security_changed_at=changed_at))


def review(
    name: str, decision: Decision = Decision.APPROVE, by: str = "fin", at: Instant = NOON
) -> ReviewMovement:
    return ReviewMovement(
        user_id=USER,
        movement_id=name,
        decision=decision,
        by=by,
        is_finance=True,
        note="seen",
        at=at,
    )


def payout(name: str = "w", *, paid: bool = True, at: Instant = NOON) -> RecordPayout:
    return RecordPayout(user_id=USER, movement_id=name, paid=paid, at=at)


class House:
    """Movements and book, moved on together."""

    def __init__(self, *commands: MovementCommand) -> None:
        self.movements, self.books = Movements(), Books()
        for command in commands:
            self.ask(command)

    def ask(self, command: MovementCommand) -> Settled:
        made = settle(command, self.movements, self.books).unwrap()
        self.movements = replay(MOVEMENTS, made.movements, self.movements)
        self.books = replay(BOOKS, made.books, self.books)
        return made

    def no(self, command: MovementCommand) -> object:
        return settle(command, self.movements, self.books).failure()

    def funds(self) -> tuple[Decimal, Decimal]:
        return balance(self.books, FUNDS, "USD"), available(self.books, FUNDS, "USD")


def kinds(made: Settled) -> list[type]:
    return [type(event) for event in (*made.movements, *made.books)]


def test_money_comes_in_and_goes_out() -> None:
    house = House(deposit("100"))
    assert house.funds() == (Decimal(100), Decimal(100))
    assert kinds(house.ask(withdraw("60"))) == [WithdrawalRequested, HoldPlaced]
    assert house.funds() == (Decimal(100), Decimal(40))
    paid = house.ask(payout())
    assert kinds(paid) == [FundsWithdrawn, HoldPosted, JournalPosted]
    posted = paid.books[-1]
    assert isinstance(posted, JournalPosted)
    assert (posted.reason, posted.reference) == ("withdrawal", "w")
    assert house.funds() == (Decimal(40), Decimal(40))
    assert balance(house.books, "bank", "USD") == 40
    entries = [EntryId(name) for name in house.books.marks if name != "w"]
    assert {born_in(name) for name in entries} == {"2026-03"}


def test_what_could_not_be_paid_out_stays() -> None:
    house = House(deposit("100"), withdraw("60"))
    assert kinds(house.ask(payout(paid=False))) == [WithdrawalCancelled, HoldVoided]
    assert house.funds() == (Decimal(100), Decimal(100))
    assert house.no(payout()) == MovementState("cancelled", "payout")
    assert house.no(payout("none")) == MovementState("none", "payout")
    endless = evolve(house.movements.known["w"], status=Status.APPROVED, expires_at=None)
    (out,) = MOVEMENTS.decide(payout(), Movements(known={"w": endless})).unwrap()
    assert isinstance(out, FundsWithdrawn)


def test_a_withdrawal_that_waited_too_long_is_none() -> None:
    """Its hold may have given way already; it is cancelled, never paid."""
    house = House(deposit("100"), withdraw("60"))
    late = after(NOON, 7 * DAY)
    assert house.no(payout(at=late)) == MovementState("expired", "payout")
    (swept,) = BOOKS.decide(ExpireHolds(book=Book.HOUSE, at=late), house.books).unwrap()
    house.books = BOOKS.evolve(house.books, swept)
    assert kinds(house.ask(payout(paid=False, at=late))) == [WithdrawalCancelled]
    assert house.funds() == (Decimal(100), Decimal(100))


def test_the_book_has_the_last_word() -> None:
    house = House(deposit("100"))
    cause = InsufficientFunds(FUNDS, "USD", Decimal(100), Decimal(101))
    assert house.no(withdraw("101")) == cause
    house.ask(withdraw("60"))
    assert isinstance(house.no(withdraw("41", "x")), InsufficientFunds)
    assert house.no(deposit("10000", "a b")) == AccountNotFound("escrow/a b")


def test_a_repeat_changes_nothing() -> None:
    house = House(deposit("100"), withdraw("60"))
    for command in (deposit("100"), withdraw("60")):
        assert kinds(house.ask(command)) == []
    assert house.no(deposit("99")) == DuplicateEntry("d")
    assert house.no(withdraw("100", "d")) == DuplicateEntry("d")


# --- review -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "usd", "reasons"),
    [
        ([], "9999.99", ()),
        ([], "10000", (Reason.LARGE,)),
        ([(0, "4000")], "6000", (Reason.MANY,)),
        ([(0, "4000")], "5999.99", ()),
        ([(24 * 60, "4000")], "6000", ()),
        ([(24 * 60 - 1, "4000")], "6000", (Reason.MANY,)),
        ([(3000, "9000"), (6000, "9999.99")], "9000", (Reason.STRUCTURED,)),
        ([(3000, "9000"), (7 * 24 * 60, "9000")], "9000", ()),
        ([(3000, "9000"), (6000, "9000")], "8999", ()),
        ([(3000, "9000"), (6000, "8999")], "9000", ()),
        ([(3000, "9000"), (6000, "10000")], "9000", ()),
        ([(3000, "9000"), (5000, "9000"), (7000, "9000")], "100", ()),
    ],
)
def test_what_has_to_be_looked_at(
    before: list[tuple[int, str]], usd: str, reasons: tuple[Reason, ...]
) -> None:
    """One movement, the trailing day, or three just below within seven days."""
    others = [
        Movement(
            direction=Direction.DEPOSIT,
            status=Status.DONE,
            amount=Decimal(worth),
            currency="USD",
            usd=Decimal(worth),
            at=after(NOON, -minutes * MINUTE),
        )
        for minutes, worth in before
    ]
    assert reasons_to_hold(Decimal(usd), others, NOON).unwrap() == reasons


def test_a_held_deposit_waits_in_escrow_for_a_person() -> None:
    house = House()
    assert kinds(house.ask(deposit("10000"))) == [MovementHeld, JournalPosted]
    assert house.funds() == (Decimal(0), Decimal(0))
    assert balance(house.books, "escrow/d", "USD") == 10_000
    assert house.no(withdraw("1")) == UnderReview("d")
    (more,) = house.ask(deposit("5", "e")).movements
    assert isinstance(more, MovementHeld)
    assert Reason.PENDING in more.reasons
    assert kinds(house.ask(review("d"))) == [MovementDecided, FundsDeposited, JournalPosted]
    assert kinds(house.ask(review("e", Decision.REJECT))) == [MovementDecided, JournalPosted]
    assert house.funds() == (Decimal(10_000), Decimal(10_000))
    assert balance(house.books, "bank", "USD") == 10_000
    assert balance(house.books, "escrow/e", "USD") == 0


def test_a_held_withdrawal_is_set_aside_and_waits() -> None:
    start = (deposit("9000", "a"), deposit("9000", "b", after(NOON, 2 * DAY)))
    day = after(NOON, 4 * DAY)
    house = House(*start)
    made = house.ask(withdraw("9500", at=day))
    assert kinds(made) == [WithdrawalRequested, MovementHeld, HoldPlaced]
    assert house.funds()[1] == 8500
    assert house.no(payout(at=day)) == MovementState("held", "payout")
    approved = House(*start, withdraw("9500", at=day), review("w", at=day), payout(at=day))
    assert approved.funds() == (Decimal(8500), Decimal(8500))
    rejected = House(*start, withdraw("9500", at=day), review("w", Decision.REJECT, at=day))
    assert rejected.funds() == (Decimal(18_000), Decimal(18_000))


@pytest.mark.parametrize(
    ("command", "cause"),
    [
        (review("d", by="u"), NotPermitted("role:finance")),
        (evolve(review("d"), is_finance=False), NotPermitted("role:finance")),
        (review("x"), MovementState("none", "review")),
        (evolve(review("d"), note="\ud800"), BadText("note")),
    ],
)
def test_who_may_review_what(command: ReviewMovement, cause: object) -> None:
    house = House(deposit("10000"))
    assert house.no(command) == cause
    house.ask(review("d"))
    assert house.no(review("d")) == MovementState("done", "review")


# --- gates ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "cause"),
    [
        (deposit("1", "x", tier=Tier.UNVERIFIED), TierRequired("email")),
        (deposit("0", "x"), NegativeAmount("0")),
        (deposit("NaN", "x"), NegativeAmount("NaN")),
        (deposit("0.001", "x"), Unsettled("USD", Decimal("0.001"))),
        (evolve(deposit("1", "x"), amount=Decimal("0.001")), Unsettled("USD", Decimal("0.001"))),
        (evolve(deposit("1", "x"), usd=Decimal(-1)), NegativeAmount("-1")),
        (deposit("1", "\ud800"), BadText("movement_id")),
        (evolve(withdraw("1"), destination="\ud800"), BadText("destination")),
        (withdraw("0"), NegativeAmount("0")),
        (withdraw("1", tier=Tier.EMAIL), TierRequired("phone")),
        (
            evolve(withdraw("1"), standing=evolve(KNOWN, email_confirmed=False)),
            TierRequired("phone"),
        ),
        (
            evolve(withdraw("1"), standing=evolve(KNOWN, second_factor=False)),
            SecondFactorRequired(),
        ),
        (
            withdraw("1000.01", tier=Tier.PHONE),
            WithdrawalLimit(left=Decimal(1000), asked=Decimal("1000.01")),
        ),
        (
            fresh(withdraw("1000"), after(NOON, 1 - 24 * HOUR)),
            TooEarly(NOON.micros + 1),
        ),
    ],
)
def test_who_may_move_how_much(command: MovementCommand, cause: object) -> None:
    assert House(deposit("5000")).no(command) == cause


def test_a_change_of_access_delays_large_withdrawals_alone() -> None:
    house = House(deposit("5000"))
    house.ask(fresh(withdraw("999.99"), NOON))
    house.ask(fresh(withdraw("1000", "x"), after(NOON, -24 * HOUR)))


def test_parts_are_delayed_like_the_whole() -> None:
    """999.99 after 999.99 would empty the account of whoever lost it."""
    house = House(deposit("5000"))
    part = fresh(withdraw("600"), NOON)
    house.ask(part)
    ready = after(NOON, 24 * HOUR)
    rest = fresh(withdraw("400", "x"), NOON)
    assert house.no(rest) == TooEarly(ready.micros)
    house.ask(evolve(rest, amount=Decimal("399.99"), usd=Decimal("399.99")))
    house.ask(fresh(withdraw("400", "y", at=ready), NOON))


def test_thirty_days_count() -> None:
    """What was refused or could not be paid out counts no more."""
    house = House(deposit("5000"), withdraw("600", tier=Tier.PHONE))
    House(deposit("5000"), withdraw("1000", tier=Tier.PHONE))
    left = WithdrawalLimit(left=Decimal(400), asked=Decimal(401))
    assert house.no(withdraw("401", "x", tier=Tier.PHONE)) == left
    month = after(NOON, 30 * DAY)
    known = house.movements.known.values()
    assert withdrawal_left(Tier.PHONE, known, month).unwrap() == 1000
    assert withdrawal_left(Tier.PHONE, known, after(month, -1)).unwrap() == 400
    house.ask(payout(paid=False))
    assert withdrawal_left(Tier.PHONE, house.movements.known.values(), NOON).unwrap() == 1000
    rules = evolve(withdraw("1").rules, limits=())
    assert withdrawal_left(Tier.PHONE, (), NOON, rules).unwrap() == 0


def test_old_movements_are_forgotten_and_waiting_ones_kept() -> None:
    house = House(deposit("5"), deposit("10000", "held"))
    house.ask(deposit("6", "new", after(NOON, 30 * DAY)))
    assert set(house.movements.known) == {"held", "new"}


def test_events_of_unknown_movements_change_nothing() -> None:
    event = FundsWithdrawn(
        user_id=USER, movement_id="?", amount=Decimal(1), currency="USD", usd=Decimal(1), at=NOON
    )
    assert MOVEMENTS.evolve(Movements(), event) == Movements()
    below = FundsDeposited(
        user_id=USER,
        movement_id="?",
        amount=Decimal(-1),
        currency="USD",
        usd=Decimal(1),
        reviewed=False,
        at=NOON,
    )
    assert written((below,), Books()).failure() == NegativeAmount("-1")


def test_sums_beyond_what_is_carried_are_refused() -> None:
    odd = Movement(
        direction=Direction.WITHDRAWAL,
        status=Status.DONE,
        amount=Decimal(1),
        currency="USD",
        usd=Decimal("1E+99"),
        at=NOON,
    )
    state = Movements(known={"o": odd, "p": evolve(odd, usd=Decimal("0.01"))})
    cause = MOVEMENTS.decide(withdraw("1"), state).failure()
    assert cause == NumericLimit("Inexact")
    changed = fresh(withdraw("1"), NOON)
    assert MOVEMENTS.decide(changed, state).failure() == NumericLimit("Inexact")
