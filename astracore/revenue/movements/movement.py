"""A user's movements as a decider: what comes in, what goes out, what somebody looks at first."""

from typing import TypeAlias, assert_never

from attrs import evolve as changed
from returns.result import Failure, Result, Success

from astracore.errors.gates import TierRequired
from astracore.errors.ledger import DuplicateEntry
from astracore.errors.money import NegativeAmount
from astracore.errors.payments import (
    MovementFault,
    MovementState,
    TooEarly,
    UnderReview,
    WithdrawalLimit,
)
from astracore.errors.risk import NotPermitted
from astracore.events.decider import Decider
from astracore.instants import DAY, LAST, Instant, after
from astracore.ledger.checks import unwritable
from astracore.numeric import EXACT, exact
from astracore.outcome import is_failure
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
    MovementEvent,
    MovementHeld,
    WithdrawalCancelled,
    WithdrawalRequested,
)
from astracore.revenue.movements.reviewing import reasons_to_hold, withdrawal_left, withdrawn
from astracore.revenue.movements.state import REMEMBERED_DAYS, Movement, Movements, held_movement
from astracore.revenue.movements.types import Decision, Direction, Reason, Status
from astracore.revenue.payments.fees import settled_unit
from astracore.users.gates import Gate, opens
from astracore.users.types import Tier, rank

Decided: TypeAlias = Result[tuple[MovementEvent, ...], MovementFault]
FINANCE = "role:finance"


def decide(command: MovementCommand, state: Movements) -> Decided:
    """Let money in, let it out, decide on what is held, record what the bank did.

    Errors: BadText, NegativeAmount, Unsettled, DuplicateEntry; TierRequired,
    SecondFactorRequired, UnderReview, TooEarly, WithdrawalLimit (out); MovementState,
    NotPermitted (review); NumericLimit.
    Invariant: what is held moves on by the decision of somebody of role finance, and by nothing
    else.
    """
    match command:
        case Deposit():
            return deposit(command, state)
        case Withdraw():
            return withdraw(command, state)
        case ReviewMovement():
            return review(command, state)
        case RecordPayout():
            return payout(command, state)
        case _:
            assert_never(command)


def asked_fault(command: Deposit | Withdraw, state: Movements) -> MovementFault | None:
    """What is wrong with a movement by itself; None also for one that is known."""
    texts = {"movement_id": command.movement_id}
    if isinstance(command, Withdraw):
        texts |= {"destination": command.destination}
    text = unwritable(**texts)
    if text is not None:
        return text
    if not command.amount.is_finite() or command.amount <= 0:
        return NegativeAmount(EXACT.to_sci_string(command.amount)[:64])
    unit = settled_unit(command.amount, command.currency)
    usd = settled_unit(command.usd, "USD")
    if is_failure(unit):
        return unit.failure()
    return usd.failure() if is_failure(usd) else repeat_fault(command, state)


def repeat_fault(command: Deposit | Withdraw, state: Movements) -> MovementFault | None:
    """Whether the id stands for something else."""
    known = state.known.get(command.movement_id)
    if known is None:
        return None
    same = (known.direction, known.amount, known.currency) == (
        Direction.WITHDRAWAL if isinstance(command, Withdraw) else Direction.DEPOSIT,
        command.amount,
        command.currency,
    )
    return None if same else DuplicateEntry(command.movement_id)


@exact
def deposit(command: Deposit, state: Movements) -> Decided:
    """Money that is here is taken in; what has to be looked at is held."""
    fault = asked_fault(command, state)
    if fault is not None:
        return Failure(fault)
    if command.movement_id in state.known:
        return Success(())
    if rank(command.tier) < rank(Tier.EMAIL):
        return Failure(TierRequired(Tier.EMAIL.value))
    found = reasons_to_hold(command.usd, state.known.values(), command.at, command.rules)
    return found.map(lambda reasons: (_came(command, reasons),))


def _came(command: Deposit, reasons: tuple[Reason, ...]) -> MovementEvent:
    if reasons:
        return held(command, Direction.DEPOSIT, reasons)
    return FundsDeposited(
        user_id=command.user_id,
        movement_id=command.movement_id,
        amount=command.amount,
        currency=command.currency,
        usd=command.usd,
        reviewed=False,
        at=command.at,
    )


def held(
    command: Deposit | Withdraw, direction: Direction, reasons: tuple[Reason, ...]
) -> MovementHeld:
    """The movement waits."""
    return MovementHeld(
        user_id=command.user_id,
        movement_id=command.movement_id,
        direction=direction,
        amount=command.amount,
        currency=command.currency,
        usd=command.usd,
        reasons=reasons,
        at=command.at,
    )


@exact
def withdraw(command: Withdraw, state: Movements) -> Decided:
    """Set money aside for the way out; what has to be looked at waits."""
    fault = asked_fault(command, state)
    if fault is not None:
        return Failure(fault)
    if command.movement_id in state.known:
        return Success(())
    gate = gate_fault(command, state)
    if gate is not None:
        return Failure(gate)
    requested = WithdrawalRequested(
        user_id=command.user_id,
        movement_id=command.movement_id,
        amount=command.amount,
        currency=command.currency,
        usd=command.usd,
        destination=command.destination,
        expires_at=Instant(min(command.at.micros + command.rules.lasts, LAST)),
        at=command.at,
    )
    found = reasons_to_hold(command.usd, state.known.values(), command.at, command.rules)
    return found.map(
        lambda reasons: (
            (requested, held(command, Direction.WITHDRAWAL, reasons)) if reasons else (requested,)
        )
    )


def gate_fault(command: Withdraw, state: Movements) -> MovementFault | None:
    """Why this user may not take this much out now."""
    gate = opens(Gate.WITHDRAWALS, command.standing)
    if is_failure(gate):
        return gate.failure()
    waiting = held_movement(state)
    if waiting is not None:
        return UnderReview(waiting)
    delayed = delay_fault(command, state)
    if delayed is not None:
        return delayed
    left = withdrawal_left(command.standing.tier, state.known.values(), command.at, command.rules)
    if is_failure(left):
        return left.failure()
    if command.usd > left.unwrap():
        return WithdrawalLimit(left=left.unwrap(), asked=command.usd)
    return None


def delay_fault(command: Withdraw, state: Movements) -> MovementFault | None:
    """Why a change of access delays this; what left since it counts, so that parts are no way out.

    Errors: TooEarly, NumericLimit.
    """
    change = command.standing.security_changed_at
    ready = None if change is None else after(change, command.rules.delayed_by)
    if change is None or ready is None or ready <= command.at:
        return None
    gone = withdrawn(state.known.values(), change.micros - 1, command.usd)
    if is_failure(gone):
        return gone.failure()
    return TooEarly(ready.micros) if gone.unwrap() >= command.rules.delayed_from else None


def review(command: ReviewMovement, state: Movements) -> Decided:
    """Somebody of role finance, and not the user, decides on what is held.

    Errors: BadText, NotPermitted, MovementState.
    """
    text = unwritable(note=command.note, by=command.by)
    if text is not None:
        return Failure(text)
    if not command.is_finance or command.by == command.user_id:
        return Failure(NotPermitted(FINANCE))
    known = state.known.get(command.movement_id)
    if known is None or known.status is not Status.HELD:
        return Failure(MovementState("none" if known is None else known.status.value, "review"))
    decided = MovementDecided(
        user_id=command.user_id,
        movement_id=command.movement_id,
        direction=known.direction,
        decision=command.decision,
        amount=known.amount,
        currency=known.currency,
        by=command.by,
        note=command.note,
        at=command.at,
    )
    if known.direction is Direction.WITHDRAWAL or command.decision is Decision.REJECT:
        return Success((decided,))
    deposited = FundsDeposited(
        user_id=command.user_id,
        movement_id=command.movement_id,
        amount=known.amount,
        currency=known.currency,
        usd=known.usd,
        reviewed=True,
        at=command.at,
    )
    return Success((decided, deposited))


def payout(command: RecordPayout, state: Movements) -> Decided:
    """An approved withdrawal leaves, or stays. What has left, or stayed, does so once.

    Errors: MovementState.
    """
    known = state.known.get(command.movement_id)
    if known is None or known.status is not Status.APPROVED:
        return Failure(MovementState("none" if known is None else known.status.value, "payout"))
    expired = known.expires_at is not None and known.expires_at <= command.at
    if expired and command.paid:
        return Failure(MovementState("expired", "payout"))
    if not command.paid:
        cancelled = WithdrawalCancelled(
            user_id=command.user_id,
            movement_id=command.movement_id,
            amount=known.amount,
            currency=known.currency,
            at=command.at,
        )
        return Success((cancelled,))
    withdrawn = FundsWithdrawn(
        user_id=command.user_id,
        movement_id=command.movement_id,
        amount=known.amount,
        currency=known.currency,
        usd=known.usd,
        at=command.at,
    )
    return Success((withdrawn,))


def evolve(state: Movements, event: MovementEvent) -> Movements:
    """Fold one event."""
    known = state.known.get(event.movement_id)
    match event:
        case FundsDeposited():
            moved = made(event, Direction.DEPOSIT, Status.DONE)
            kept = moved if known is None else changed(known, status=Status.DONE)
            return with_movement(state, event, kept)
        case WithdrawalRequested():
            asked = made(event, Direction.WITHDRAWAL, Status.APPROVED)
            return with_movement(state, event, changed(asked, expires_at=event.expires_at))
        case MovementHeld():
            waiting = made(event, event.direction, Status.HELD)
            kept = waiting if known is None else changed(known, status=Status.HELD)
            return with_movement(state, event, kept)
        case FundsWithdrawn() | WithdrawalCancelled() | MovementDecided():
            return state if known is None else with_movement(state, event, ended(known, event))
        case _:
            assert_never(event)


def ended(
    known: Movement, event: FundsWithdrawn | WithdrawalCancelled | MovementDecided
) -> Movement:
    """The movement after a decision, or its end."""
    if isinstance(event, FundsWithdrawn):
        return changed(known, status=Status.DONE)
    if isinstance(event, WithdrawalCancelled):
        return changed(known, status=Status.CANCELLED)
    rejected = event.decision is Decision.REJECT
    return changed(known, status=Status.REJECTED if rejected else Status.APPROVED)


def made(
    event: FundsDeposited | WithdrawalRequested | MovementHeld,
    direction: Direction,
    status: Status,
) -> Movement:
    """The movement that an event begins."""
    return Movement(
        direction=direction,
        status=status,
        amount=event.amount,
        currency=event.currency,
        usd=event.usd,
        at=event.at,
    )


def with_movement(state: Movements, event: MovementEvent, one: Movement) -> Movements:
    """The movements with this one; what ended more than thirty days ago is forgotten."""
    edge = event.at.micros - REMEMBERED_DAYS * DAY
    waiting = {Status.HELD, Status.APPROVED}
    kept = {
        name: each
        for name, each in state.known.items()
        if each.at.micros > edge or each.status in waiting
    }
    return Movements(known={**kept, event.movement_id: one})


MOVEMENTS = Decider("financial.movements", Movements(), decide, evolve)
