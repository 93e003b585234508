"""The vocabulary of kill switches."""

from enum import StrEnum

from attrs import frozen


class Scope(StrEnum):
    """What a switch stops."""

    GLOBAL = "global"
    EXCHANGE = "exchange"
    INSTRUMENT = "instrument"
    ACCOUNT = "account"
    BOT = "bot"


class Mode(StrEnum):
    """Halt lets reducing orders and cancels pass and cancels the others; flatten also closes."""

    HALT = "halt"
    FLATTEN = "flatten"


@frozen(kw_only=True)
class Actor:
    """Who acts: a user, or the name of a rule. `owns` the target, `is_risk` has role risk."""

    name: str
    owns: bool = False
    is_risk: bool = False
