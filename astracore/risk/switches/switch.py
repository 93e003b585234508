"""The kill switch as a decider: armed, engaged, released by somebody other than the rule."""

from typing import assert_never

from returns.result import Failure, Result, Success

from astracore.errors.risk import (
    NotEngaged,
    NotPermitted,
    ReasonTooShort,
    ReleaseTooSoon,
    RiskTooHigh,
    SecondApprover,
    SwitchFault,
)
from astracore.events.decider import Decider
from astracore.instants import HOUR, MINUTE, after
from astracore.risk.limits import LEVELS, Level
from astracore.risk.switches.commands import ApproveRelease, Release, SwitchCommand, Trip
from astracore.risk.switches.events import (
    KillSwitchEngaged,
    KillSwitchReleaseApproved,
    KillSwitchReleased,
    SwitchEvent,
)
from astracore.risk.switches.state import ARMED, Approval, Engaged, Switch
from astracore.risk.switches.types import Scope

OWN = frozenset({Scope.ACCOUNT, Scope.BOT})
OWNER_WAITS = 15 * MINUTE
OWNER_WAITS_AUTOMATIC = 24 * HOUR
APPROVAL_HOLDS = HOUR
SHORTEST_REASON = 10


def decide(command: SwitchCommand, state: Switch) -> Result[tuple[SwitchEvent, ...], SwitchFault]:
    """What a command does to a switch.

    Errors: NotPermitted; of a release in order: NotEngaged, RiskTooHigh, ReasonTooShort,
    NotPermitted, ReleaseTooSoon, SecondApprover.
    Source: docs/formulas-margin-sizing-risk.md#kill-switch.
    Invariant: tripping twice changes nothing; no rule releases what a rule tripped.
    """
    match command:
        case Trip():
            return _trip(command, state)
        case ApproveRelease():
            return _approve(command, state)
        case Release():
            return _release(command, state)
        case _:
            assert_never(command)


def evolve(state: Switch, event: SwitchEvent) -> Switch:
    """The switch after `event`."""
    match event:
        case KillSwitchEngaged():
            engaged = Engaged(
                scope=event.scope,
                target=event.target,
                mode=event.mode,
                by=event.by,
                by_owner=event.by_owner,
                reason=event.reason,
                automatic=event.automatic,
                since=event.at,
            )
            return Switch(engaged=engaged)
        case KillSwitchReleaseApproved():
            return Switch(engaged=state.engaged, approval=Approval(by=event.by, at=event.at))
        case KillSwitchReleased():
            return ARMED
        case _:
            assert_never(event)


SWITCH: Decider[SwitchCommand, Switch, SwitchEvent, SwitchFault] = Decider(
    "risk.kill_switch", ARMED, decide, evolve
)


def _trip(command: Trip, state: Switch) -> Result[tuple[SwitchEvent, ...], SwitchFault]:
    if state.engaged is not None:
        return Success(())
    actor = command.actor
    owned = actor.owns and command.scope in OWN
    if not (command.automatic or owned or actor.is_risk):
        return Failure(NotPermitted("owner or role:risk" if command.scope in OWN else "role:risk"))
    return Success(
        (
            KillSwitchEngaged(
                switch_id=command.switch_id,
                scope=command.scope,
                target=command.target,
                mode=command.mode,
                by=actor.name,
                by_owner=owned and not command.automatic,
                reason=command.reason,
                automatic=command.automatic,
                at=command.at,
            ),
        )
    )


def _approve(
    command: ApproveRelease, state: Switch
) -> Result[tuple[SwitchEvent, ...], SwitchFault]:
    return _releasable(command, state).bind(lambda _: _approved(command))


def _approved(command: ApproveRelease) -> Result[tuple[SwitchEvent, ...], SwitchFault]:
    if not command.actor.is_risk:
        return Failure(NotPermitted("role:risk"))
    return Success(
        (
            KillSwitchReleaseApproved(
                switch_id=command.switch_id,
                by=command.actor.name,
                reason=command.reason,
                at=command.at,
            ),
        )
    )


def _release(command: Release, state: Switch) -> Result[tuple[SwitchEvent, ...], SwitchFault]:
    return Result.do(
        (
            KillSwitchReleased(
                switch_id=command.switch_id,
                scope=engaged.scope,
                target=engaged.target,
                by=command.actor.name,
                reason=command.reason,
                at=command.at,
            ),
        )
        for engaged in _releasable(command, state)
        for _ in _may_release(command, engaged, state.approval)
    )


# What every release needs, whoever asks.
def _releasable(command: ApproveRelease | Release, state: Switch) -> Result[Engaged, SwitchFault]:
    if state.engaged is None:
        return Failure(NotEngaged(command.switch_id))
    if LEVELS.index(command.level) > LEVELS.index(Level.MEDIUM):
        return Failure(RiskTooHigh(command.level.value))
    if len(command.reason.strip()) < SHORTEST_REASON:
        return Failure(ReasonTooShort(SHORTEST_REASON))
    return Success(state.engaged)


def _may_release(
    command: Release, engaged: Engaged, approval: Approval | None
) -> Result[None, SwitchFault]:
    if engaged.scope in OWN and (engaged.automatic or engaged.by_owner):
        return _owner_may(command, engaged)
    if not command.actor.is_risk:
        return Failure(NotPermitted("role:risk"))
    if approval is None or approval.by == command.actor.name:
        return Failure(SecondApprover(0 if approval is None else 1))
    if command.at.micros - approval.at.micros >= APPROVAL_HOLDS:
        return Failure(SecondApprover(0))
    return Success(None)


# An owner waits; role risk may release at once what a rule tripped.
def _owner_may(command: Release, engaged: Engaged) -> Result[None, SwitchFault]:
    if engaged.automatic and command.actor.is_risk and command.actor.name != engaged.by:
        return Success(None)
    if not command.actor.owns:
        return Failure(NotPermitted("owner or role:risk" if engaged.automatic else "owner"))
    due = after(engaged.since, OWNER_WAITS_AUTOMATIC if engaged.automatic else OWNER_WAITS)
    if command.at.micros < due.micros:
        return Failure(ReleaseTooSoon(due.micros))
    return Success(None)
