"""What is remembered of a kill switch, and what it means for an order."""

from typing import assert_never

from attrs import frozen

from astracore.instants import Instant
from astracore.risk.pretrade import TradingState
from astracore.risk.switches.types import Mode, Scope

STATES = tuple(TradingState)


@frozen(kw_only=True)
class Engaged:
    """A switch that stands, with the facts of its first trip."""

    scope: Scope
    target: str
    mode: Mode
    by: str
    by_owner: bool
    reason: str
    automatic: bool
    since: Instant


@frozen(kw_only=True)
class Approval:
    """Who agreed to a release, and when."""

    by: str
    at: Instant


@frozen(kw_only=True)
class Switch:
    """Armed while `engaged` is None."""

    engaged: Engaged | None = None
    approval: Approval | None = None


ARMED = Switch()


@frozen(kw_only=True)
class Place:
    """Where an order goes: every name a switch could be aimed at."""

    exchange: str
    symbol: str
    account_id: str
    bot_id: str | None = None


def applies(engaged: Engaged, place: Place) -> bool:
    """Whether a standing switch covers `place`."""
    match engaged.scope:
        case Scope.GLOBAL:
            return True
        case Scope.EXCHANGE:
            return engaged.target == place.exchange
        case Scope.INSTRUMENT:
            return engaged.target == place.symbol
        case Scope.ACCOUNT:
            return engaged.target == place.account_id
        case Scope.BOT:
            return engaged.target == place.bot_id
        case _:
            assert_never(engaged.scope)


def state_at(
    place: Place, standing: tuple[Engaged, ...], *, own: TradingState = TradingState.ACTIVE
) -> TradingState:
    """The worst of the account's `own` state and every switch that covers `place`.

    >>> place = Place(exchange="sim", symbol="ETH-USD", account_id="a")
    >>> state_at(place, ()).value
    'active'
    """
    halted = (TradingState.HALTED for engaged in standing if applies(engaged, place))
    return max((own, *halted), key=STATES.index)
