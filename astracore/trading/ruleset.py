"""Which part of a command is rules: limits, rates and steps that travel with it as facts."""

from collections.abc import Callable
from decimal import Decimal

from attrs import evolve, frozen

from astracore.trading.commands import (
    AccountCommand,
    AmendOrder,
    ClosePosition,
    PlaceList,
    PlaceOrder,
    SetLeverage,
    SetProtection,
)
from astracore.trading.facts import Facts, LiveStanding, RiskFacts, TradingLimits
from astracore.trading.types import Instrument


@frozen(kw_only=True)
class RuleSet:
    """The rules that one order was judged by."""

    limits: TradingLimits
    instrument: Instrument | None = None
    risk: RiskFacts | None = None
    live: LiveStanding | None = None
    daily_limit: int | None = None
    level: int
    maker_rate: Decimal
    taker_rate: Decimal


@frozen(kw_only=True)
class RuleSets:
    """The rules of each order of a command, in order; none where it brings no rules along."""

    sets: tuple[RuleSet, ...]


def facts_in(command: AccountCommand) -> tuple[Facts, ...]:
    """The facts of each order that a command asks for."""
    match command:
        case PlaceList():
            return tuple(leg.facts for leg in command.legs)
        case PlaceOrder() | AmendOrder() | ClosePosition() | SetProtection() | SetLeverage():
            return (command.facts,)
        case _:
            return ()


def with_facts(command: AccountCommand, change: Callable[[Facts], Facts]) -> AccountCommand:
    """The same command, each of its facts replaced.

    Invariant: with the identity it is the command itself.
    """
    match command:
        case PlaceList():
            legs = tuple(evolve(leg, facts=change(leg.facts)) for leg in command.legs)
            return evolve(command, legs=legs)
        case PlaceOrder() | AmendOrder() | ClosePosition() | SetProtection() | SetLeverage():
            return evolve(command, facts=change(command.facts))
        case _:
            return command


def rules_of(command: AccountCommand) -> RuleSets:
    """What a command is judged by, without what it wants and what the markets say."""
    return RuleSets(sets=tuple(rule_set(facts) for facts in facts_in(command)))


def rule_set(facts: Facts) -> RuleSet:
    """The rules among the facts."""
    return RuleSet(
        limits=facts.limits,
        instrument=facts.instrument,
        risk=facts.risk,
        live=facts.live,
        daily_limit=facts.daily_limit,
        level=facts.level,
        maker_rate=facts.maker_rate,
        taker_rate=facts.taker_rate,
    )
