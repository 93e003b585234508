"""What a trade returned: on its price, its margin, its cash; in units of its risk; at its worst."""

from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.contracts import ContractFault
from astracore.errors.series import ZeroDenominator
from astracore.errors.values import InvalidPrice, InvalidQuantity
from astracore.numeric import exact, quotient, to_text
from astracore.trading.contracts.kinds import (
    ONE,
    Contract,
    Holding,
    above_zero,
    from_zero,
    gain_of,
    sign_of,
    value_of,
)
from astracore.trading.types import ZERO, ContractKind, Side


@frozen(kw_only=True)
class RoundTrip:
    """One entry and one exit of the same quantity, with the fee rates of both."""

    side: Side
    qty: Decimal
    opened: Decimal  # [quote per base]
    closed: Decimal
    open_rate: Decimal = ZERO
    close_rate: Decimal = ZERO
    funding: Decimal = ZERO  # [quote], received above zero
    leverage: Decimal = ONE


@frozen(kw_only=True)
class NetProfit:
    """`net` [quote] and its ratio to the fee-inclusive value of the opening, times leverage."""

    net: Decimal
    ratio: Decimal


def first_not_above_zero(values: Sequence[Decimal]) -> Decimal | None:
    """The first value that is no price, or None. Kernel."""
    return next((value for value in values if not above_zero(value)), None)


@exact
def net_profit(trip: RoundTrip) -> Result[NetProfit, ContractFault]:
    """The result of a round trip with both fees.

    Qo = q × open, Qc = q × close. Long: net = Qc(1 − fc) − Qo(1 + fo) + funding, ratio = net /
    (Qo(1 + fo)) × leverage; short: net = Qo(1 − fo) − Qc(1 + fc) + funding, ratio = net /
    (Qo(1 − fo)) × leverage.
    Errors: InvalidQuantity, InvalidPrice, ZeroDenominator (the opening is worth nothing),
    NumericLimit.  Source: docs/formulas-contracts-orders.md#returns.
    Invariant: a fee rate changes net by exactly its own fee.
    """
    bad = first_not_above_zero((trip.opened, trip.closed))
    if bad is not None:
        return Failure(InvalidPrice(to_text(bad)))
    if not from_zero(trip.qty):
        return Failure(InvalidQuantity(to_text(trip.qty)))
    sign = sign_of(trip.side)
    entered = trip.qty * trip.opened * (ONE + sign * trip.open_rate)
    left = trip.qty * trip.closed * (ONE - sign * trip.close_rate)
    if not above_zero(entered):
        return Failure(ZeroDenominator("opening value"))
    net = sign * (left - entered) + trip.funding
    return Success(NetProfit(net=net, ratio=quotient(net * trip.leverage, entered)))


@exact
def realized_return(side: Side, opened: Decimal, closed: Decimal) -> Result[Decimal, ContractFault]:
    """s (average close − average open) / average open, to 50 digits.

    Errors: InvalidPrice, NumericLimit.  Source: docs/formulas-contracts-orders.md#returns.
    >>> to_text(realized_return(Side.SELL, Decimal("1.25"), Decimal(1)).unwrap())
    '0.2'
    """
    bad = first_not_above_zero((opened, closed))
    if bad is not None:
        return Failure(InvalidPrice(to_text(bad)))
    return Success(quotient(sign_of(side) * (closed - opened), opened))


@exact
def return_on(gain: Decimal, outlay: Decimal) -> Result[Decimal, ContractFault]:
    """gain / outlay to 50 digits: ROI on cash, ROE on the initial margin.

    Errors: ZeroDenominator (nothing was laid out), NumericLimit.
    Source: docs/formulas-contracts-orders.md#returns.
    >>> to_text(return_on(Decimal(5), Decimal(20)).unwrap())
    '0.25'
    """
    if not above_zero(outlay):
        return Failure(ZeroDenominator("outlay"))
    return Success(quotient(gain, outlay))


@frozen(kw_only=True)
class MarginStake:
    """What a leveraged position has at stake: its initial margin and the fee of closing it at
    its bankruptcy price."""

    qty: Decimal
    entry: Decimal
    leverage: Decimal
    bankruptcy: Decimal
    close_rate: Decimal = ZERO


@exact
def return_on_margin(
    terms: Contract, gain: Decimal, stake: MarginStake
) -> Result[Decimal, ContractFault]:
    """gain / (value at entry / leverage + close rate × value at the bankruptcy price).

    Errors: InvalidPrice, ZeroDenominator, NumericLimit.
    Source: docs/formulas-contracts-orders.md#returns.
    """
    inverse = terms.kind is ContractKind.INVERSE
    prices = (stake.entry, stake.bankruptcy) if inverse or stake.close_rate else (stake.entry,)
    bad = first_not_above_zero(prices)
    if bad is not None:
        return Failure(InvalidPrice(to_text(bad)))
    if not above_zero(stake.leverage):
        return Failure(ZeroDenominator("leverage"))
    units = abs(stake.qty) * terms.multiplier
    margin = quotient(_worth(units, stake.entry, inverse=inverse), stake.leverage)
    fee = ZERO
    if stake.close_rate:
        fee = stake.close_rate * _worth(units, stake.bankruptcy, inverse=inverse)
    if not margin + fee > ZERO:
        return Failure(ZeroDenominator("margin"))
    return Success(quotient(gain, margin + fee))


def _worth(units: Decimal, price: Decimal, *, inverse: bool) -> Decimal:
    """units × price, or units / price to 50 digits. Kernel."""
    return quotient(units, price) if inverse else units * price


@exact
def r_multiple(
    terms: Contract, held: Holding, stop: Decimal, net: Decimal
) -> Result[Decimal, ContractFault]:
    """net / what the position would have lost at its first stop.

    Errors: InvalidPrice, ZeroDenominator (the stop risks nothing), NumericLimit.
    Source: docs/formulas-contracts-orders.md#r-multiple.
    >>> held = Holding(qty=Decimal(2), cost=Decimal(200))
    >>> to_text(r_multiple(Contract(), held, Decimal(95), Decimal(25)).unwrap())
    '2.5'
    """
    if not above_zero(stop):
        return Failure(InvalidPrice(to_text(stop)))
    risk = -gain_of(terms, held.cost, value_of(terms, held.qty, stop))
    if not above_zero(risk):
        return Failure(ZeroDenominator("risk"))
    return Success(quotient(net, risk))


@frozen(kw_only=True)
class Excursions:
    """The worst (at most 0) and the best (at least 0) that a trade was at [settle]."""

    adverse: Decimal
    favourable: Decimal


@exact
def excursions(
    terms: Contract, held: Holding, marks: Sequence[Decimal]
) -> Result[Excursions, ContractFault]:
    """MAE and MFE of `held` along `marks`: the least and the greatest unrealised, 0 included.

    Errors: InvalidPrice, NumericLimit.  Source: docs/formulas-contracts-orders.md#excursions.
    Invariant: adverse <= 0 <= favourable; the mirrored position swaps and negates them.
    >>> held = Holding(qty=Decimal(1), cost=Decimal(100))
    >>> excursions(Contract(), held, (Decimal(98), Decimal(105))).unwrap()
    Excursions(adverse=Decimal('-2'), favourable=Decimal('5'))
    """
    bad = first_not_above_zero(marks)
    if bad is not None:
        return Failure(InvalidPrice(to_text(bad)))
    gains = [gain_of(terms, held.cost, value_of(terms, held.qty, mark)) for mark in marks]
    return Success(Excursions(adverse=min([ZERO, *gains]), favourable=max([ZERO, *gains])))
