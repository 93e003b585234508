"""What copying asks of accounts, and what it and live trading owe the house."""

from attrs import frozen

from astracore.bots.copying.events import CopyFeeSettled, CopyOrderIntended
from astracore.events.envelope import Envelope
from astracore.ids import OrderId, derived_id
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book, Line, line
from astracore.policies.journal import posted
from astracore.policies.rows import RowPolicy
from astracore.trading.commands import PlaceOrder
from astracore.trading.events import TradeExecuted
from astracore.trading.facts import Facts
from astracore.trading.types import OrderType


@frozen(kw_only=True)
class Payer:
    """The account that pays: its currency, and whether its owner's funds with us cover the fee."""

    currency: str
    is_practice: bool
    has_funds: bool


def place_copy(envelope: Envelope[CopyOrderIntended], row: Facts) -> tuple[PlaceOrder, ...]:
    """copy_order_intended → PlaceOrder at market, under an id that is the intent's own."""
    event = envelope.event
    name = derived_id(event.at.micros // 1000, "copy", event.follow_id, event.leader_fill_id)
    return (
        PlaceOrder(
            account_id=event.account_id,
            order_id=OrderId(name),
            symbol=event.symbol,
            side=event.side,
            type=OrderType.MARKET,
            facts=row,
            qty=event.qty,
            reduce_only=event.reduces,
            bot_id=event.follow_id,
            at=event.at,
        ),
    )


def post_copy_fee(envelope: Envelope[CopyFeeSettled], row: Payer) -> tuple[PostEntry, ...]:
    """copy_fee_settled (live) → debit the follower, credit what is payable to the leader, fees."""
    event = envelope.event
    lines = (
        *line(payer(event.user_id, row), row.currency, event.fee),
        *line(f"payable/{event.leader_id}", row.currency, event.leader_share.copy_negate()),
        *line("transaction_fees", row.currency, event.house_share.copy_negate()),
    )
    return _posted(envelope, "copy_fee", event.follow_id, () if row.is_practice else lines)


def post_platform_fee(envelope: Envelope[TradeExecuted], row: Payer) -> tuple[PostEntry, ...]:
    """trade_executed (live) with a platform_fee → debit the payer, credit transaction fees."""
    event = envelope.event
    lines = (
        *line(payer(event.user_id, row), row.currency, event.platform_fee),
        *line("transaction_fees", row.currency, event.platform_fee.copy_negate()),
    )
    return _posted(envelope, "platform_fee", event.fill_id, () if event.is_practice else lines)


def payer(user_id: str, row: Payer) -> str:
    """The user's funds, or what is still to come in where these do not cover it."""
    return f"user_funds/{user_id}" if row.has_funds else "receivable"


def _posted(
    envelope: Envelope[CopyFeeSettled] | Envelope[TradeExecuted],
    reason: str,
    reference: str,
    lines: tuple[Line, ...],
) -> tuple[PostEntry, ...]:
    return posted(
        Book.HOUSE,
        envelope.event_id,
        at=envelope.event.at,
        reason=reason,
        reference=reference,
        lines=lines,
    )


PLACE_COPY: RowPolicy[CopyOrderIntended, Facts, PlaceOrder] = RowPolicy(
    name="place_copy", events=(CopyOrderIntended,), row=Facts, react=place_copy
)
POST_COPY_FEE: RowPolicy[CopyFeeSettled, Payer, PostEntry] = RowPolicy(
    name="post_copy_fee", events=(CopyFeeSettled,), row=Payer, react=post_copy_fee
)
POST_PLATFORM_FEE: RowPolicy[TradeExecuted, Payer, PostEntry] = RowPolicy(
    name="post_platform_fee", events=(TradeExecuted,), row=Payer, react=post_platform_fee
)
