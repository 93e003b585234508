"""What may be asked of a kill switch. `level` is the account's at the instant of asking."""

from typing import TypeAlias

from attrs import frozen

from astracore.instants import Instant
from astracore.risk.limits import Level
from astracore.risk.switches.types import Actor, Mode, Scope


@frozen(kw_only=True)
class Trip:
    """Stop trading. `automatic` when a rule trips: drawdown, reconciliation, a lost feed."""

    switch_id: str
    scope: Scope
    target: str
    mode: Mode
    actor: Actor
    reason: str
    automatic: bool
    at: Instant


@frozen(kw_only=True)
class ApproveRelease:
    """The first of two users of role risk agrees that trading may start again."""

    switch_id: str
    actor: Actor
    reason: str
    level: Level
    at: Instant


@frozen(kw_only=True)
class Release:
    """Let trading start again."""

    switch_id: str
    actor: Actor
    reason: str
    level: Level
    at: Instant


SwitchCommand: TypeAlias = Trip | ApproveRelease | Release
