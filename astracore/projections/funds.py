"""What payments, wallets, limits and movements show: one row for each."""

from decimal import Decimal
from typing import assert_never

from attrs import evolve as changed
from attrs import field, frozen

from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.projections.sorting import newest_first
from astracore.revenue.movements.events import (
    FundsDeposited,
    FundsWithdrawn,
    MovementDecided,
    MovementEvent,
    MovementHeld,
    WithdrawalCancelled,
    WithdrawalRequested,
)
from astracore.revenue.movements.types import Decision, Direction, Reason, Status
from astracore.revenue.payments.events import (
    DisputeLost,
    DisputeOpened,
    DisputeWon,
    PaymentAdvanced,
    PaymentCreated,
    PaymentFailed,
    PaymentRefunded,
    PaymentSucceeded,
)
from astracore.revenue.payments.types import Method, State
from astracore.revenue.spending.events import (
    SpendCounted,
    SpendEvent,
    SpendLimitsSet,
    SpendPaused,
    SpendReleased,
)
from astracore.revenue.spending.guard import evolve as evolve_guard
from astracore.revenue.spending.state import SpendGuard
from astracore.revenue.wallets.events import (
    CashoutRequested,
    CreditsGranted,
    CreditsReceived,
    CreditsSpent,
    TokensBought,
    TokensExpired,
    TokensSpent,
    WalletEvent,
)

ZERO = Decimal(0)
NextStep = (
    PaymentAdvanced
    | PaymentSucceeded
    | PaymentFailed
    | PaymentRefunded
    | DisputeOpened
    | DisputeWon
    | DisputeLost
)
PaymentStep = PaymentCreated | NextStep


@frozen(kw_only=True)
class PaymentRow:
    """One payment [currency]."""

    payment_id: str
    intent_id: str
    user_id: UserId
    state: State
    amount: Decimal
    currency: str
    method: Method
    stream: str
    fee: Decimal
    refunded: Decimal
    at: Instant


@frozen(kw_only=True)
class WalletRow:
    """What a wallet holds."""

    user_id: UserId
    credits: int
    tokens: int


@frozen(kw_only=True)
class SpendRow:
    """One user's limits, purchases that count, and pause."""

    user_id: UserId
    guard: SpendGuard = field(factory=SpendGuard)


@frozen(kw_only=True)
class MovementRow:
    """One deposit or withdrawal [currency]."""

    movement_id: str
    user_id: UserId
    direction: Direction
    status: Status
    amount: Decimal
    currency: str
    reasons: tuple[Reason, ...]
    decided_by: str
    note: str
    at: Instant


def payment_keys(envelope: Envelope[PaymentStep]) -> tuple[str, ...]:
    """The payment."""
    return (envelope.event.payment_id,)


def evolve_payment(
    row: PaymentRow | None, envelope: Envelope[PaymentStep], _key: str
) -> PaymentRow | None:
    """The payment as it stands now; nothing before it was created."""
    event = envelope.event
    if isinstance(event, PaymentCreated):
        return PaymentRow(
            payment_id=event.payment_id,
            intent_id=event.intent_id,
            user_id=event.user_id,
            state=State.CREATED,
            amount=event.amount,
            currency=event.currency,
            method=event.method,
            stream=event.stream,
            fee=ZERO,
            refunded=ZERO,
            at=event.at,
        )
    return None if row is None else next_payment(row, event)


def next_payment(row: PaymentRow, event: NextStep) -> PaymentRow:
    """The row after what came next."""
    match event:
        case PaymentAdvanced():
            return changed(row, state=event.state)
        case PaymentSucceeded():
            return changed(row, state=State.SUCCEEDED, fee=event.fee)
        case PaymentFailed():
            return changed(row, state=State.CANCELLED if event.cancelled else State.FAILED)
        case PaymentRefunded():
            whole = event.refunded >= row.amount
            state = State.REFUNDED if whole else State.PARTIALLY_REFUNDED
            return changed(row, state=state, refunded=event.refunded)
        case DisputeOpened():
            return changed(row, state=State.DISPUTED)
        case DisputeWon():
            return changed(row, state=State.PARTIALLY_REFUNDED if row.refunded else State.SUCCEEDED)
        case DisputeLost():
            return changed(row, state=State.LOST)
        case _:
            assert_never(event)


def evolve_wallet(
    row: WalletRow | None, envelope: Envelope[WalletEvent], _key: str
) -> WalletRow | None:
    """The balance that the event tells."""
    event = envelope.event
    before = row or WalletRow(user_id=event.user_id, credits=0, tokens=0)
    if isinstance(event, TokensBought | TokensSpent | TokensExpired):
        return changed(before, tokens=event.balance)
    return changed(before, credits=event.balance)


def evolve_spend(
    row: SpendRow | None, envelope: Envelope[SpendEvent], _key: str
) -> SpendRow | None:
    """The guard itself."""
    before = row or SpendRow(user_id=envelope.event.user_id)
    return changed(before, guard=evolve_guard(before.guard, envelope.event))


def movement_key(envelope: Envelope[MovementEvent]) -> tuple[str, ...]:
    """A movement's name is unique among its user's."""
    return (f"{envelope.event.user_id}/{envelope.event.movement_id}",)


def evolve_movement(
    row: MovementRow | None, envelope: Envelope[MovementEvent], _key: str
) -> MovementRow | None:
    """The movement as it stands now."""
    event = envelope.event
    before = row or MovementRow(
        movement_id=event.movement_id,
        user_id=event.user_id,
        direction=direction_of(event),
        status=Status.APPROVED,
        amount=event.amount,
        currency=event.currency,
        reasons=(),
        decided_by="",
        note="",
        at=event.at,
    )
    if isinstance(event, MovementHeld):
        return changed(before, status=Status.HELD, reasons=event.reasons)
    if isinstance(event, MovementDecided):
        rejected = event.decision is Decision.REJECT
        status = Status.REJECTED if rejected else Status.APPROVED
        return changed(before, status=status, decided_by=event.by, note=event.note)
    return changed(before, status=status_after(event))


def direction_of(event: MovementEvent) -> Direction:
    """Which way the money of an event goes."""
    if isinstance(event, MovementHeld | MovementDecided):
        return event.direction
    return Direction.DEPOSIT if isinstance(event, FundsDeposited) else Direction.WITHDRAWAL


def status_after(event: MovementEvent) -> Status:
    """Where a movement stands after an event that is no review."""
    if isinstance(event, WithdrawalRequested):
        return Status.APPROVED
    return Status.CANCELLED if isinstance(event, WithdrawalCancelled) else Status.DONE


PAYMENTS: Projection[PaymentStep, PaymentRow] = Projection(
    name="payments",
    version=1,
    events=(
        PaymentCreated,
        PaymentAdvanced,
        PaymentSucceeded,
        PaymentFailed,
        PaymentRefunded,
        DisputeOpened,
        DisputeWon,
        DisputeLost,
    ),
    keys=payment_keys,
    evolve=evolve_payment,
    row=codec(PaymentRow),
    owner=lambda row: row.user_id,
    sort=lambda row: f"{newest_first(row.at)}/{row.payment_id}",
)
WALLET: Projection[WalletEvent, WalletRow] = Projection(
    name="wallet",
    version=1,
    events=(
        CreditsGranted,
        CreditsReceived,
        CreditsSpent,
        CashoutRequested,
        TokensBought,
        TokensSpent,
        TokensExpired,
    ),
    keys=lambda envelope: (envelope.event.user_id,),
    evolve=evolve_wallet,
    row=codec(WalletRow),
    owner=lambda row: row.user_id,
    sort=lambda row: row.user_id,
)
SPEND_STATUS: Projection[SpendEvent, SpendRow] = Projection(
    name="spend_status",
    version=1,
    events=(SpendLimitsSet, SpendCounted, SpendReleased, SpendPaused),
    keys=lambda envelope: (envelope.event.user_id,),
    evolve=evolve_spend,
    row=codec(SpendRow),
    owner=lambda row: row.user_id,
    sort=lambda row: row.user_id,
)
MOVEMENTS: Projection[MovementEvent, MovementRow] = Projection(
    name="movements",
    version=1,
    events=(
        FundsDeposited,
        WithdrawalRequested,
        FundsWithdrawn,
        WithdrawalCancelled,
        MovementHeld,
        MovementDecided,
    ),
    keys=movement_key,
    evolve=evolve_movement,
    row=codec(MovementRow),
    owner=lambda row: row.user_id,
    sort=lambda row: f"{newest_first(row.at)}/{row.movement_id}",
)
