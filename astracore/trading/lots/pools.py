"""Average cost in one pool, with expenses and exchange rates: section 104, adjusted cost base."""

from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.contracts import BasisFault, InvalidContract
from astracore.errors.trading import InsufficientLots
from astracore.errors.values import InvalidPrice, InvalidQuantity
from astracore.numeric import exact, quotient, to_text
from astracore.outcome import is_failure
from astracore.trading.contracts.kinds import ONE, above_zero, from_zero, part_of
from astracore.trading.types import MICRO, ZERO, Side


@frozen(kw_only=True)
class Pool:
    """All units of one asset and what they cost together, expenses included."""

    qty: Decimal = ZERO  # [base]
    cost: Decimal = ZERO  # [report]


@frozen(kw_only=True)
class PoolTrade:
    """A purchase or sale. Rates are [report per currency] of the price and of the fee.

    Without `fee_fx_rate` the fee is in the currency of the price.
    """

    side: Side
    qty: Decimal
    price: Decimal
    fee: Decimal = ZERO
    fx_rate: Decimal = ONE
    fee_fx_rate: Decimal | None = None


@frozen(kw_only=True)
class PoolStep:
    """The pool after a trade; `gain` [report] of a sale, None for a purchase."""

    pool: Pool
    gain: Decimal | None
    matched: Decimal  # [report], the cost that left


def faulty_trade(trade: PoolTrade) -> InvalidQuantity | InvalidPrice | InvalidContract | None:
    """The first field that no trade can have, or None. Kernel."""
    if not above_zero(trade.qty):
        return InvalidQuantity(to_text(trade.qty))
    if not from_zero(trade.price):
        return InvalidPrice(to_text(trade.price))
    for name, rate in (("fx_rate", trade.fx_rate), ("fee_fx_rate", trade.fee_fx_rate)):
        if rate is not None and not above_zero(rate):
            return InvalidContract(name, to_text(rate))
    return None


def fee_worth(trade: PoolTrade) -> Decimal:
    """The fee in the report currency. Kernel."""
    return trade.fee * (trade.fx_rate if trade.fee_fx_rate is None else trade.fee_fx_rate)


@exact
def pool_step(pool: Pool, trade: PoolTrade, step: Decimal = MICRO) -> Result[PoolStep, BasisFault]:
    """One trade against the pool.

    Buy: cost += q p × rate + fee. Sell: matched = cost × q/qty (half even, `step`; all when all is
    sold), gain = q p × rate − fee − matched, signed.
    Errors: InvalidQuantity, InvalidPrice, InvalidContract (a rate), InsufficientLots,
    NumericLimit.  Source: docs/formulas-contracts-orders.md#pools.
    Invariant: matched + cost after = cost before; selling all gains what FIFO gains.
    >>> held = Pool(qty=Decimal(3), cost=Decimal(30))
    >>> sale = PoolTrade(side=Side.SELL, qty=Decimal(2), price=Decimal(15), fee=Decimal(2),
    ...                  fx_rate=Decimal(2), fee_fx_rate=Decimal("0.4"))
    >>> to_text(pool_step(held, sale).unwrap().gain)
    '39.2'
    """
    fault = faulty_trade(trade)
    if fault is not None:
        return Failure(fault)
    value, fee = trade.qty * trade.price * trade.fx_rate, fee_worth(trade)
    if trade.side is Side.BUY:
        grown = Pool(qty=pool.qty + trade.qty, cost=pool.cost + value + fee)
        return Success(PoolStep(pool=grown, gain=None, matched=ZERO))
    if trade.qty > pool.qty:
        return Failure(InsufficientLots(found=pool.qty, missing=trade.qty - pool.qty))
    matched = part_of(pool.cost, trade.qty, pool.qty, step)
    less = Pool(qty=pool.qty - trade.qty, cost=pool.cost - matched)
    return Success(PoolStep(pool=less, gain=value - fee - matched, matched=matched))


def pool_run(
    trades: Sequence[PoolTrade], start: Pool | None = None, step: Decimal = MICRO
) -> Result[tuple[PoolStep, ...], BasisFault]:
    """Every trade in turn: the pool and the gain after each.

    Errors: those of pool_step, at the first trade that has one.
    Source: docs/formulas-contracts-orders.md#pools.
    """
    pool, steps = start or Pool(), list[PoolStep]()
    for trade in trades:
        taken = pool_step(pool, trade, step)
        if is_failure(taken):
            return taken
        steps.append(taken.unwrap())
        pool = taken.unwrap().pool
    return Success(tuple(steps))


@exact
def unit_cost(pool: Pool) -> Result[Decimal | None, BasisFault]:
    """cost/qty to 50 digits, for display; None for an empty pool.

    Errors: NumericLimit.  Source: docs/formulas-contracts-orders.md#pools.
    """
    return Success(None if pool.qty == ZERO else quotient(pool.cost, pool.qty))


@exact
def return_of_capital(pool: Pool, amount: Decimal) -> Result[PoolStep, BasisFault]:
    """`amount` [report] paid back on all units lowers their cost; what exceeds it is a gain.

    Errors: InvalidPrice (below zero), NumericLimit.
    Source: docs/formulas-contracts-orders.md#pools.
    >>> paid = return_of_capital(Pool(qty=Decimal(10), cost=Decimal(30)), Decimal(40)).unwrap()
    >>> paid.pool.cost, paid.gain
    (Decimal('0'), Decimal('10'))
    """
    if not from_zero(amount):
        return Failure(InvalidPrice(to_text(amount)))
    lowered = min(amount, pool.cost)
    after = Pool(qty=pool.qty, cost=pool.cost - lowered)
    return Success(PoolStep(pool=after, gain=amount - lowered, matched=lowered))
