"""The step that a case rounds to."""

from decimal import Decimal
from typing import TypeAlias

from returns.result import Result

from astracore.errors.money import MoneyFault
from astracore.errors.vectors import BadInput
from astracore.money import currency, unit_of
from astracore.verification.inputs import Inputs

StepFault: TypeAlias = MoneyFault | BadInput


def step_of(inputs: Inputs, code: str = "currency") -> Result[Decimal, StepFault]:
    """The stated step, else the unit of the currency."""
    if inputs.has("step"):
        return inputs.number("step")
    return Result.do(
        unit for name in inputs.text(code) for known in currency(name) for unit in unit_of(known)
    )
