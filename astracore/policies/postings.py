"""What trading and levelling up mean in the books."""

from decimal import Decimal

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy
from astracore.gamification.events import LevelUp
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book, Line, line
from astracore.numeric import EXACT
from astracore.policies.accounts import PRACTICE_CURRENCY
from astracore.policies.journal import granted, posted
from astracore.trading.events import TradeExecuted
from astracore.trading.money_events import (
    AccountReset,
    CashMoved,
    FundingPaid,
    PositionLiquidated,
)


def settle_trade(envelope: Envelope[TradeExecuted]) -> tuple[PostEntry, ...]:
    """trade_executed (practice) → the user's funds, the market's side, the fee, the insurance.

    user_funds + (realised − fees + insurance), trading − realised, transaction_fees + fees,
    insurance_paid + insurance, each on its normal side: the lines add up to 0.
    Invariant: user_funds is the user's cash + margin over all practice accounts, at every prefix.
    """
    event = envelope.event
    if not event.is_practice:
        return ()
    return posted(
        Book.PRACTICE,
        envelope.event_id,
        at=event.at,
        reason="trade",
        reference=event.fill_id,
        lines=closing_lines(event, EXACT.add(event.fee, event.platform_fee)),
    )


def closing_lines(event: TradeExecuted | PositionLiquidated, fees: Decimal) -> tuple[Line, ...]:
    """What a fill or a liquidation realised, cost and was lent by the insurance."""
    gained = EXACT.add(EXACT.subtract(event.realised, fees), event.insurance)
    return (
        *line(f"user_funds/{event.user_id}", PRACTICE_CURRENCY, gained.copy_negate()),
        *line(f"trading/{PRACTICE_CURRENCY}", PRACTICE_CURRENCY, event.realised),
        *line("transaction_fees", PRACTICE_CURRENCY, fees.copy_negate()),
        *line("insurance_paid", PRACTICE_CURRENCY, event.insurance),
    )


def settle_liquidation(envelope: Envelope[PositionLiquidated]) -> tuple[PostEntry, ...]:
    """position_liquidated (practice) → as a trade: realised, the fee, the insurance."""
    event = envelope.event
    if not event.is_practice:
        return ()
    return posted(
        Book.PRACTICE,
        envelope.event_id,
        at=event.at,
        reason="liquidation",
        reference=event.position_id,
        lines=closing_lines(event, event.fee),
    )


def settle_funding(envelope: Envelope[FundingPaid]) -> tuple[PostEntry, ...]:
    """funding_paid (practice) → the user's funds against the market's side, and the insurance."""
    event = envelope.event
    if not event.is_practice:
        return ()
    gained = EXACT.add(event.amount, event.insurance)
    return posted(
        Book.PRACTICE,
        envelope.event_id,
        at=event.at,
        reason="funding",
        reference=event.key,
        lines=(
            *line(f"user_funds/{event.user_id}", PRACTICE_CURRENCY, gained.copy_negate()),
            *line(f"trading/{PRACTICE_CURRENCY}", PRACTICE_CURRENCY, event.amount),
            *line("insurance_paid", PRACTICE_CURRENCY, event.insurance),
        ),
    )


def settle_cash(envelope: Envelope[CashMoved | AccountReset]) -> tuple[PostEntry, ...]:
    """cash_moved, account_reset (practice) → the user's funds against what was issued."""
    event = envelope.event
    if isinstance(event, CashMoved) and not event.is_practice:
        return ()
    if isinstance(event, CashMoved):
        moved, reason = event.amount, "practice_cash"
    else:
        moved, reason = EXACT.subtract(event.balance, event.previous), "practice_reset"
    return posted(
        Book.PRACTICE,
        envelope.event_id,
        at=event.at,
        reason=reason,
        reference=event.account_id,
        lines=(
            *line("issued", event.currency, moved),
            *line(f"user_funds/{event.user_id}", event.currency, moved.copy_negate()),
        ),
    )


def grant_credits(envelope: Envelope[LevelUp]) -> tuple[PostEntry, ...]:
    """level_up → debit issued, credit the user's wallet [CREDIT]."""
    event = envelope.event
    return posted(
        Book.GAME,
        envelope.event_id,
        at=envelope.occurred_at,
        reason="level_up",
        reference=f"level:{event.new_level}",
        lines=granted((event.user_id, event.credits)),
    )


SETTLE_TRADE: Policy[TradeExecuted, PostEntry] = Policy(
    name="settle_trade", events=(TradeExecuted,), react=settle_trade
)
SETTLE_LIQUIDATION: Policy[PositionLiquidated, PostEntry] = Policy(
    name="settle_liquidation", events=(PositionLiquidated,), react=settle_liquidation
)
SETTLE_FUNDING: Policy[FundingPaid, PostEntry] = Policy(
    name="settle_funding", events=(FundingPaid,), react=settle_funding
)
SETTLE_CASH: Policy[CashMoved | AccountReset, PostEntry] = Policy(
    name="settle_cash", events=(CashMoved, AccountReset), react=settle_cash
)
GRANT_CREDITS: Policy[LevelUp, PostEntry] = Policy(
    name="grant_credits", events=(LevelUp,), react=grant_credits
)
