"""Pre-trade checks: one ladder, every independent cause reported, the first gives the code."""

from collections.abc import Callable
from typing import TypeAlias

from astracore.errors.risk import KillSwitchActive
from astracore.errors.trading import (
    AccountClosed,
    AccountFrozen,
    InstrumentUnavailable,
    LiveNotAllowed,
    TradingFault,
)
from astracore.trading.checks.assessing import (
    Assessed,
    assessed,
    protective_price,
)
from astracore.trading.checks.field_checks import (
    check_fields,
    check_filters,
    check_flags,
    check_prices,
)
from astracore.trading.checks.limit_checks import (
    check_counts,
    check_funds,
    check_leverage,
    check_losses,
    check_pause,
    check_size,
    highest_leverage,
)
from astracore.trading.facts import LIMITS, LiveStanding, TradingLimits
from astracore.trading.settlement import settles_in
from astracore.trading.types import AccountMode, AccountStatus, InstrumentStatus, TradingState

__all__ = [
    "LADDER",
    "LIMITS",
    "Assessed",
    "TradingLimits",
    "assessed",
    "highest_leverage",
    "missing_standing",
    "protective_price",
    "refusals",
]
Check: TypeAlias = Callable[[Assessed], tuple[TradingFault, ...]]


def check_account(seen: Assessed) -> tuple[TradingFault, ...]:
    """account_closed, account_frozen, kill_switch_active (which let reducing orders pass)."""
    account, risk = seen.account, seen.asked.facts.risk
    faults: list[TradingFault] = []
    if account.status is AccountStatus.CLOSED:
        faults.append(AccountClosed(account.account_id))
    elif account.status is AccountStatus.FROZEN and not seen.reducing:
        faults.append(AccountFrozen(account.account_id))
    if risk is not None and risk.state is not TradingState.ACTIVE and not seen.reducing:
        faults.append(KillSwitchActive(risk.state.value, risk.reason))
    if account.mode is AccountMode.LIVE:
        faults += missing_standing(seen.asked.facts.live)
    return tuple(faults)


def missing_standing(live: LiveStanding | None) -> tuple[LiveNotAllowed, ...]:
    """live_not_allowed for the first thing that real money wants and that is missing."""
    if live is None or live.leverage_cap < 1:
        return (LiveNotAllowed("identity is not verified"),)
    if not live.two_factor:
        return (LiveNotAllowed("two-factor authentication is off"),)
    if not live.connected:
        return (LiveNotAllowed("no verified exchange connection"),)
    return ()


def check_instrument(seen: Assessed) -> tuple[TradingFault, ...]:
    """instrument_unavailable; a halted instrument lets reducing orders pass."""
    listed = seen.instrument
    if not settles_in(listed, seen.account.currency):
        return (InstrumentUnavailable(listed.symbol, "settles in another currency"),)
    if listed.status is InstrumentStatus.ACTIVE:
        return ()
    if listed.status is InstrumentStatus.HALTED and seen.reducing:
        return ()
    return (InstrumentUnavailable(listed.symbol, listed.status.value),)


LADDER: tuple[Check, ...] = (
    check_account,
    check_instrument,
    check_fields,
    check_filters,
    check_prices,
    check_flags,
    check_size,
    check_leverage,
    check_funds,
    check_losses,
    check_counts,
    check_pause,
)


def refusals(seen: Assessed) -> tuple[TradingFault, ...]:
    """Every cause, in ladder order; empty when the order may be accepted. Kernel."""
    return tuple(fault for check in LADDER for fault in check(seen))
