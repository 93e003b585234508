"""`ledger.*`: entries that balance, or do not."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from returns.result import Failure, Result, Success

from astracore.errors.vectors import BadInput
from astracore.ledger.balance import disposal_residue, equation_residue, residues
from astracore.numeric import exact
from astracore.outcome import collect
from astracore.verification.inputs import NUMBER, Function, Inputs, Json, read_number
from astracore.verification.vector_functions.rows import CaseFault, Told, rows_of

CURRENCIES = ("currency", "commodity", "asset", "unit")
AMOUNTS = ("amount", "units", "qty", "quantity", "value")
COSTS = ("cost", "unit_cost", "cost_per_unit")
ONE = Decimal(1)
SIDES = frozenset({"debit", "credit", "dr", "cr"})
CREDIT = frozenset({"credit", "cr"})
CODE = re.compile(r"[A-Z][A-Z0-9]{1,15}", re.ASCII)


def _rows(inputs: Inputs, key: str) -> Result[tuple[Inputs, ...], BadInput]:
    """Rows of objects; of a list the number is the amount, and a code in capitals its currency."""
    found = inputs.values.get(key)
    if isinstance(found, str | Mapping) or not isinstance(found, Sequence):
        return Failure(BadInput(key, "a list is needed"))
    return collect(_row(key, each) for each in found)


def _row(key: str, found: Json) -> Result[Inputs, BadInput]:
    if isinstance(found, Mapping):
        return Success(Inputs(found))
    parts = [found] if isinstance(found, str) or not isinstance(found, Sequence) else list(found)
    named = {_name(part): part for part in reversed(parts) if isinstance(part, str)}
    return Success(Inputs(named)) if "amount" in named else Failure(BadInput(key, "no amount"))


def _name(part: str) -> str:
    if NUMBER.fullmatch(part) is not None:
        return "amount"
    if part.lower() in SIDES:
        return "side"
    return "currency" if CODE.fullmatch(part) is not None else "account"


def _first(stated: Inputs, keys: Sequence[str]) -> str | None:
    return next((key for key in keys if stated.has(key)), None)


def _number_of(stated: Inputs, keys: Sequence[str]) -> Result[Decimal | None, CaseFault]:
    """The first of these that the row states; None where it states none."""
    key = _first(stated, keys)
    return Success(None) if key is None else stated.number(key).map(lambda found: found)


@exact
def _signed(stated: Inputs) -> Result[Decimal, CaseFault]:
    """debit − credit; or an amount, turned round where the row says that it is a credit."""
    if stated.has("debit") or stated.has("credit"):
        return Result.do(
            (debit or Decimal(0)) - (credit or Decimal(0))
            for debit in _number_of(stated, ("debit",))
            for credit in _number_of(stated, ("credit",))
        )
    key = _first(stated, AMOUNTS)
    if key is None:
        return Failure(BadInput("postings", "each needs an amount"))
    side = _first(stated, ("side", "direction", "type"))
    is_credit = side is not None and stated.text(side).value_or("").lower() in CREDIT
    return stated.number(key).map(lambda found: found.copy_negate() if is_credit else found)


@exact
def _weight(stated: Inputs) -> Result[tuple[str, Decimal], CaseFault]:
    """What a posting weighs in which currency: at its cost, else at its price, else itself."""
    held = _first(stated, ("cost_currency", "price_currency"))
    return Result.do(
        (currency, amount * (cost if cost is not None else ONE if price is None else price))
        for amount in _signed(stated)
        for cost in _number_of(stated, COSTS)
        for price in _number_of(stated, ("price",))
        for currency in _currency(stated, held if (cost or price) is not None else None)
    )


def _currency(stated: Inputs, held: str | None) -> Result[str, CaseFault]:
    key = held or _first(stated, CURRENCIES)
    return Success("") if key is None else stated.text(key).map(lambda found: found)


def _transaction(inputs: Inputs) -> Told:
    """ledger.transaction_balanced: two postings or more, and nothing left in any currency."""
    return Result.do(
        len(rows) > 1 and not left
        for rows in _rows(inputs, "postings")
        for weights in collect(_weight(each) for each in rows)
        for left in residues(weights)
    )


def _movements(inputs: Inputs) -> Result[tuple[tuple[str, Decimal], ...], CaseFault]:
    """(account, what it gained on its normal side), from an object or from rows."""
    found = inputs.values.get("movements")
    if isinstance(found, Mapping):
        return collect(_pair(name, amount) for name, amount in found.items())
    return Result.do(
        pairs for rows in _rows(inputs, "movements") for pairs in collect(map(_moved, rows))
    )


def _pair(name: str, amount: Json) -> Result[tuple[str, Decimal], CaseFault]:
    if not isinstance(amount, str):
        return Failure(BadInput("movements", "each needs an amount"))
    return read_number(amount).map(lambda found: (name, found))


def _moved(stated: Inputs) -> Result[tuple[str, Decimal], CaseFault]:
    return Result.do(
        (account, amount) for account in stated.text("account") for amount in _signed(stated)
    )


def _is_debit(inputs: Inputs, account: str) -> Result[bool, CaseFault]:
    """The normal side of an account: debit or credit."""
    sides = inputs.values.get("normal")
    side = sides.get(account) if isinstance(sides, Mapping) else sides
    if not isinstance(side, str) or side.lower() not in {"debit", "credit"}:
        return Failure(BadInput("normal", f"debit or credit for {account[:64]}"))
    return Success(side.lower() == "debit")


def _is_balanced(inputs: Inputs) -> Told:
    """ledger.is_balanced: debit-normal accounts gained what credit-normal ones did."""
    return Result.do(
        left.is_zero()
        for moved in _movements(inputs)
        for sides in collect(_is_debit(inputs, account) for account, _ in moved)
        for left in equation_residue(
            [amount for (_, amount), debit in zip(moved, sides, strict=True) if debit],
            [amount for (_, amount), debit in zip(moved, sides, strict=True) if not debit],
        )
    )


def _disposal(inputs: Inputs) -> Told:
    """ledger.disposal_balanced: cash − quantity × cost + the gain's posting is nothing."""
    return Result.do(
        left.is_zero()
        for cash in inputs.number("cash")
        for qty in inputs.number("qty")
        for cost in inputs.number("cost")
        for gain in inputs.number("gain_posting")
        for left in disposal_residue(cash, [(qty, cost)], gain)
    )


def _lot(stated: Inputs) -> Result[tuple[Decimal, Decimal], CaseFault]:
    key = _first(stated, AMOUNTS) or "qty"
    cost = _first(stated, COSTS) or "cost"
    return Result.do((qty, unit) for qty in stated.number(key) for unit in stated.number(cost))


def _disposal_lots(inputs: Inputs) -> Told:
    """ledger.disposal_balanced_lots: the same over several lots."""
    return Result.do(
        left.is_zero()
        for cash in inputs.number("cash")
        for gain in inputs.number("gain_posting")
        for rows in rows_of(inputs, "lots", ("qty", "cost"))
        for lots in collect(map(_lot, rows))
        for left in disposal_residue(cash, lots, gain)
    )


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "ledger.disposal_balanced": _disposal,
        "ledger.disposal_balanced_lots": _disposal_lots,
        "ledger.is_balanced": _is_balanced,
        "ledger.transaction_balanced": _transaction,
    }
)
