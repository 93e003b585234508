"""`funding.*`: payments and the interest in their rate."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from returns.result import Result

from astracore.errors.margin import MarginFault
from astracore.margin.funding import funding_payment, interest_component
from astracore.verification.inputs import Answer, Function, Inputs, ReadFault
from astracore.verification.vector_functions.reading import leg, number, number_or

Told: TypeAlias = Result[Answer, MarginFault | ReadFault]


def _payment(inputs: Inputs) -> Told:
    return Result.do(
        paid
        for held in leg(inputs, entry="mark")
        for rate in number(inputs, "rate")
        for share in number_or(inputs, "time_in_ratio", Decimal(1))
        for paid in funding_payment(held, mark=held.entry, rate=rate, share=share)
    )


def _interest(inputs: Inputs) -> Told:
    return Result.do(
        interest
        for base in number(inputs, "base_rate_daily")
        for quote in number(inputs, "quote_rate_daily")
        for count in inputs.integer("intervals_per_day")
        for interest in interest_component(base_rate=base, quote_rate=quote, intervals=count)
    )


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "funding.payment": _payment,
        "funding.payment_prorata": _payment,
        "funding.interest_component": _interest,
    }
)
