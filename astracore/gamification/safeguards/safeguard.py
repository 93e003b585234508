"""Safeguards as a decider: tighter at once, looser a day later, exclusion never shorter."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.errors.gamification import ExclusionRunning, InvalidSafeguards, SafeguardFault
from astracore.errors.values import NumericLimit
from astracore.events.decider import Decider
from astracore.gamification.safeguards.commands import (
    Limits,
    ObserveBehaviour,
    SafeguardCommand,
    SelfExclude,
    SetSafeguards,
)
from astracore.gamification.safeguards.events import (
    BehaviourWarned,
    CoolOffStarted,
    SafeguardEvent,
    SafeguardsSet,
    SelfExcluded,
    ShowsPaused,
)
from astracore.gamification.safeguards.pacing import Act, Measure, first_match
from astracore.gamification.safeguards.rules import RULES, Cause, SafeguardRules
from astracore.gamification.safeguards.scores import Behaviour, Scores, is_night, scores
from astracore.gamification.safeguards.state import (
    UNGUARDED,
    Safeguards,
    evolve,
    is_running,
    limits_at,
)
from astracore.gamification.xp import fits
from astracore.instants import DAY, after

SafeguardRefusal: TypeAlias = SafeguardFault | NumericLimit
Decision: TypeAlias = Result[tuple[SafeguardEvent, ...], SafeguardRefusal]


def safeguard_decider(
    rules: SafeguardRules,
) -> Decider[SafeguardCommand, Safeguards, SafeguardEvent, SafeguardRefusal]:
    """The decider under these rules."""

    def decide(command: SafeguardCommand, state: Safeguards) -> Decision:
        """Errors: ExclusionRunning, InvalidSafeguards, NumericLimit."""
        match command:
            case SetSafeguards():
                return limits_set(command, state, rules)
            case SelfExclude():
                return exclusion(command, state, rules)
            case ObserveBehaviour():
                return observation(command, state, rules)
            case _:
                assert_never(command)

    return Decider("gamification.safeguards", UNGUARDED, decide, evolve)


def limits_set(command: SetSafeguards, state: Safeguards, rules: SafeguardRules) -> Decision:
    """What is tighter holds at once, what is looser after a day.

    Errors: ExclusionRunning, InvalidSafeguards (every faulty field).
    Invariant: within a day no limit is looser than it was.
    """
    if state.excluded_until is not None and is_running(state.excluded_until, command.at):
        return Failure(ExclusionRunning(state.excluded_until.micros))
    faulty = _faulty(command.limits, rules)
    if faulty:
        return Failure(InvalidSafeguards(faulty))
    before, asked = limits_at(state, command.at), command.limits
    now = Limits(
        daily_loss=_tighter(before.daily_loss, asked.daily_loss),
        orders_day=_fewer(before.orders_day, asked.orders_day),
        session_minutes=_fewer(before.session_minutes, asked.session_minutes),
    )
    effective = command.at if now == asked else after(command.at, rules.loosens_after)
    return Success(
        (
            SafeguardsSet(
                user_id=command.user_id,
                now=now,
                asked=asked,
                effective_at=effective,
                at=command.at,
            ),
        )
    )


def _faulty(limits: Limits, rules: SafeguardRules) -> tuple[str, ...]:
    """The fields that no limit can be."""
    loss, orders, minutes = limits.daily_loss, limits.orders_day, limits.session_minutes
    sound = {
        "daily_loss": loss is None or (loss.is_finite() and fits(loss) and loss > 0),
        "orders_day": orders is None or orders >= 0,
        "session_minutes": minutes is None or 1 <= minutes <= rules.session_most,
    }
    return tuple(name for name, good in sound.items() if not good)


def _tighter(before: Decimal | None, asked: Decimal | None) -> Decimal | None:
    """The smaller one; none at all is the loosest."""
    if before is None or asked is None:
        return asked if before is None else before
    return min(before, asked)


def _fewer(before: int | None, asked: int | None) -> int | None:
    if before is None or asked is None:
        return asked if before is None else before
    return min(before, asked)


def exclusion(command: SelfExclude, state: Safeguards, rules: SafeguardRules) -> Decision:
    """Stay away; a longer exclusion replaces a running one, a shorter one is refused.

    Errors: InvalidSafeguards, ExclusionRunning.
    """
    if not 1 <= command.days <= rules.exclusion_most:
        return Failure(InvalidSafeguards(("days",)))
    until = after(command.at, command.days * DAY)
    running = state.excluded_until
    if running is not None and until <= running:
        return Failure(ExclusionRunning(running.micros))
    return Success((SelfExcluded(user_id=command.user_id, until=until, at=command.at),))


def observation(command: ObserveBehaviour, state: Safeguards, rules: SafeguardRules) -> Decision:
    """Do the first thing that the table says, unless it is being done.

    Errors: NumericLimit (a figure that is no number within bounds).
    """
    seen = command.behaviour
    if not is_sound(seen):
        return Failure(NumericLimit("behaviour"))
    night = is_night(command.at, command.utc_offset, rules)
    found = scores(seen, night=night, rules=rules)
    measure = first_match(seen, found, night=night, rules=rules)
    return Success(() if measure is None else _done(measure, found, command, (state, rules)))


def is_sound(seen: Behaviour) -> bool:
    """Are all figures finite and within bounds?"""
    amounts = (
        *(seen.trades_hour, seen.hold_minutes, seen.risk_trade, seen.session_hours),
        *(seen.weekend_hours, seen.errors_hour, seen.breaks_hour),
        *(() if seen.educational is None else (seen.educational,)),
    )
    return all(amount.is_finite() and fits(amount) for amount in amounts)


def _done(
    measure: Measure,
    found: Scores,
    command: ObserveBehaviour,
    known: tuple[Safeguards, SafeguardRules],
) -> tuple[SafeguardEvent, ...]:
    """The event of a measure; nothing when it would change nothing."""
    state, _ = known
    match measure.act:
        case Act.COOL_OFF:
            return (
                () if _is_cooling(measure, command, state) else (_cooled(measure, found, command),)
            )
        case Act.NO_SHOWS | Act.ONLY_EDUCATIONAL:
            return () if _is_resting(measure, command, state) else (_paused(measure, command),)
        case Act.WARNING | Act.SUGGESTION:
            recent = _is_warned(measure, command, known)
            return () if recent else (_warned(measure, command),)
        case _:
            assert_never(measure.act)


def _is_cooling(measure: Measure, command: ObserveBehaviour, state: Safeguards) -> bool:
    """Does a cool-off run already? A critical one replaces one for stress, nothing else does."""
    graver = measure.cause is Cause.CRITICAL and state.cool_cause is Cause.STRESS
    return is_running(state.cool_until, command.at) and not graver


def _is_resting(measure: Measure, command: ObserveBehaviour, state: Safeguards) -> bool:
    """Do shows rest already? A full rest replaces one that lets teaching through."""
    pause = state.pause
    if pause is None or not is_running(pause.until, command.at):
        return False
    return not pause.only_educational or measure.act is Act.ONLY_EDUCATIONAL


def _is_warned(
    measure: Measure, command: ObserveBehaviour, known: tuple[Safeguards, SafeguardRules]
) -> bool:
    """Was the same said within the hour?"""
    state, rules = known
    last = state.warned
    return (
        last is not None
        and last.cause is measure.cause
        and command.at.micros - last.at.micros < rules.warned_again
    )


def _paused(measure: Measure, command: ObserveBehaviour) -> ShowsPaused:
    return ShowsPaused(
        user_id=command.user_id,
        until=after(command.at, measure.span),
        cause=measure.cause,
        only_educational=measure.act is Act.ONLY_EDUCATIONAL,
        at=command.at,
    )


def _cooled(measure: Measure, found: Scores, command: ObserveBehaviour) -> CoolOffStarted:
    return CoolOffStarted(
        user_id=command.user_id,
        until=after(command.at, measure.span),
        cause=measure.cause,
        habit=found.habit,
        overtrading=found.overtrading,
        stress=found.stress,
        at=command.at,
    )


def _warned(measure: Measure, command: ObserveBehaviour) -> BehaviourWarned:
    return BehaviourWarned(user_id=command.user_id, cause=measure.cause, at=command.at)


SAFEGUARDS = safeguard_decider(RULES)
