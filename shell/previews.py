"""The account as it is now, for a look at what an order would do to it."""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success
from sqlalchemy import Connection

from adapters.db import log
from astracore.catalog.aggregates import ACCOUNT_AGGREGATE
from astracore.errors.events import CorruptSnapshot, StreamFault
from astracore.events.envelope import StreamId
from astracore.events.snapshot import folded, restored
from astracore.ids import AccountId
from astracore.outcome import is_failure
from astracore.trading.account import ACCOUNT
from astracore.trading.state import Account
from astracore.trading.why.judging import Judged
from astracore.trading.why.previewing import Preview
from shell.problems import CauseView, cause_view


@frozen(kw_only=True)
class PreviewView:
    """What an order would come to; `qty` [base], `reserve` and `fee` [account currency],
    `liquidation_price` [quote per base]."""

    qty: Decimal
    reserve: Decimal
    errors: tuple[CauseView, ...]
    orders: tuple[Judged, ...]
    fee: Decimal | None = None
    liquidation_price: Decimal | None = None


def account_now(
    connection: Connection, account_id: AccountId
) -> Result[Account, StreamFault | CorruptSnapshot]:
    """The account at the head of its stream: its snapshot, and the events behind it.

    Errors: CorruptEvent, UnknownEventType, CorruptSnapshot.
    """
    stream = StreamId(ACCOUNT.name, account_id)
    kept = restored(ACCOUNT_AGGREGATE, log.snapshot(connection, stream))
    if is_failure(kept):
        return Failure(kept.failure())
    version, state = kept.unwrap()
    now = folded(ACCOUNT_AGGREGATE, state, log.stream(connection, stream, version))
    return Failure(now.failure()) if is_failure(now) else Success(now.unwrap())


def preview_view(found: Preview) -> PreviewView:
    """A preview as it is answered."""
    return PreviewView(
        qty=found.qty,
        reserve=found.reserve,
        fee=found.fee,
        liquidation_price=found.liquidation_price,
        errors=tuple(cause_view(cause) for cause in found.causes),
        orders=found.orders,
    )
