"""Causes of the strategies area."""

from typing import ClassVar, TypeAlias

from attrs import frozen


@frozen
class StrategyParams:
    """The parameters of a strategy do not fit together."""

    code: ClassVar[str] = "strategy_params"
    reason: str


StrategyFault: TypeAlias = StrategyParams
