"""What cases of trading state in common: rows of objects, sides, kinds of contracts, fills."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from returns.result import Failure, Result, Success

from astracore.errors.contracts import BasisFault, ContractFault
from astracore.errors.orders import OrderFault
from astracore.errors.values import BadAmount
from astracore.errors.vectors import BadInput
from astracore.numeric import Rounding, exact, power_of_ten, quotient, rounded
from astracore.outcome import collect
from astracore.trading.contracts.contract_positions import ContractFill
from astracore.trading.contracts.kinds import Contract, contract
from astracore.trading.types import ZERO, ContractKind, Side
from astracore.verification.inputs import Answer, Inputs, Json

CaseFault: TypeAlias = ContractFault | BasisFault | OrderFault | BadInput | BadAmount
Told: TypeAlias = Result[Answer, CaseFault]
FINEST = 30  # decimals of costs where a case states no settlement unit
BEYOND = 10  # decimals that costs are kept to beyond the settlement unit
BASE, QUOTE, COIN = "base", "quote", "settle"
PRICES = ("price", "unit_cost", "cost_per_unit", "rate")
TOTALS = ("total_cost", "cost", "proceeds", "total", "value", "amount", "consideration")
FEES = ("fee", "fees", "expense", "expenses", "commission", "costs")
SIDES: Mapping[str, Side] = {
    "buy": Side.BUY,
    "long": Side.BUY,
    "acquire": Side.BUY,
    "acquisition": Side.BUY,
    "sell": Side.SELL,
    "short": Side.SELL,
    "dispose": Side.SELL,
    "disposal": Side.SELL,
}


def row(key: str, found: Json, names: Sequence[str]) -> Result[Inputs, BadInput]:
    """One row: an object, or a list or a plain value whose parts are called `names` in turn."""
    if isinstance(found, Mapping):
        return Success(Inputs(found))
    parts = [found] if isinstance(found, str) or not isinstance(found, Sequence) else list(found)
    if len(parts) > len(names) or not all(isinstance(part, str) for part in parts):
        return Failure(BadInput(key, f"an object or a list of {', '.join(names)} is needed"))
    return Success(Inputs(dict(zip(names, parts, strict=False))))


def rows_of(
    inputs: Inputs, key: str, names: Sequence[str] = ("qty", "price")
) -> Result[tuple[Inputs, ...], BadInput]:
    """The rows of a list.  Errors: BadInput."""
    found = inputs.values.get(key)
    if isinstance(found, str | Mapping) or not isinstance(found, Sequence):
        return Failure(BadInput(key, "a list is needed"))
    return collect(row(key, each, names) for each in found)


def inner(inputs: Inputs, key: str) -> Result[Inputs, BadInput]:
    """An object; an absent one is empty.  Errors: BadInput."""
    found = inputs.values.get(key)
    if found is None:
        return Success(Inputs({}))
    if not isinstance(found, Mapping):
        return Failure(BadInput(key, "an object is needed"))
    return Success(Inputs(found))


def number_or(inputs: Inputs, key: str, default: Decimal) -> Result[Decimal, CaseFault]:
    """A number, or what stands for an absent one."""
    return inputs.number(key) if inputs.has(key) else Success(default)


def first_stated(inputs: Inputs, keys: Sequence[str]) -> str | None:
    """The first of `keys` that is stated."""
    return next((key for key in keys if inputs.has(key)), None)


def side_in(
    inputs: Inputs, keys: Sequence[str] = ("side", "kind", "type")
) -> Result[Side, BadInput]:
    """The side, under whichever name it stands.  Errors: BadInput."""
    key = first_stated(inputs, keys) or keys[0]
    return Result.do(
        side for name in inputs.text(key) for side in _side_named(key, name.strip().lower())
    )


def _side_named(key: str, name: str) -> Result[Side, BadInput]:
    """BUY or SELL, LONG or SHORT."""
    if name not in SIDES:
        return Failure(BadInput(key, "BUY or SELL is needed"))
    return Success(SIDES[name])


def kind_in(inputs: Inputs) -> Result[ContractKind, BadInput]:
    """The kind of contract; linear where none is stated.  Errors: BadInput."""
    if not inputs.has("contract"):
        return Success(ContractKind.LINEAR)
    return inputs.text("contract").bind(_kind_named)


def _kind_named(name: str) -> Result[ContractKind, BadInput]:
    """A kind by name."""
    known = {kind.value: kind for kind in ContractKind}
    if name.lower() not in known:
        return Failure(BadInput("contract", f"one of {', '.join(known)} is needed"))
    return Success(known[name.lower()])


def terms_in(inputs: Inputs, kind: ContractKind | None = None) -> Result[Contract, CaseFault]:
    """The terms of the case: kind, multiplier, and costs kept 10 decimals beyond the unit."""
    places = inputs.integer("settle_decimals").value_or(FINEST - BEYOND)
    return Result.do(
        terms
        for stated in (kind_in(inputs) if kind is None else Success(kind))
        for multiplier in number_or(inputs, "multiplier", Decimal(1))
        for step in unit(places + BEYOND)
        for terms in contract(_terms(stated, multiplier, step))
    )


def _terms(kind: ContractKind, multiplier: Decimal, step: Decimal) -> Contract:
    """Terms whose assets are called by their roles."""
    coin = {ContractKind.INVERSE: BASE, ContractKind.QUANTO: COIN}.get(kind, QUOTE)
    return Contract(
        kind=kind, base=BASE, quote=QUOTE, settle=coin, multiplier=multiplier, step=step
    )


@exact
def unit(places: int) -> Result[Decimal, CaseFault]:
    """10^-places.  Errors: NumericLimit."""
    return Success(power_of_ten(places))


@exact
def settled_to(inputs: Inputs, value: Decimal) -> Told:
    """`value` half to even at the stated decimals; as it is where none are stated."""
    if not inputs.has("settle_decimals"):
        return Success(value)
    return Result.do(
        rounded(value, step, Rounding.HALF_EVEN)
        for places in inputs.integer("settle_decimals")
        for step in unit(places)
    )


def fill_in(place: int, stated: Inputs) -> Result[ContractFill, CaseFault]:
    """A fill: side, qty, price, and a fee in the settlement or (`base_fee`) in the base."""
    in_base = stated.has("base_fee")
    return Result.do(
        ContractFill(
            trade_id=str(place),
            side=side,
            qty=qty,
            price=price,
            fee=fee,
            fee_asset=BASE if in_base else "",
        )
        for side in side_in(stated)
        for qty in stated.number("qty")
        for price in stated.number("price")
        for fee in number_or(stated, "base_fee" if in_base else "fee", ZERO)
    )


def fills_in(inputs: Inputs) -> Result[tuple[ContractFill, ...], CaseFault]:
    """The list `fills`."""
    return Result.do(
        fills
        for rows in rows_of(inputs, "fills", ("side", "qty", "price", "fee"))
        for fills in collect(fill_in(place, each) for place, each in enumerate(rows))
    )


@exact
def priced(stated: Inputs) -> Result[Decimal, CaseFault]:
    """The price of one unit, stated as such or as a total of `qty`."""
    unit_key, total_key = first_stated(stated, PRICES), first_stated(stated, TOTALS)
    if unit_key is not None or total_key is None:
        return stated.number(unit_key or "price")
    return Result.do(
        quotient(total, qty) for total in stated.number(total_key) for qty in stated.number("qty")
    )


def total_of(stated: Inputs, qty: Decimal, price: Decimal) -> Result[Decimal, CaseFault]:
    """What all units cost: the stated total, else qty × price."""
    unit_key, total_key = first_stated(stated, PRICES), first_stated(stated, TOTALS)
    if unit_key is None and total_key is not None:
        return stated.number(total_key)
    return Success(qty * price)
