"""Whether postings balance: by currency, by the accounts' normal sides, and after a disposal."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from returns.result import Result, Success

from astracore.errors.values import NumericLimit
from astracore.numeric import exact

ZERO = Decimal(0)


@exact
def residues(
    postings: Iterable[tuple[str, Decimal]],
) -> Result[Mapping[str, Decimal], NumericLimit]:
    """The sum of (currency, amount) pairs by currency, where it is not zero: nothing, if balanced.

    Errors: NumericLimit.  Source: docs/formulas-ledger-payments.md#double-entry.
    >>> residues([("USD", Decimal(2)), ("USD", Decimal(-2)), ("EUR", Decimal(1))]).unwrap()
    {'EUR': Decimal('1')}
    """
    sums: dict[str, Decimal] = {}
    for currency, amount in postings:
        sums[currency] = sums.get(currency, ZERO) + amount
    return Success({currency: total for currency, total in sums.items() if total})


@exact
def equation_residue(
    debits: Iterable[Decimal], credits_: Iterable[Decimal]
) -> Result[Decimal, NumericLimit]:
    """What accounts that debits raise gained, less what those that credits raise did.

    Errors: NumericLimit.  Invariant: 0 for every balanced entry.
    """
    return Success(sum(debits, ZERO) - sum(credits_, ZERO))


@exact
def disposal_residue(
    cash: Decimal, lots: Iterable[tuple[Decimal, Decimal]], gain: Decimal
) -> Result[Decimal, NumericLimit]:
    """cash − Σ |quantity| × unit cost + gain: 0 where a disposal at cost balances.

    `gain` is the posting on the income account, so a profit is below zero. The price at which the
    lots were sold is no part of the balance: cash is.
    Errors: NumericLimit.
    >>> disposal_residue(Decimal(5200), [(Decimal(10), Decimal(500))], Decimal(-200)).unwrap()
    Decimal('0')
    """
    cost = sum((quantity.copy_abs() * unit for quantity, unit in lots), ZERO)
    return Success(cash - cost + gain)
