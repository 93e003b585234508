"""The chain of rules behind one answer: every check that an asked order was put to, in order.

Each order is assessed as the decider assesses it, on the same account; a property proves that the
readings refuse exactly what the ladder refuses.
"""

from decimal import Decimal

from attrs import frozen
from returns.result import Result, Success

from astracore.errors.trading import Refused, TradingFault
from astracore.errors.values import NumericLimit
from astracore.numeric import exact
from astracore.outcome import is_failure
from astracore.trading.account import decide
from astracore.trading.checks.assessing import Assessed
from astracore.trading.commands import AccountCommand, AmendOrder, ClosePosition, PlaceOrder
from astracore.trading.state import NO_ACCOUNT, Account
from astracore.trading.steps.amending import amending
from astracore.trading.steps.placing import ALONE, assessment, closing, placed, rungs_of
from astracore.trading.telling import Told
from astracore.trading.types import OrderType, Side
from astracore.trading.why.limits import (
    count_readings,
    fund_readings,
    leverage_readings,
    loss_readings,
    pause_readings,
    size_readings,
)
from astracore.trading.why.prices import flag_readings, price_readings
from astracore.trading.why.readings import Reading
from astracore.trading.why.words import (
    account_readings,
    field_readings,
    filter_readings,
    instrument_readings,
)

READERS = (
    account_readings,
    instrument_readings,
    field_readings,
    filter_readings,
    price_readings,
    flag_readings,
    size_readings,
    leverage_readings,
    fund_readings,
    loss_readings,
    count_readings,
    pause_readings,
)


@frozen(kw_only=True)
class Judged:
    """One order as the ladder saw it. `qty` and `opens` [base], after the reduce-only cut;
    `reference` R [quote per base]; `reserve` [account currency]."""

    order_id: str
    symbol: str
    side: Side
    type: OrderType
    qty: Decimal
    opens: Decimal
    leverage: int
    reserve: Decimal
    reference: Decimal | None = None
    level: Decimal | None = None  # [quote per base] where it fires
    readings: tuple[Reading, ...]


@frozen(kw_only=True)
class Judgement:
    """What was decided and why: no causes mean that it was accepted.

    `orders` has an entry for every order that the ladder judged: one, or a scaled order's limits
    up to the one that was refused. What was refused before the ladder (an unknown instrument, a
    position that is not there), and lists, whose legs are judged as if others had filled, have
    causes alone.
    """

    causes: tuple[TradingFault, ...]
    orders: tuple[Judged, ...]


@exact
def judgement(command: AccountCommand, account: Account) -> Result[Judgement, NumericLimit]:
    """Every check that `command` meets on `account`, with its figures.

    Errors: NumericLimit.
    Invariant: `causes` are those of the decider; the codes of the refused readings are the codes
    of the ladder's causes.
    """
    decided = decide(command, account)
    causes = decided.failure().causes if is_failure(decided) else ()
    return Success(Judgement(causes=causes, orders=judged_orders(command, account)))


def judged_orders(command: AccountCommand, account: Account) -> tuple[Judged, ...]:
    """The orders that the ladder sees; none on an account that was never opened. Kernel."""
    if account.account_id == NO_ACCOUNT:
        return ()
    match command:
        case PlaceOrder() if command.type is OrderType.SCALED:
            return judged_rungs(command, account)
        case PlaceOrder():
            return _judged_one(assessment(command, account))
        case ClosePosition():
            return _judged_one(
                closing(command, account).bind(lambda found: assessment(found.asked, found.view))
            )
        case AmendOrder():
            return judged_amendment(command, account)
        case _:
            return ()


def _judged_one(seen: Result[Assessed, Refused]) -> tuple[Judged, ...]:
    """The readings of one order; none when it was refused before the ladder. Kernel."""
    return () if is_failure(seen) else (judged(seen.unwrap()),)


def judged_amendment(command: AmendOrder, account: Account) -> tuple[Judged, ...]:
    """The readings of an order as it would be; none when nothing would change. Kernel."""
    found = amending(command, account)
    if is_failure(found) or found.unwrap().changed == found.unwrap().order:
        return ()
    return _judged_one(assessment(found.unwrap().asked, found.unwrap().view))


def judged_rungs(command: PlaceOrder, account: Account) -> tuple[Judged, ...]:
    """The readings of a scaled order's limits, up to the one that was refused. Kernel."""
    rungs = rungs_of(command, account)
    if is_failure(rungs):
        return ()
    found: list[Judged] = []
    told = Told(account)
    for rung in rungs.unwrap():
        found += _judged_one(assessment(rung, told.account))
        grown = placed(rung, told, ALONE)
        if is_failure(grown):
            break
        told = grown.unwrap()
    return tuple(found)


def judged(seen: Assessed) -> Judged:
    """Every reading of one assessed order, in the order of the ladder. Kernel."""
    return Judged(
        order_id=seen.asked.order_id,
        symbol=seen.asked.symbol,
        side=seen.asked.side,
        type=seen.asked.type,
        qty=seen.qty,
        opens=seen.opens,
        leverage=seen.leverage,
        reserve=seen.reserve,
        reference=seen.reference,
        level=seen.level,
        readings=tuple(reading for read in READERS for reading in read(seen)),
    )
