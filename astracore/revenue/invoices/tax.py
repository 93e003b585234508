"""The tax hook: which rates a sale bears, and how the tax is taken, added or found inside.

Whether tax is rounded for each line or for the invoice is chosen once, in the table. For the
invoice, each line gets what its amount adds to the rounded tax of the lines up to it: so the lines'
taxes sum to the invoice's, and each cent of it stands at a line.
"""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.revenue import InvoiceFault
from astracore.errors.values import InvalidFraction
from astracore.numeric import Rounding, exact, to_text
from astracore.revenue.units import part_to, to_unit

ZERO, ONE = Decimal(0), Decimal(1)
ANY = "*"


class TaxMode(StrEnum):
    """Whether a price is before tax or with it."""

    EXCLUSIVE = "exclusive"
    INCLUSIVE = "inclusive"


class TaxRounding(StrEnum):
    """Where the tax is rounded."""

    LINE = "line"
    INVOICE = "invoice"


@frozen(kw_only=True)
class TaxRate:
    """One row: what a country asks on a product (`*` is any), as a fraction."""

    country: str
    product: str
    name: str
    rate: Decimal


@frozen(kw_only=True)
class TaxTable:
    """Every rate, how prices are meant, where the tax is rounded."""

    rates: tuple[TaxRate, ...] = ()
    mode: TaxMode = TaxMode.EXCLUSIVE
    rounding: TaxRounding = TaxRounding.LINE


TAXES = TaxTable(
    rates=(
        TaxRate(country="NL", product=ANY, name="btw", rate=Decimal("0.21")),
        TaxRate(country="DE", product=ANY, name="ust", rate=Decimal("0.19")),
        TaxRate(country="FR", product=ANY, name="tva", rate=Decimal("0.2")),
        TaxRate(country="GB", product=ANY, name="vat", rate=Decimal("0.2")),
    )
)


@frozen(kw_only=True)
class TaxPart:
    """What one rate takes of a line [currency]."""

    name: str
    rate: Decimal
    amount: Decimal


@frozen(kw_only=True)
class Taxed:
    """A line's amount without tax, and its taxes [currency]."""

    net: Decimal
    taxes: tuple[TaxPart, ...] = ()

    @property
    def tax(self) -> Decimal:
        """All taxes of the line. Kernel."""
        return sum((part.amount for part in self.taxes), ZERO)


def rates_for(table: TaxTable, country: str, product: str) -> tuple[TaxRate, ...]:
    """The rates of a sale: those that name the product, else those of any product."""
    of_country = [rate for rate in table.rates if rate.country == country]
    named = tuple(rate for rate in of_country if rate.product == product)
    return named or tuple(rate for rate in of_country if rate.product == ANY)


@exact
def taxed(
    table: TaxTable, country: str, sales: Iterable[tuple[str, Decimal]], unit: Decimal
) -> Result[tuple[Taxed, ...], InvoiceFault]:
    """Net and taxes of each (product, amount) of one invoice.

    Exclusive: h(amount × rate) each. Inclusive: net is h(amount/(1 + Σ rates)), the taxes are the
    rest: each but the last h(net × rate).
    Errors: InvalidFraction (a rate not in [0, 1]), NumericLimit.  Rounds: HALF_UP to the unit, for
    the line or on running totals for the invoice.  Source: docs/formulas-revenue.md#tax.
    Invariant: net + taxes is the amount with tax, to the unit.
    >>> found = taxed(TAXES, "NL", [("plan", Decimal("9.99"))], Decimal("0.01")).unwrap()
    >>> found[0].tax
    Decimal('2.10')
    """
    for row in table.rates:
        if not 0 <= row.rate <= 1:
            return Failure(InvalidFraction("tax", to_text(row.rate)[:64]))
    found: list[Taxed] = []
    running: dict[tuple[TaxRate, ...], tuple[Decimal, Taxed]] = {}
    for product, amount in sales:
        rates = rates_for(table, country, product)
        if table.rounding is TaxRounding.LINE:
            found.append(_taken(amount, rates, table.mode, unit))
            continue
        before, told = running.get(rates, (ZERO, _taken(ZERO, rates, table.mode, unit)))
        now = _taken(before + amount, rates, table.mode, unit)
        running[rates] = (before + amount, now)
        found.append(_difference(now, told))
    return Success(tuple(found))


def _taken(amount: Decimal, rates: tuple[TaxRate, ...], mode: TaxMode, unit: Decimal) -> Taxed:
    if mode is TaxMode.EXCLUSIVE:
        return Taxed(net=amount, taxes=_parts(amount, rates, unit))
    whole = ONE + sum((row.rate for row in rates), ZERO)
    net = part_to(amount, whole, unit, Rounding.HALF_UP) if rates else amount
    parts = _parts(net, rates[:-1], unit)
    rest = amount - net - sum((part.amount for part in parts), ZERO)
    last = tuple(TaxPart(name=row.name, rate=row.rate, amount=rest) for row in rates[-1:])
    return Taxed(net=net, taxes=(*parts, *last))


def _parts(net: Decimal, rates: tuple[TaxRate, ...], unit: Decimal) -> tuple[TaxPart, ...]:
    return tuple(
        TaxPart(
            name=row.name,
            rate=row.rate,
            amount=to_unit(net * row.rate, unit, Rounding.HALF_UP),
        )
        for row in rates
    )


def _difference(now: Taxed, before: Taxed) -> Taxed:
    pairs = zip(now.taxes, before.taxes, strict=True)
    return Taxed(
        net=now.net - before.net,
        taxes=tuple(
            TaxPart(name=one.name, rate=one.rate, amount=one.amount - other.amount)
            for one, other in pairs
        ),
    )
