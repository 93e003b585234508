"""What is remembered of a player's safeguards, and what it means at an instant."""

from typing import assert_never

from attrs import evolve as changed
from attrs import field, frozen

from astracore.gamification.safeguards.commands import Limits
from astracore.gamification.safeguards.events import (
    BehaviourWarned,
    CoolOffStarted,
    SafeguardEvent,
    SafeguardsSet,
    SelfExcluded,
    ShowsPaused,
)
from astracore.gamification.safeguards.rules import Cause
from astracore.ids import UserId
from astracore.instants import Instant

NO_USER = UserId("")


@frozen(kw_only=True)
class Pause:
    """Shows rest until then; with `only_educational` what teaches is shown."""

    until: Instant
    only_educational: bool


@frozen(kw_only=True)
class Warned:
    """The last warning."""

    cause: Cause
    at: Instant


@frozen(kw_only=True)
class Safeguards:
    """Limits that hold `now`, those that hold from `effective_at` on, and what is running."""

    user_id: UserId = NO_USER
    now: Limits = field(factory=Limits)
    asked: Limits = field(factory=Limits)
    effective_at: Instant | None = None
    excluded_until: Instant | None = None
    cool_until: Instant | None = None
    cool_cause: Cause | None = None
    pause: Pause | None = None
    warned: Warned | None = None


UNGUARDED = Safeguards()


def evolve(state: Safeguards, event: SafeguardEvent) -> Safeguards:
    """Fold one event."""
    match event:
        case SafeguardsSet():
            return changed(
                state,
                user_id=event.user_id,
                now=event.now,
                asked=event.asked,
                effective_at=event.effective_at,
            )
        case SelfExcluded():
            return changed(state, user_id=event.user_id, excluded_until=event.until)
        case CoolOffStarted():
            return changed(
                state, user_id=event.user_id, cool_until=event.until, cool_cause=event.cause
            )
        case ShowsPaused():
            pause = Pause(until=event.until, only_educational=event.only_educational)
            return changed(state, user_id=event.user_id, pause=pause)
        case BehaviourWarned():
            warned = Warned(cause=event.cause, at=event.at)
            return changed(state, user_id=event.user_id, warned=warned)
        case _:
            assert_never(event)


def limits_at(state: Safeguards, at: Instant) -> Limits:
    """The limits that hold at an instant."""
    waits = state.effective_at is not None and at < state.effective_at
    return state.now if waits else state.asked


def is_running(until: Instant | None, at: Instant) -> bool:
    """Does something that ends at `until` still run?"""
    return until is not None and at < until


def opening_refused_until(state: Safeguards, at: Instant) -> Instant | None:
    """Until when opening orders are refused; None when they are not. Closing ones always pass."""
    running = [
        until
        for until in (state.cool_until, state.excluded_until)
        if until is not None and at < until
    ]
    return max(running, default=None)
