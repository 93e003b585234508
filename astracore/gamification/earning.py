"""XP is earned, and taken back where it was earned by mistake."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.gamification import AwardNotFound, ProgressFault, UnknownRule
from astracore.errors.values import NumericLimit
from astracore.gamification.commands import AwardXp, ReverseXp, TradeFacts
from astracore.gamification.events import (
    LevelUp,
    ProgressEvent,
    TradeCounted,
    XpGained,
    XpReversed,
)
from astracore.gamification.game_rules import GameRules
from astracore.gamification.leagues import league_of
from astracore.gamification.levels import level_at, level_credits
from astracore.gamification.local import local
from astracore.gamification.rules import SourceRule, XpRules, rule_for
from astracore.gamification.sources import XpSource
from astracore.gamification.state import (
    REMEMBERED,
    Progress,
    awards_in_month,
    paid_key,
    tally_of,
)
from astracore.gamification.xp import base_xp, granted, is_bounded, multiplier, qualifies, raw_xp
from astracore.instants import DAY, Instant, utc_day, utc_month
from astracore.outcome import is_failure

DEEDS = tuple(source for source in XpSource if source is not XpSource.STREAK)
XP_BOUND = 2**53  # integers beyond it do not survive every JSON reader
Decision: TypeAlias = Result[tuple[ProgressEvent, ...], ProgressFault | NumericLimit]


@frozen(kw_only=True)
class Worth:
    """What a deed comes to: base × multiplier, and what the caps leave of it."""

    day: int
    base: int
    multiplier: Decimal
    amount: int


def award(command: AwardXp, state: Progress, rules: GameRules) -> Decision:
    """Tally the trade, if it is one, then pay base × multiplier under the caps.

    What was paid before, an object that pays only once, an account linked to one that earns, and
    a close that does not qualify leave no trace. A close that earns nothing is tallied all the
    same, because its net and margin count for what comes later in the day.
    Errors: UnknownRule, NegativeXp, NumericLimit.
    Invariant: the same source event, asked again, answers nothing.
    """
    rule = rule_for(rules.xp, command.source)
    if rule is None:
        return Failure(UnknownRule(command.source.value))
    if not is_bounded(command.facts):
        return Failure(NumericLimit("facts"))
    if _is_idle(command, state, rules.xp):
        return Success(())
    worth = worth_of(command, rule, state, rules)
    if is_failure(worth):
        return worth
    found = worth.unwrap()
    total = state.xp + found.amount
    gained = XpGained(
        user_id=command.user_id,
        source=command.source,
        source_event_id=command.source_event_id,
        day=found.day,
        base=found.base,
        multiplier=found.multiplier,
        amount=found.amount,
        total_xp=total,
        level=level_at(rules.xp.curve, total),
        once=command.once,
    )
    return with_levels(counted(command, found.day), gained, state, rules.xp)


def _is_idle(command: AwardXp, state: Progress, rules: XpRules) -> bool:
    """Does the deed earn nothing by what it is or by what was paid before?

    What is older than the awards that are remembered counts as paid, since nobody can tell any
    more; but an object that pays once is remembered for ever.
    """
    facts = command.facts
    return (
        command.linked
        or _was_paid(command, state)
        or (_once(command) in state.once if command.once is not None else _is_old(command, state))
        or (isinstance(facts, TradeFacts) and not qualifies(facts, rules.closes))
    )


def _was_paid(command: AwardXp, state: Progress) -> bool:
    """Was the source event paid before, be it under another source's name?

    The day that a deed counts is the one thing that is paid beside the deed.
    """
    asked = command.source
    rivals = (asked,) if asked is XpSource.STREAK else DEEDS
    return any(paid_key(one, command.source_event_id) in state.awards for one in rivals)


def _is_old(command: AwardXp, state: Progress) -> bool:
    """Is it older than every award that is remembered?"""
    return utc_day(command.at) <= state.tally.day - REMEMBERED


def _once(command: AwardXp) -> str:
    """Under what an object is remembered that pays only once."""
    return f"{command.source.value}:{command.once}"


def worth_of(
    command: AwardXp, rule: SourceRule, state: Progress, rules: GameRules
) -> Result[Worth, ProgressFault | NumericLimit]:
    """base × multiplier under the caps of the day and the month.

    A deed that is told late counts on the latest day seen, so no day's caps open again.
    Errors: UnknownRule, NegativeXp, NumericLimit.
    """
    day = max(utc_day(command.at), state.tally.day)
    tally = tally_of(state.tally, day)
    here = local(state, (command.utc_offset, command.day_start), command.at, rules.xp)
    league = league_of(rules.leagues, state.place.league)
    factor = multiplier(rule, rules.xp, here.days, league.multiplier)
    month = awards_in_month(state, command.source, utc_month(Instant(day * DAY)))
    full = rule.per_month is not None and month >= rule.per_month
    return base_xp(rule, tally, command.facts).map(
        lambda base: Worth(
            day=day,
            base=base,
            multiplier=factor,
            amount=0 if full else granted(rule, rules.xp, tally, raw_xp(base, factor)),
        )
    )


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
            had_stop=facts.had_stop,
            risk_fraction=facts.risk_fraction,
            regime=facts.regime,
        ),
    )


def with_levels(
    before: tuple[ProgressEvent, ...], gained: XpGained, state: Progress, rules: XpRules
) -> Decision:
    """`before`, then the XP if there is any, then one level_up for each level it first reaches.

    Errors: NumericLimit.
    """
    if gained.total_xp >= XP_BOUND:
        return Failure(NumericLimit("xp"))
    if gained.amount == 0:
        return Success(before)
    old = max(state.top_level, level_at(rules.curve, state.xp))
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


def reversal(command: ReverseXp, state: Progress, rules: GameRules) -> Decision:
    """Take back exactly what a source event was paid; a second time changes nothing.

    Levels follow the XP down, but what was told and credited for them is not told again. The
    day's caps stay as full as they were.  Errors: AwardNotFound.
    """
    paid = state.awards.get(paid_key(command.source, command.source_event_id))
    if paid is None:
        return Failure(AwardNotFound(command.source.value, command.source_event_id))
    if paid.back or paid.amount == 0:
        return Success(())
    total = max(0, state.xp - paid.amount)
    return Success(
        (
            XpReversed(
                user_id=command.user_id,
                source=command.source,
                source_event_id=command.source_event_id,
                day=paid.day,
                amount=paid.amount,
                total_xp=total,
                level=level_at(rules.xp.curve, total),
            ),
        )
    )
