"""A position in any kind of contract, folded from fills: fees in any asset, flips, cycles.

Gross profit and fees stand apart; both are stated in the settlement asset. A fee in the base of
a spot pair lowers the quantity and is an expense at the fill's price; a fee in a third asset is an
expense at the rate that the fill states.
"""

from collections.abc import Mapping
from decimal import Decimal

from attrs import evolve, field, frozen
from returns.result import Failure, Result, Success

from astracore.errors.contracts import ContractFault
from astracore.errors.ledger import DuplicateEntry
from astracore.errors.trading import UnknownMark
from astracore.errors.values import InvalidPrice, InvalidQuantity, NumericLimit
from astracore.instants import Instant
from astracore.numeric import exact, quotient, to_text
from astracore.outcome import is_failure
from astracore.trading.contracts.kinds import (
    LINEAR,
    ONE,
    Booking,
    Contract,
    Holding,
    above_zero,
    faulty_terms,
    gain_of,
    part_of,
    settled,
    side_of,
    sign_of,
    value_of,
)
from astracore.trading.contracts.trade_log import TradeLog
from astracore.trading.types import ZERO, ContractKind, Side

DAWN = Instant(0)
FLAT = Holding()


@frozen(kw_only=True)
class ContractFill:
    """One trade. `fee` > 0 is paid, < 0 is a rebate, in `fee_asset` (empty: the settlement).

    `fee_rate` [settle per fee asset] values a fee in a third asset at the instant of the fill.
    """

    trade_id: str
    side: Side
    qty: Decimal
    price: Decimal
    fee: Decimal = ZERO
    fee_asset: str = ""
    fee_rate: Decimal | None = None
    at: Instant = DAWN


@frozen(kw_only=True)
class Leg:
    """What of a fill reaches the position: its quantity after a base fee, its fee as money."""

    qty: Decimal
    fee: Decimal  # [settle]


@frozen(kw_only=True)
class Cycle:
    """One way from flat to flat. net = realised − fees + funding [settle]."""

    side: Side
    opened_at: Instant
    closed_at: Instant | None = None
    max_qty: Decimal = ZERO
    peak_cost: Decimal = ZERO  # [settle], the largest |cost|
    entry_qty: Decimal = ZERO
    entry_value: Decimal = ZERO  # [settle]
    exit_qty: Decimal = ZERO
    exit_value: Decimal = ZERO
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    funding: Decimal = ZERO


@frozen(kw_only=True)
class ContractPosition:
    """A position and its whole past.

    Invariant: `realised`, `fee_cost` and `funding` are the sums over `closed` and `cycle`.
    Invariant: flat exactly when `cycle` is None, and then the cost is 0.
    """

    terms: Contract = LINEAR
    held: Holding = FLAT
    realised: Decimal = ZERO  # [settle], gross
    fees: Mapping[str, Decimal] = field(factory=dict)  # by asset, as they were charged
    fee_cost: Decimal = ZERO  # [settle], all fees
    funding: Decimal = ZERO  # [settle], received above zero
    cycle: Cycle | None = None
    closed: tuple[Cycle, ...] = ()
    trades: TradeLog[ContractFill] = field(factory=TradeLog)


@frozen(kw_only=True)
class Applied:
    """The position after a fill and what the fill did; a repeated trade did nothing."""

    position: ContractPosition
    booking: Booking | None


def net_of(cycle: Cycle) -> Decimal:
    """What a cycle came to [settle]. Kernel."""
    return cycle.realised - cycle.fees + cycle.funding


def leg_of_fill(terms: Contract, fill: ContractFill) -> Result[Leg, ContractFault]:
    """A fill with its fee turned into quantity and settlement money. Kernel.

    Errors: InvalidQuantity (the fee in the base eats all of it), InvalidPrice (a fee rate that is
    not above zero), UnknownMark (a fee in a third asset without a rate).
    """
    if not fill.fee.is_finite():
        return Failure(NumericLimit("InvalidOperation"))
    if not fill.fee_asset or fill.fee_asset == terms.settle or not fill.fee:
        return Success(Leg(qty=fill.qty, fee=fill.fee))
    if fill.fee_asset == terms.base and terms.kind is ContractKind.SPOT:
        qty = fill.qty - sign_of(fill.side) * fill.fee
        if not above_zero(qty):
            return Failure(InvalidQuantity(to_text(qty)))
        return Success(Leg(qty=qty, fee=fill.fee * fill.price * terms.multiplier))
    if fill.fee_rate is None:
        return Failure(UnknownMark(fill.fee_asset))
    if not above_zero(fill.fee_rate):
        return Failure(InvalidPrice(to_text(fill.fee_rate)))
    return Success(Leg(qty=fill.qty, fee=fill.fee * fill.fee_rate))


@exact
def apply_contract_fill(
    position: ContractPosition, fill: ContractFill
) -> Result[Applied, ContractFault]:
    """Fold one fill into a position of any kind.

    A trade id seen before changes nothing when the fill is the same, else it is refused. A flip
    is a close and an opening at one price; its fee is shared by quantity, the closing part half
    even, the opening part taking the rest.
    Errors: DuplicateEntry, InvalidQuantity, InvalidPrice, UnknownMark, NumericLimit.
    Source: docs/formulas-contracts-orders.md#positions.
    Invariant: total profit at a mark changes by s q m (mark − price) − fee, exactly.
    >>> buy = ContractFill(trade_id="1", side=Side.BUY, qty=Decimal(2), price=Decimal(100))
    >>> once = apply_contract_fill(ContractPosition(), buy).unwrap().position
    >>> apply_contract_fill(once, buy).unwrap().position == once
    True
    """
    known = position.trades.find(fill.trade_id)
    if known is not None:
        if known == fill:
            return Success(Applied(position=position, booking=None))
        return Failure(DuplicateEntry(fill.trade_id))
    fault = faulty_terms(fill.qty, fill.price)
    if fault is not None:
        return Failure(fault)
    leg = leg_of_fill(position.terms, fill)
    if is_failure(leg):
        return leg
    return Success(_applied(position, fill, leg.unwrap()))


def _applied(position: ContractPosition, fill: ContractFill, leg: Leg) -> Applied:
    """The fill booked, its fee shared, its cycles told. Kernel."""
    terms = position.terms
    booking = settled(terms, position.held, fill.side, leg.qty, fill.price)
    closing_fee = part_of(leg.fee, booking.closed, leg.qty, terms.step)
    ended, now = _passed(position, fill, booking, (closing_fee, leg.fee - closing_fee))
    asset = fill.fee_asset or terms.settle
    fees = position.fees
    if fill.fee:
        fees = {**fees, asset: fees.get(asset, ZERO) + fill.fee}
    after = evolve(
        position,
        held=booking.after,
        realised=position.realised + booking.realised,
        fees=fees,
        fee_cost=position.fee_cost + leg.fee,
        cycle=now,
        closed=position.closed if ended is None else (*position.closed, ended),
        trades=position.trades.with_trade(fill.trade_id, fill),
    )
    return Applied(position=after, booking=booking)


def _passed(
    position: ContractPosition,
    fill: ContractFill,
    booking: Booking,
    fees: tuple[Decimal, Decimal],
) -> tuple[Cycle | None, Cycle | None]:
    """The cycle that the fill ended, and the one that runs after it. Kernel."""
    cycle, terms = position.cycle, position.terms
    if booking.closed and cycle is not None:
        cycle = evolve(
            cycle,
            realised=cycle.realised + booking.realised,
            fees=cycle.fees + fees[0],
            exit_qty=cycle.exit_qty + booking.closed,
            exit_value=cycle.exit_value + value_of(terms, booking.closed, fill.price),
        )
    flat_on_the_way = booking.closed == abs(position.held.qty) and cycle is not None
    ended = evolve(cycle, closed_at=fill.at) if cycle is not None and flat_on_the_way else None
    running = None if flat_on_the_way else cycle
    if not booking.opened:
        return ended, running
    fresh = running or Cycle(side=side_of(booking.after.qty), opened_at=fill.at)
    return ended, evolve(
        fresh,
        fees=fresh.fees + fees[1],
        max_qty=max(fresh.max_qty, abs(booking.after.qty)),
        peak_cost=max(fresh.peak_cost, abs(booking.after.cost)),
        entry_qty=fresh.entry_qty + booking.opened,
        entry_value=fresh.entry_value + value_of(terms, booking.opened, fill.price),
    )


@exact
def apply_funding(
    position: ContractPosition, payment: Decimal
) -> Result[ContractPosition, ContractFault]:
    """Book a funding payment [settle], received above zero; a flat position pays none.

    Errors: NumericLimit (also for what is no number).
    Source: docs/formulas-contracts-orders.md#positions.
    """
    if not payment.is_finite():
        return Failure(NumericLimit("InvalidOperation"))
    if position.cycle is None:
        return Success(position)
    cycle = evolve(position.cycle, funding=position.cycle.funding + payment)
    return Success(evolve(position, funding=position.funding + payment, cycle=cycle))


@frozen(kw_only=True)
class Worth:
    """What a position has come to at a mark [settle]. total = realised + unrealised − fees +
    funding."""

    realised: Decimal
    unrealised: Decimal
    fees: Decimal
    funding: Decimal
    total: Decimal


@exact
def worth_at(position: ContractPosition, mark: Decimal | None) -> Result[Worth, ContractFault]:
    """Everything a position made and lost, marked at `mark`; a flat one needs no mark.

    Errors: InvalidPrice (also when a mark is missing), NumericLimit.
    Source: docs/formulas-contracts-orders.md#positions.
    """
    held, terms = position.held, position.terms
    floating = ZERO
    if held.qty:
        if mark is None or not above_zero(mark):
            return Failure(InvalidPrice("none" if mark is None else to_text(mark)))
        floating = gain_of(terms, held.cost, value_of(terms, held.qty, mark))
    net = position.realised + floating - position.fee_cost + position.funding
    return Success(
        Worth(
            realised=position.realised,
            unrealised=floating,
            fees=position.fee_cost,
            funding=position.funding,
            total=net,
        )
    )


@exact
def break_even(
    position: ContractPosition, close_rate: Decimal = ZERO
) -> Result[Decimal | None, ContractFault]:
    """The price at which closing all of it leaves its cycle at nothing, to 50 digits.

    With F = fees − funding − realised of the cycle and r the fee rate of the close: long
    (cost + F)/(q m (1 − r)), short (|cost| − F)/(|q| m (1 + r)); inverse long q m (1 + r)/(cost −
    F), short |q| m (1 − r)/(|cost| + F). None when flat, or when no price above zero does it.
    Errors: NumericLimit.  Source: docs/formulas-contracts-orders.md#break-even.
    Invariant: the worth of the cycle at that price, less the fee of closing there, is 0.
    """
    cycle, held, terms = position.cycle, position.held, position.terms
    if cycle is None:
        return Success(None)
    owed = cycle.fees - cycle.funding - cycle.realised
    sign = sign_of(side_of(held.qty))
    units = held.qty * terms.multiplier
    if terms.kind is ContractKind.INVERSE:
        upper, lower = units * (ONE + sign * close_rate), held.cost - owed
    else:
        upper, lower = held.cost + owed, units * (ONE - sign * close_rate)
    if not (upper * sign > ZERO and lower * sign > ZERO):
        return Success(None)
    return Success(quotient(upper, lower))
