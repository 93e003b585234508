"""`lots.*`: averages of one pool, with expenses and exchange rates, and the matching of a day."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from returns.result import Result

from astracore.numeric import exact
from astracore.outcome import collect, is_failure
from astracore.trading.lots.disposals import same_day_gain
from astracore.trading.lots.pools import (
    Pool,
    PoolStep,
    PoolTrade,
    pool_run,
    pool_step,
    return_of_capital,
    unit_cost,
)
from astracore.trading.types import ZERO
from astracore.verification.inputs import Answer, Function, Inputs
from astracore.verification.vector_functions.rows import (
    FEES,
    TOTALS,
    CaseFault,
    Told,
    first_stated,
    inner,
    number_or,
    priced,
    rows_of,
    side_in,
)

FINE = Decimal("1E-30")
ONE = Decimal(1)


def _pool_trade(stated: Inputs) -> Result[PoolTrade, CaseFault]:
    """One purchase or sale with expenses and exchange rates."""
    fee_key = first_stated(stated, FEES) or "fee"
    return Result.do(
        PoolTrade(
            side=side,
            qty=qty,
            price=price,
            fee=fee,
            fx_rate=rate,
            fee_fx_rate=fee_rate if stated.has("fee_fx_rate") else None,
        )
        for side in side_in(stated, ("kind", "side", "type"))
        for qty in stated.number("qty")
        for price in priced(stated)
        for fee in number_or(stated, fee_key, ZERO)
        for rate in number_or(stated, "fx_rate", ONE)
        for fee_rate in number_or(stated, "fee_fx_rate", ONE)
    )


def _pool_trades(inputs: Inputs, key: str) -> Result[tuple[PoolTrade, ...], CaseFault]:
    """A list of them."""
    return Result.do(
        trades
        for rows in rows_of(inputs, key, ("kind", "qty", "price"))
        for trades in collect(_pool_trade(each) for each in rows)
    )


def _state(inputs: Inputs) -> Result[Pool, CaseFault]:
    """The pool before the first trade; nothing where none is stated."""
    return Result.do(
        Pool(qty=qty, cost=cost)
        for state in inner(inputs, "state")
        for qty in number_or(state, "qty", ZERO)
        for cost in number_or(state, first_stated(state, TOTALS) or "total_cost", ZERO)
    )


def _step_told(step: PoolStep) -> Mapping[str, Answer]:
    """The pool after a trade, and the gain of a sale."""
    return {"qty": step.pool.qty, "total_cost": step.pool.cost, "gain": step.gain}


@exact
def _average_cost_step(inputs: Inputs) -> Told:
    """lots.average_cost_step: one trade against a pool."""
    stated = inner(inputs, "tx")
    if is_failure(stated):
        return stated
    tx = stated.unwrap()
    if tx.text("kind").value_or("").lower() in {"roc", "return_of_capital"}:
        return Result.do(
            _step_told(step)
            for pool in _state(inputs)
            for price in priced(tx)
            for rate in number_or(tx, "fx_rate", ONE)
            for step in return_of_capital(pool, pool.qty * price * rate)
        )
    return Result.do(
        _step_told(step)
        for pool in _state(inputs)
        for trade in _pool_trade(tx)
        for step in pool_step(pool, trade, FINE)
    )


def _average_cost_chain(inputs: Inputs) -> Told:
    """lots.average_cost_chain: the pool after each of several trades."""
    return Result.do(
        [_step_told(step) for step in steps]
        for pool in _state(inputs)
        for trades in _pool_trades(inputs, "events")
        for steps in pool_run(trades, pool, FINE)
    )


def _pooled_with_expenses(inputs: Inputs) -> Told:
    """lots.pooled_cost_with_expenses: the gain of each sale."""
    return Result.do(
        {"gains": [step.gain for step in steps if step.gain is not None]}
        for pool in _state(inputs)
        for trades in _pool_trades(inputs, "events")
        for steps in pool_run(trades, pool, FINE)
    )


@exact
def _pooled_unit_cost(inputs: Inputs) -> Told:
    """lots.pooled_unit_cost: what all purchases together cost a unit, expenses included."""
    rows = rows_of(inputs, "buys")
    if is_failure(rows):
        return rows
    bought = tuple(Inputs({"kind": "buy", **each.values}) for each in rows.unwrap())
    return Result.do(
        answer
        for trades in collect(_pool_trade(each) for each in bought)
        for steps in pool_run(trades, None, FINE)
        for answer in unit_cost(steps[-1].pool if steps else Pool())
    )


def _same_day_gain(inputs: Inputs) -> Told:
    """lots.same_day_gain: all purchases of a day as one, all sales as one."""
    return Result.do(
        gain for trades in _pool_trades(inputs, "trades") for gain in same_day_gain(trades, FINE)
    )


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "lots.average_cost_chain": _average_cost_chain,
        "lots.average_cost_step": _average_cost_step,
        "lots.pooled_cost_with_expenses": _pooled_with_expenses,
        "lots.pooled_unit_cost": _pooled_unit_cost,
        "lots.same_day_gain": _same_day_gain,
    }
)
