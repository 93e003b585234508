"""What an order would do: the very ladder, and the very fill at the worst price it allows."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from attrs import frozen
from returns.result import Result, Success

from astracore.errors.trading import TradingFault
from astracore.errors.values import NumericLimit
from astracore.ids import FillId
from astracore.margin.legs import Contract as Settling
from astracore.margin.legs import Leg
from astracore.margin.liquidation import Other, cross_margin, liquidation_price
from astracore.numeric import Rounding, exact, quotient, rounded_quotient
from astracore.outcome import is_failure
from astracore.trading.account import decide
from astracore.trading.commands import PlaceOrder, RecordFill
from astracore.trading.events import AccountEvent, OrderAccepted, TradeExecuted
from astracore.trading.folding import fold
from astracore.trading.pnl import floating
from astracore.trading.settlement import key_of
from astracore.trading.state import Account, Position
from astracore.trading.steps.liquidating import maintenance
from astracore.trading.types import (
    ZERO,
    ContractKind,
    Instrument,
    Liquidity,
    MarginMode,
    Side,
)
from astracore.trading.why.judging import Judged, judged_orders

KINDS: Mapping[ContractKind, Settling] = {
    ContractKind.SPOT: Settling.LINEAR,
    ContractKind.LINEAR: Settling.LINEAR,
    ContractKind.INVERSE: Settling.INVERSE,
    ContractKind.QUANTO: Settling.QUANTO,
}


@frozen(kw_only=True)
class Preview:
    """What placing an order would come to; `causes` are empty when it would be accepted.

    `qty` [base] and `reserve` [account currency] are of all its limits together, as far as the
    ladder judged them; `fee` [account currency] and `liquidation_price` [quote per base] follow
    a full fill at the worst price the order allows, which only an accepted order has.
    """

    qty: Decimal
    reserve: Decimal
    causes: tuple[TradingFault, ...]
    orders: tuple[Judged, ...]
    fee: Decimal | None = None
    liquidation_price: Decimal | None = None


@exact
def preview(
    command: PlaceOrder, account: Account, instruments: Mapping[str, Instrument]
) -> Result[Preview, NumericLimit]:
    """What `command` would do to `account`; nothing is placed.

    Errors: NumericLimit.
    Invariant: the causes, the quantity and the reserve are those of placing it.
    """
    decided = decide(command, account)
    orders = judged_orders(command, account)
    qty = sum((one.qty for one in orders), ZERO)
    reserve = sum((one.reserve for one in orders), ZERO)
    if is_failure(decided):
        causes = decided.failure().causes
        return Success(Preview(qty=qty, reserve=reserve, causes=causes, orders=orders))
    events = decided.unwrap()
    filled = all_filled(command, folded(account, events), events)
    fee = None if filled is None else filled.fee
    key = key_of(command.symbol, command.terms.leg)
    marks = {mark.symbol: mark.price for mark in command.facts.marks}
    risky = None if filled is None else liquidation_of(filled.account, key, instruments, marks)
    return Success(
        Preview(
            qty=qty, reserve=reserve, causes=(), orders=orders, fee=fee, liquidation_price=risky
        )
    )


@frozen
class Filled:
    """The account once everything has filled, and what that cost."""

    account: Account
    fee: Decimal


def folded(account: Account, events: Iterable[AccountEvent]) -> Account:
    """The account after events. Kernel."""
    for event in events:
        account = fold(account, event)
    return account


def all_filled(
    command: PlaceOrder, account: Account, events: tuple[AccountEvent, ...]
) -> Filled | None:
    """Every accepted order filled whole, as taker, at its worst price; None where one cannot be.

    Kernel.
    """
    fee = ZERO
    for event in (one for one in events if isinstance(one, OrderAccepted)):
        fill = RecordFill(
            account_id=event.account_id,
            order_id=event.order_id,
            fill_id=FillId("preview"),
            symbol=event.symbol,
            side=event.side,
            qty=event.qty,
            price=worst_price(command, event),
            liquidity=Liquidity.TAKER,
            at=event.at,
        )
        decided = decide(fill, account)
        if is_failure(decided):
            return None
        happened = decided.unwrap()
        fee += sum((one.fee for one in happened if isinstance(one, TradeExecuted)), ZERO)
        account = folded(account, happened)
    return Filled(account, fee)


def worst_price(command: PlaceOrder, event: OrderAccepted) -> Decimal:
    """The limit, or the protective price, or R on the tick away from the trader. Kernel."""
    bound = event.limit_price or event.protective_price
    listed = command.facts.instrument
    if bound is not None or listed is None:
        return event.reference if bound is None else bound
    rule = Rounding.CEILING if event.side is Side.BUY else Rounding.FLOOR
    return rounded_quotient(event.reference, Decimal(1), listed.tick, rule)


def liquidation_of(
    account: Account,
    key: str,
    instruments: Mapping[str, Instrument],
    marks: Mapping[str, Decimal],
) -> Decimal | None:
    """The price on the tick at which a position is taken over; None: there is none, or it stands
    on cross margin beside positions that cannot be valued. Kernel.

    Source: docs/formulas-margin-sizing-risk.md#liquidation-price.
    """
    held = account.positions.get(key)
    listed = None if held is None else instruments.get(held.symbol)
    if held is None or listed is None or held.contract is ContractKind.SPOT:
        return None
    behind = held.margin
    if held.margin_mode is MarginMode.CROSS:
        others = others_beside(account, key, instruments, marks)
        wallet = None if others is None else cross_margin(account.cash - account.lent, others)
        if wallet is None or is_failure(wallet):
            return None
        behind = wallet.unwrap()
    found = liquidation_price(
        leg_of(held), margin=behind, brackets=listed.brackets, tick=listed.tick
    )
    return None if is_failure(found) else found.unwrap()


def others_beside(
    account: Account,
    key: str,
    instruments: Mapping[str, Instrument],
    marks: Mapping[str, Decimal],
) -> tuple[Other, ...] | None:
    """What the other positions on cross margin add; None when one of them has no mark. Kernel."""
    crossed = [
        one
        for name, one in account.positions.items()
        if name != key and one.margin_mode is MarginMode.CROSS
    ]
    if any(one.symbol not in marks or one.symbol not in instruments for one in crossed):
        return None
    return tuple(
        Other(
            unrealised=floating(one, marks[one.symbol]),
            maintenance=maintenance(one, instruments[one.symbol], marks[one.symbol]),
        )
        for one in crossed
    )


def leg_of(held: Position) -> Leg:
    """A position as the margin formulas take it: its entry is carried to 50 digits. Kernel."""
    units = abs(held.qty) * held.multiplier
    inverse = held.contract is ContractKind.INVERSE
    entry = quotient(units, abs(held.cost)) if inverse else quotient(abs(held.cost), units)
    return Leg(
        contract=KINDS[held.contract],
        quantity=held.qty,
        entry=entry,
        multiplier=held.multiplier,
    )
