"""The progress of one player: the decider of XP, levels and streak."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from returns.result import Failure, Result, Success

from astracore.errors.gamification import BadZone, ProgressFault, UnknownRule
from astracore.errors.values import NumericLimit
from astracore.events.decider import Decider
from astracore.gamification.commands import (
    AwardXp,
    CloseStreak,
    PrizeFacts,
    ProgressCommand,
    RecordActivity,
    TradeFacts,
)
from astracore.gamification.events import (
    LevelUp,
    ProgressEvent,
    StreakBroken,
    StreakUpdated,
    TradeCounted,
    XpGained,
)
from astracore.gamification.levels import level_at, level_credits
from astracore.gamification.rules import XpRules, rule_for
from astracore.gamification.sources import XpSource
from astracore.gamification.state import (
    Progress,
    awards_in_month,
    month_of,
    tally_of,
    with_award,
    with_trade,
    with_xp,
)
from astracore.gamification.streaks import (
    broken,
    counted_day,
    days_alive,
    is_broken,
    step,
    streak_multiplier,
    streak_xp,
)
from astracore.gamification.xp import base_xp, granted, is_bounded, multiplier, qualifies, raw_xp
from astracore.instants import utc_day
from astracore.outcome import is_failure

XP_BOUND = 2**53  # integers beyond it do not survive every JSON reader
ZONE_BOUND = 86_400  # [s]

ProgressRefusal: TypeAlias = ProgressFault | NumericLimit
Decision: TypeAlias = Result[tuple[ProgressEvent, ...], ProgressRefusal]


def progress_decider(
    rules: XpRules,
) -> Decider[ProgressCommand, Progress, ProgressEvent, ProgressRefusal]:
    """The decider under these rules. What happened carries its numbers, so folding needs none."""

    def decide(command: ProgressCommand, state: Progress) -> Decision:
        """Errors: BadZone, UnknownRule, NegativeXp, NumericLimit."""
        if not -ZONE_BOUND < command.utc_offset < ZONE_BOUND or not 0 <= command.day_start < 24:
            return Failure(BadZone(command.utc_offset, command.day_start))
        match command:
            case AwardXp():
                return award(command, state, rules)
            case RecordActivity():
                return activity(command, state, rules)
            case CloseStreak():
                return streak_close(command, state)
            case _:
                assert_never(command)

    return Decider("gamification.progress", Progress(), decide, evolve)


def award(command: AwardXp, state: Progress, rules: XpRules) -> Decision:
    """Tally the trade, if it is one, then pay base × multiplier under the caps.

    A close that does not qualify leaves no trace; one that earns nothing is tallied all the same,
    because its net and margin count for what comes later in the day.
    """
    rule = rule_for(rules, command.source)
    if rule is None:
        return Failure(UnknownRule(command.source.value))
    facts = command.facts
    if not is_bounded(facts):
        return Failure(NumericLimit("facts"))
    if isinstance(facts, TradeFacts) and not qualifies(facts, rules.closes):
        return Success(())
    day = max(utc_day(command.at), state.tally.day)
    tally = tally_of(state.tally, day)
    today = counted_day(command.at, command.utc_offset, command.day_start)
    days = days_alive(state.streak, today)
    factor = multiplier(rule, rules, days, rules.league_multiplier)
    month = awards_in_month(state, command.source, month_of(day))
    full = rule.per_month is not None and month >= rule.per_month

    base = base_xp(rule, tally, facts)
    if is_failure(base):
        return base
    amount = 0 if full else granted(rule, rules, tally, raw_xp(base.unwrap(), factor))
    gained = XpGained(
        user_id=command.user_id,
        source=command.source,
        source_event_id=command.source_event_id,
        day=day,
        base=base.unwrap(),
        multiplier=factor,
        amount=amount,
        total_xp=state.xp + amount,
        level=level_at(rules.curve, state.xp + amount),
    )
    return with_levels(counted(command, day), gained, state, rules)


def counted(command: AwardXp, day: int) -> tuple[ProgressEvent, ...]:
    """The tally entry of a trade; nothing for other deeds."""
    facts = command.facts
    if not isinstance(facts, TradeFacts):
        return ()
    return (
        TradeCounted(
            user_id=command.user_id,
            source=command.source,
            source_event_id=command.source_event_id,
            day=day,
            symbol=facts.symbol,
            net=facts.net,
            peak_margin=max(Decimal(0), facts.peak_margin),
        ),
    )


def with_levels(
    before: tuple[ProgressEvent, ...], gained: XpGained, state: Progress, rules: XpRules
) -> Decision:
    """`before`, then the XP if there is any, then one level_up for each level it reaches."""
    if gained.total_xp >= XP_BOUND:
        return Failure(NumericLimit("xp"))
    if gained.amount == 0:
        return Success(before)
    old = level_at(rules.curve, state.xp)
    ups = tuple(
        LevelUp(
            user_id=gained.user_id,
            old_level=level,
            new_level=level + 1,
            credits=level_credits(level + 1),
        )
        for level in range(old, gained.level)
    )
    return Success((*before, gained, *ups))


def activity(command: RecordActivity, state: Progress, rules: XpRules) -> Decision:
    """Count the day once; a day that is not later than the last one changes nothing."""
    day = counted_day(command.at, command.utc_offset, command.day_start)
    after = step(state.streak, day, rules.streak)
    if after == state.streak:
        return Success(())
    updated = StreakUpdated(
        user_id=command.user_id,
        day=day,
        count=after.count,
        freezes=after.freezes,
        multiplier=streak_multiplier(after.count, rules.streak),
    )
    paid = award(streak_award(command, after.count, rules), state, rules)
    return paid.map(lambda events: (updated, *events))


def streak_award(command: RecordActivity, count: int, rules: XpRules) -> AwardXp:
    """The award that a newly counted day asks for."""
    return AwardXp(
        user_id=command.user_id,
        source=XpSource.STREAK,
        source_event_id=command.source_event_id,
        facts=PrizeFacts(xp=streak_xp(count, rules.streak)),
        utc_offset=command.utc_offset,
        day_start=command.day_start,
        at=command.at,
    )


def streak_close(command: CloseStreak, state: Progress) -> Decision:
    """Say that the streak broke: once, because a broken streak has no count."""
    today = counted_day(command.at, command.utc_offset, command.day_start)
    if not is_broken(state.streak, today):
        return Success(())
    lost = StreakBroken(user_id=command.user_id, day=today, count=state.streak.count)
    return Success((lost,))


def evolve(state: Progress, event: ProgressEvent) -> Progress:
    """Fold one event."""
    match event:
        case TradeCounted():
            return changed(state, user_id=event.user_id, tally=with_trade(state.tally, event))
        case XpGained():
            return changed(
                state,
                user_id=event.user_id,
                xp=event.total_xp,
                tally=with_xp(state.tally, event),
                months=with_award(state, event),
            )
        case LevelUp():
            return state
        case StreakUpdated():
            streak = changed(
                state.streak, count=event.count, last_day=event.day, freezes=event.freezes
            )
            return changed(state, user_id=event.user_id, streak=streak)
        case StreakBroken():
            return changed(state, streak=broken(state.streak))
        case _:
            assert_never(event)


PROGRESS = progress_decider(XpRules())
