"""What requests say of orders, lists, protection and accounts, and the commands they stand for."""

from decimal import Decimal
from typing import Annotated

from annotated_types import Ge, Le
from attrs import frozen
from pydantic import StringConstraints

from astracore.instants import Instant
from astracore.trading.contracts.hedging import LegName
from astracore.trading.orders.groups import GroupKind, Release
from astracore.trading.orders.self_trades import StpMode
from astracore.trading.orders.terms import OrderTerms, Schedule
from astracore.trading.orders.trailing import TrailBy
from astracore.trading.orders.triggers import TriggerSource
from astracore.trading.types import AccountMode, MarginMode, OrderType, Side, TimeInForce
from shell.codecs import Id, Reference, Symbol

Name = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Legs = Annotated[int, Ge(1), Le(125)]


@frozen(kw_only=True)
class Leg:
    """An order without its account. `qty` [base], prices [quote per base].

    Each type has fields of its own; one that it needs and lacks, or has and may not have, is
    refused by name.
    """

    symbol: Symbol
    side: Side
    type: OrderType
    qty: Decimal | None = None
    limit_price: Decimal | None = None
    tif: TimeInForce | None = None
    post_only: bool = False
    reduce_only: bool = False
    client_order_id: Reference | None = None
    quote_amount: Decimal | None = None  # [quote]
    stop_price: Decimal | None = None
    trail: Decimal | None = None  # an amount, or a fraction of the best price
    trail_by: TrailBy | None = None
    limit_offset: Decimal | None = None
    activation_price: Decimal | None = None
    display_qty: Decimal | None = None  # [base]
    offset: Decimal | None = None
    schedule: Schedule | None = None
    trigger_source: TriggerSource | None = None
    expire_at: Instant | None = None
    leg: LegName | None = None
    stp: StpMode | None = None


@frozen(kw_only=True)
class NewOrder(Leg):
    """An order as it is asked for."""

    account_id: Id


@frozen(kw_only=True)
class NewList:
    """Orders that know each other; a parent or entry first, then stop, then target."""

    account_id: Id
    kind: GroupKind
    legs: tuple[Leg, ...]
    release: Release = Release.FULL


@frozen(kw_only=True)
class NewTicket:
    """So much money [quote] long or short at market; exits [quote per base] if wished."""

    account_id: Id
    symbol: Symbol
    direction: LegName
    amount: Decimal
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None


@frozen(kw_only=True)
class Amendment:
    """What an order should want from now on; what is left out stays."""

    qty: Decimal | None = None  # [base], what was executed included
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None


@frozen(kw_only=True)
class Protection:
    """Exits kept at the position's size [quote per base]: a stop or a trail, and a target."""

    stop: Decimal | None = None
    target: Decimal | None = None
    trail: Decimal | None = None
    leg: LegName | None = None


@frozen(kw_only=True)
class Closing:
    """How much [base] of a position to close; all of it when left out."""

    qty: Decimal | None = None
    leg: LegName | None = None


@frozen(kw_only=True)
class NewAccount:
    """An account of one's own; its money is practice money unless an exchange is connected."""

    mode: AccountMode
    name: Name
    initial_balance: Decimal | None = None
    connection_id: Id | None = None


@frozen(kw_only=True)
class Reset:
    """How much practice money to start again with; as before when left out."""

    initial_balance: Decimal | None = None


@frozen(kw_only=True)
class LeverageChoice:
    """The leverage of later orders in one symbol, and how they are margined."""

    leverage: Legs
    margin_mode: MarginMode | None = None


@frozen(kw_only=True)
class LeverageSetting:
    """What later orders in one symbol use."""

    symbol: str
    leverage: int
    margin_mode: MarginMode


@frozen(kw_only=True)
class MarginChange:
    """How much to move from cash into a position's margin; below zero: back."""

    symbol: Symbol
    amount: Decimal
    leg: LegName | None = None


def terms_of(body: Leg) -> OrderTerms:
    """The special fields of an order."""
    return OrderTerms(
        quote_amount=body.quote_amount,
        stop_price=body.stop_price,
        trail=body.trail,
        trail_by=body.trail_by,
        limit_offset=body.limit_offset,
        activation_price=body.activation_price,
        display_qty=body.display_qty,
        offset=body.offset,
        schedule=body.schedule,
        trigger_source=body.trigger_source,
        expire_at=body.expire_at,
        leg=body.leg,
        stp=body.stp,
    )
