"""A line of an invoice carries the rule and the events it comes from: anybody can recompute it.

The evidence is whole: price, part of the period, tiers, units. `recomputed` needs nothing else, so
a customer with the exported usage arrives at the same cent.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.revenue import InvalidLine, InvoiceFault
from astracore.numeric import exact
from astracore.outcome import is_failure
from astracore.revenue.coupons import Coupon, discounted
from astracore.revenue.proration import prorated
from astracore.revenue.usage import UsageCharge, Use, usage_charge

ZERO = Decimal(0)


class Rule(StrEnum):
    """How an amount came about."""

    FULL = "full"  # price × quantity
    PRORATED = "prorated"  # the same × left/whole
    UNUSED = "unused"  # the same, given back, at most up to a cap
    USAGE = "usage"  # by a usage charge
    DISCOUNT = "discount"  # what a coupon takes off price × quantity


@frozen(kw_only=True)
class Evidence:
    """What an amount is computed from; fields that the rule does not name stay as they are."""

    rule: Rule
    price: Decimal = ZERO
    quantity: int = 1
    left: int = 1  # days or seconds
    whole: int = 1
    cap: Decimal | None = None  # the new price: credit beyond it is kept for the customer
    coupon: Coupon | None = None
    charge: UsageCharge | None = None
    use: Use | None = None


@frozen(kw_only=True)
class Charge:
    """One line as it is asked for. `sources` are the ids of the events that caused it."""

    line_id: str
    text: str
    product: str
    evidence: Evidence
    sources: tuple[str, ...]
    amount: Decimal  # before tax where tax is added, with it where it is included


@frozen(kw_only=True)
class Record:
    """One metered event as it is exported to the customer."""

    event_id: str
    units: Decimal


@frozen(kw_only=True)
class Explanation:
    """Why a line costs what it costs."""

    line_id: str
    rule: Rule
    formula: str
    sources: tuple[str, ...]
    amount: Decimal


FORMULAE: Mapping[Rule, str] = MappingProxyType(
    {
        Rule.FULL: "price × quantity",
        Rule.PRORATED: "price × quantity × left ÷ whole, half up",
        Rule.UNUSED: "−(price × quantity × left ÷ whole), half up, at most the cap",
        Rule.USAGE: "the usage charge of the units, half up",
        Rule.DISCOUNT: "−(price × quantity × fraction, half up, or the amount)",
    }
)


@exact
def recomputed(evidence: Evidence, unit: Decimal) -> Result[Decimal, InvoiceFault]:
    """The amount that the evidence gives [currency].

    Errors: InvalidLine (evidence that its rule needs is missing), those of the formulas,
    NumericLimit.  Rounds: HALF_UP to the unit.  Source: docs/formulas-revenue.md#invoices.
    """
    return READERS[evidence.rule](evidence, unit)


def _full(evidence: Evidence, unit: Decimal) -> Result[Decimal, InvoiceFault]:
    return prorated(evidence.price * evidence.quantity, 1, 1, unit)


def _part(evidence: Evidence, unit: Decimal) -> Result[Decimal, InvoiceFault]:
    whole = evidence.price * evidence.quantity
    return prorated(whole, evidence.left, evidence.whole, unit)


def _unused(evidence: Evidence, unit: Decimal) -> Result[Decimal, InvoiceFault]:
    cap = evidence.cap
    return _part(evidence, unit).map(
        lambda amount: ZERO - (amount if cap is None else min(amount, cap))
    )


def _usage(evidence: Evidence, unit: Decimal) -> Result[Decimal, InvoiceFault]:
    if evidence.charge is None or evidence.use is None:
        return Failure(InvalidLine(evidence.rule.value))
    return usage_charge(evidence.charge, evidence.use, unit)


def _discount(evidence: Evidence, unit: Decimal) -> Result[Decimal, InvoiceFault]:
    if evidence.coupon is None:
        return Failure(InvalidLine(evidence.rule.value))
    whole = evidence.price * evidence.quantity
    return discounted(whole, evidence.coupon, unit).map(lambda left: left - whole)


Reader = Callable[[Evidence, Decimal], Result[Decimal, InvoiceFault]]
READERS: Mapping[Rule, Reader] = MappingProxyType(
    {
        Rule.FULL: _full,
        Rule.PRORATED: _part,
        Rule.UNUSED: _unused,
        Rule.USAGE: _usage,
        Rule.DISCOUNT: _discount,
    }
)


@exact
def proved(charges: tuple[Charge, ...], unit: Decimal) -> Result[None, InvoiceFault]:
    """Whether every line is what its evidence says, named once, with a source.

    Errors: InvalidLine (no lines; a name twice; no source; another amount), those of `recomputed`.
    """
    if not charges:
        return Failure(InvalidLine(""))
    seen: set[str] = set()
    for charge in charges:
        amount = recomputed(charge.evidence, unit)
        if is_failure(amount):
            return amount
        if charge.line_id in seen or not charge.sources or amount.unwrap() != charge.amount:
            return Failure(InvalidLine(charge.line_id[:64]))
        seen.add(charge.line_id)
    return Success(None)


def explained(charge: Charge) -> Explanation:
    """The line in words: rule, formula, events."""
    return Explanation(
        line_id=charge.line_id,
        rule=charge.evidence.rule,
        formula=FORMULAE[charge.evidence.rule],
        sources=charge.sources,
        amount=charge.amount,
    )


@exact
def metered(records: Iterable[Record], sources: Iterable[str]) -> Result[Use, InvoiceFault]:
    """The use that a line's sources add up to, each event once, from the exported records.

    Errors: InvalidLine (a source is not among the records), NumericLimit.
    Invariant: a record that is delivered twice counts once.
    """
    known = {record.event_id: record.units for record in records}
    units, events = ZERO, 0
    for source in dict.fromkeys(sources):
        if source not in known:
            return Failure(InvalidLine(source[:64]))
        units, events = units + known[source], events + 1
    return Success(Use(units=units, events=events))
