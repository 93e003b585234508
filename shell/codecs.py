"""What requests carry: one frozen class for each body, read strictly and published as schema."""

from decimal import Decimal
from typing import Annotated, TypeAlias

from attrs import frozen
from pydantic import StringConstraints

from astracore.ids import AccountId
from astracore.trading.types import OrderType, Side, TimeInForce

Symbol: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=20)]
Reference: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=36)]


@frozen(kw_only=True)
class NewUser:
    """Who wants to play."""

    username: Annotated[str, StringConstraints(min_length=1, max_length=64)]


@frozen(kw_only=True)
class NewOrder:
    """An order as it is asked for. `qty` [base], `limit_price` [quote per base]."""

    account_id: AccountId
    symbol: Symbol
    side: Side
    type: OrderType
    qty: Decimal
    limit_price: Decimal | None = None
    tif: TimeInForce | None = None
    post_only: bool = False
    reduce_only: bool = False
    client_order_id: Reference | None = None


@frozen(kw_only=True)
class Closing:
    """How much [base] of a position to close; all of it when left out."""

    qty: Decimal | None = None
