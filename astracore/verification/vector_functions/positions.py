"""`position.*`: contracts of every kind, from fills to averages, profit and returns."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from returns.result import Failure, Result, Success

from astracore.errors.series import ZeroDenominator
from astracore.numeric import exact, quotient
from astracore.outcome import is_failure
from astracore.trading.contracts.contract_positions import (
    ContractFill,
    ContractPosition,
    apply_contract_fill,
    worth_at,
)
from astracore.trading.contracts.fee_inclusive import Inclusive, inclusive_steps
from astracore.trading.contracts.kinds import (
    Contract,
    Holding,
    average_entry,
    notional,
    profit,
    side_of,
    sign_of,
    value_of,
)
from astracore.trading.contracts.trade_returns import (
    MarginStake,
    realized_return,
    return_on,
    return_on_margin,
)
from astracore.trading.types import ZERO, ContractKind, Side
from astracore.verification.inputs import Answer, Function, Inputs
from astracore.verification.vector_functions.rows import (
    BASE,
    CaseFault,
    Told,
    fills_in,
    number_or,
    rows_of,
    settled_to,
    side_in,
    terms_in,
)

ONE = Decimal(1)


def _folded(terms: Contract, fills: Sequence[ContractFill]) -> Result[ContractPosition, CaseFault]:
    """All fills in turn."""
    position = ContractPosition(terms=terms)
    for fill in fills:
        applied = apply_contract_fill(position, fill)
        if is_failure(applied):
            return applied
        position = applied.unwrap().position
    return Success(position)


def _apply_fills(inputs: Inputs) -> Told:
    """position.apply_fills: everything about the position after its fills."""
    return Result.do(
        answer
        for fills in fills_in(inputs)
        for terms in terms_in(inputs, _spot_where_base_fees(fills))
        for position in _folded(terms, fills)
        for mark in number_or(inputs, "mark", ZERO)
        for answer in _described(inputs, position, mark if inputs.has("mark") else None)
    )


def _spot_where_base_fees(fills: Sequence[ContractFill]) -> ContractKind | None:
    """Fees in the base belong to spot."""
    return ContractKind.SPOT if any(fill.fee_asset == BASE for fill in fills) else None


@exact
def _described(inputs: Inputs, position: ContractPosition, mark: Decimal | None) -> Told:
    """The position by name; what needs a mark is absent without one."""
    net = position.realised - position.fee_cost
    named = {
        "fees": position.fee_cost,
        "realized_gross": position.realised,
        "realized_net": net,
    }
    if mark is not None or not position.held.qty:
        worth = worth_at(position, mark)
        if is_failure(worth):
            return worth
        named |= {"unrealized": worth.unwrap().unrealised, "total": worth.unwrap().total}
    answers: dict[str, Answer] = {"qty": position.held.qty}
    for name, value in named.items():
        rounded = settled_to(inputs, value)
        if is_failure(rounded):
            return rounded
        answers[name] = rounded.unwrap()
    return Result.do(
        {**answers, "avg_entry": average}
        for average in average_entry(position.terms, position.held)
    )


def _average_cost_with_fees(inputs: Inputs) -> Told:
    """position.average_cost_with_fees: fees in the cost of buys and the proceeds of sells."""
    return Result.do(
        answer
        for fills in fills_in(inputs)
        for terms in terms_in(inputs)
        for rate in number_or(inputs, "fee_rate", ZERO)
        for charged in _with_fees(inputs, fills, rate)
        for steps in inclusive_steps(charged, terms)
        for answer in _told_steps(steps)
    )


@exact
def _with_fees(
    inputs: Inputs, fills: Sequence[ContractFill], rate: Decimal
) -> Result[tuple[ContractFill, ...], CaseFault]:
    """Each fill with its stated fee, else with value × rate."""
    stated = [each.has("fee") for each in rows_of(inputs, "fills").value_or(())]
    return Success(
        tuple(
            fill if known else _charged(fill, rate)
            for fill, known in zip(fills, stated, strict=True)
        )
    )


def _charged(fill: ContractFill, rate: Decimal) -> ContractFill:
    """The fill with a fee by rate."""
    return ContractFill(
        trade_id=fill.trade_id,
        side=fill.side,
        qty=fill.qty,
        price=fill.price,
        fee=fill.qty * fill.price * rate,
    )


def _told_steps(steps: Sequence[Inclusive]) -> Told:
    """The steps by name, and what they came to."""
    rows: list[Answer] = [
        {
            "avg_entry": step.average,
            "realized": step.realised,
            "cumulative_realized": step.cumulative,
        }
        for step in steps
    ]
    return Success({"steps": rows, "end_realized": steps[-1].cumulative if steps else ZERO})


def _average_entry(inputs: Inputs, kind: ContractKind) -> Told:
    """The average entry of all fills as if they were on one side."""
    return Result.do(
        answer
        for rows in rows_of(inputs, "fills")
        for terms in terms_in(inputs, kind)
        for answer in _averaged(terms, rows)
    )


@exact
def _averaged(terms: Contract, rows: Sequence[Inputs]) -> Told:
    """Add up the entry values, then divide once."""
    held = Holding()
    for each in rows:
        both = Result.do((q, p) for q in each.number("qty") for p in each.number("price"))
        if is_failure(both):
            return both
        qty, price = both.unwrap()
        if not price > ZERO:
            return Failure(ZeroDenominator("price"))
        value = value_of(terms, abs(qty), price)
        held = Holding(qty=held.qty + abs(qty), cost=held.cost + value)
    return average_entry(terms, held)


def _average_entry_linear(inputs: Inputs) -> Told:
    """position.average_entry_linear: Σ q p / Σ q."""
    return _average_entry(inputs, ContractKind.LINEAR)


def _average_entry_inverse(inputs: Inputs) -> Told:
    """position.average_entry_inverse: Σ q / Σ (q / p)."""
    return _average_entry(inputs, ContractKind.INVERSE)


@exact
def _closed_pnl(inputs: Inputs) -> Told:
    """position.closed_pnl: gross − fees + funding (received above zero)."""
    return Result.do(
        gross - opening - closing + funding
        for gross in inputs.number("gross")
        for opening in number_or(inputs, "open_fee", ZERO)
        for closing in number_or(inputs, "close_fee", ZERO)
        for funding in number_or(inputs, "funding", ZERO)
    )


@exact
def _contracts_for_exposure(inputs: Inputs) -> Told:
    """position.contracts_for_exposure_inverse: base amount × price / contract value."""
    return Result.do(
        quotient(amount * price, value)
        for amount in inputs.number("base_amount")
        for price in inputs.number("price")
        for value in number_or(inputs, "contract_value", ONE)
    )


@exact
def _net_qty(inputs: Inputs) -> Told:
    """position.net_qty_with_base_fees: every fee in the base lowers the signed quantity."""
    total = ZERO
    rows = rows_of(inputs, "fills", ("side", "qty", "base_fee"))
    if is_failure(rows):
        return rows
    for each in rows.unwrap():
        moved = Result.do(
            sign_of(side) * qty - fee
            for side in side_in(each)
            for qty in each.number("qty")
            for fee in number_or(each, "base_fee", ZERO)
        )
        if is_failure(moved):
            return moved
        total += moved.unwrap()
    return Success(total)


def _notional(inputs: Inputs) -> Told:
    """position.notional: half even at the settlement unit, where one is stated."""
    return Result.do(
        answer
        for terms in terms_in(inputs)
        for qty in inputs.number("qty")
        for price in inputs.number("price")
        for value in notional(terms, qty, price)
        for answer in settled_to(inputs, value)
    )


def _notional_quanto(inputs: Inputs) -> Told:
    """position.notional_quanto: contracts × multiplier × price."""
    return Result.do(
        answer
        for terms in terms_in(inputs, ContractKind.QUANTO)
        for qty in inputs.number("contracts")
        for price in inputs.number("price")
        for value in notional(terms, qty, price)
        for answer in settled_to(inputs, value)
    )


@exact
def _realized_excl_base_fee(inputs: Inputs) -> Told:
    """position.realized_excl_base_fee: the convention that leaves the base fee out of profit."""
    return Result.do(
        min(sold, bought - base_fee) * (out - paid) - fee
        for bought in inputs.number("buy_qty")
        for paid in inputs.number("buy_price")
        for sold in inputs.number("sell_qty")
        for out in inputs.number("sell_price")
        for base_fee in number_or(inputs, "base_fee", ZERO)
        for fee in number_or(inputs, "quote_fee", ZERO)
    )


def _realized_return(inputs: Inputs) -> Told:
    """position.realized_return: s (close − open) / open."""
    return Result.do(
        answer
        for side in side_in(inputs)
        for opened in inputs.number("avg_open")
        for closed in inputs.number("avg_close")
        for answer in realized_return(side, opened, closed)
    )


def _roi_inverse(inputs: Inputs) -> Told:
    """position.roi_inverse: the gain in the base, of a position of `base_size`, on its margin."""
    return Result.do(
        answer
        for side in side_in(inputs)
        for size in inputs.number("base_size")
        for entry in inputs.number("entry")
        for leaving in inputs.number("exit")
        for margin in inputs.number("margin")
        for terms in terms_in(inputs, ContractKind.INVERSE)
        for units in _signed(side, size, entry)
        for gain in profit(terms, units, entry, leaving)
        for answer in return_on(gain, margin)
    )


@exact
def _signed(side: Side, qty: Decimal, price: Decimal = ONE) -> Result[Decimal, CaseFault]:
    """Signed units: of an inverse position its value in the quote."""
    return Success(sign_of(side) * abs(qty) * price)


def _roi_on_margin(inputs: Inputs) -> Told:
    """position.roi_on_margin: unrealised on initial margin and the fee of a close at bankruptcy."""
    return Result.do(
        answer
        for terms in terms_in(inputs)
        for gain in inputs.number("unrealized")
        for qty in inputs.number("qty")
        for entry in inputs.number("entry")
        for leverage in number_or(inputs, "leverage", ONE)
        for bankruptcy in number_or(inputs, "bankruptcy_price", ZERO)
        for rate in number_or(inputs, "close_fee_rate", ZERO)
        for answer in return_on_margin(
            terms,
            gain,
            MarginStake(
                qty=qty,
                entry=entry,
                leverage=leverage,
                bankruptcy=bankruptcy,
                close_rate=rate if inputs.has("bankruptcy_price") else ZERO,
            ),
        )
    )


def _unrealized(inputs: Inputs) -> Told:
    """position.unrealized: from one entry price to the mark."""
    return Result.do(
        answer
        for terms in terms_in(inputs)
        for size in inputs.number("qty")
        for side in (side_in(inputs) if inputs.has("side") else Success(side_of(size)))
        for entry in inputs.number("entry")
        for mark in inputs.number("mark")
        for qty in _signed(side, size)
        for gain in profit(terms, qty, entry, mark)
        for answer in settled_to(inputs, gain)
    )


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "position.apply_fills": _apply_fills,
        "position.average_cost_with_fees": _average_cost_with_fees,
        "position.average_entry_inverse": _average_entry_inverse,
        "position.average_entry_linear": _average_entry_linear,
        "position.closed_pnl": _closed_pnl,
        "position.contracts_for_exposure_inverse": _contracts_for_exposure,
        "position.net_qty_with_base_fees": _net_qty,
        "position.notional": _notional,
        "position.notional_quanto": _notional_quanto,
        "position.realized_excl_base_fee": _realized_excl_base_fee,
        "position.realized_return": _realized_return,
        "position.roi_inverse": _roi_inverse,
        "position.roi_on_margin": _roi_on_margin,
        "position.unrealized": _unrealized,
    }
)
