"""What is due is unlocked, once; what is unlocked may be shown; rewards are claimed in time."""

from typing import TypeAlias

from returns.result import Failure, Result, Success

from astracore.errors.gamification import (
    AlreadyClaimed,
    NotUnlocked,
    ProgressFault,
    RewardExpired,
    RewardNotFound,
    TooManyBadges,
)
from astracore.errors.values import NumericLimit
from astracore.gamification.achievements import Achievement, Facts, is_due, unlock_key
from astracore.gamification.commands import (
    AwardXp,
    ClaimReward,
    Figure,
    GrantReward,
    PrizeFacts,
    SetBadges,
    UnlockAchievement,
)
from astracore.gamification.earning import award
from astracore.gamification.events import (
    AchievementUnlocked,
    BadgesSet,
    FigureRaised,
    ProgressEvent,
    RewardClaimed,
    RewardGranted,
)
from astracore.gamification.folding import folded
from astracore.gamification.game_rules import GameRules
from astracore.gamification.learning import modules_passed
from astracore.gamification.measures import MODULES, OWN, Measure
from astracore.gamification.sources import Tier, XpSource
from astracore.gamification.state import Progress
from astracore.ids import EventId, derived_id
from astracore.instants import DAY, after, utc_day
from astracore.outcome import is_failure

BADGE_LEVELS = 10
Decision: TypeAlias = Result[tuple[ProgressEvent, ...], ProgressFault | NumericLimit]


def facts_of(state: Progress, rules: GameRules) -> Facts:
    """Every measure as it stands."""
    record = state.record
    passed = modules_passed(state.learning, rules.lessons)
    counts = {
        Measure.CLOSED: record.closed,
        Measure.LIVE: record.live,
        Measure.GREEN_DAYS: record.green_days,
        Measure.STOP_RUN: record.stop_run,
        Measure.SMALL_RUN: record.small_run,
        Measure.SMALL_WINS: record.small_wins,
        Measure.WON_TREND: record.won_trend,
        Measure.WON_RANGE: record.won_range,
        Measure.WON_VOLATILE: record.won_volatile,
        Measure.STREAK: state.streak.count,
        Measure.LEVEL: state.top_level,
        Measure.LESSONS: len(state.learning.lessons),
        **{module: int(module.value in passed) for module in MODULES},
    }
    figures = {
        measure: record.figures.get(measure.value, 0) for measure in Measure if measure not in OWN
    }
    return Facts(counts={**counts, **figures})


def unlocking(command: UnlockAchievement, state: Progress, rules: GameRules) -> Decision:
    """Note the figures that rose, then unlock all that is due, in the table's order.

    XP of an achievement may reach a level that makes another one due, so it goes on until none
    is.  Errors: UnknownRule, NegativeXp, NumericLimit.
    Invariants: what is unlocked is never unlocked again, and never lost.
    """
    if command.linked:
        return Success(())
    told = _raised(command.figures, command, state)
    current = folded(state, told)
    for _ in rules.achievements:
        found = _next_due(command, current, rules)
        if found is None:
            break
        step = _unlocked(found, command, current, rules)
        if is_failure(step):
            return step
        told, current = (*told, *step.unwrap()), folded(current, step.unwrap())
    return Success(told)


def _raised(
    figures: tuple[Figure, ...], command: UnlockAchievement, state: Progress
) -> tuple[ProgressEvent, ...]:
    """The figures of other domains that are higher than what is known, each once."""
    highest: dict[Measure, int] = {}
    for figure in figures:
        known = state.record.figures.get(figure.measure.value, 0)
        if figure.measure not in OWN and figure.value > max(known, highest.get(figure.measure, 0)):
            highest = {**highest, figure.measure: figure.value}
    return tuple(
        FigureRaised(user_id=command.user_id, measure=measure, value=value)
        for measure, value in highest.items()
    )


def _next_due(command: UnlockAchievement, state: Progress, rules: GameRules) -> Achievement | None:
    """The first achievement of the table that is due and not unlocked."""
    facts = facts_of(state, rules)
    unlocked = state.trophies.unlocked
    return next(
        (
            each
            for each in rules.achievements
            if unlock_key(each, command.at) not in unlocked
            and (each.after is None or each.after in unlocked)
            and is_due(each, facts, command.at)
        ),
        None,
    )


def _unlocked(
    found: Achievement, command: UnlockAchievement, state: Progress, rules: GameRules
) -> Decision:
    """The achievement, then its XP and the levels that it reaches."""
    key = unlock_key(found, command.at)
    event = AchievementUnlocked(
        user_id=command.user_id,
        achievement_id=found.achievement_id,
        category=found.category,
        rarity=found.rarity,
        xp=found.xp,
        points=found.points,
        key=key,
        day=utc_day(command.at),
    )
    source = derived_id(command.at.micros // 1000, "achievement", command.user_id, key)
    paid = award(
        AwardXp(
            user_id=command.user_id,
            source=XpSource.ACHIEVEMENT,
            source_event_id=EventId(source),
            facts=PrizeFacts(xp=found.xp),
            once=key,
            at=command.at,
        ),
        folded(state, (event,)),
        rules,
    )
    return paid.map(lambda events: (event, *events))


def badge_choice(command: SetBadges, state: Progress, rules: GameRules) -> Decision:
    """Show these; choosing one twice is choosing it once.  Errors: TooManyBadges, NotUnlocked."""
    chosen = tuple(dict.fromkeys(command.achievement_ids))
    if len(chosen) > rules.badges_most:
        return Failure(TooManyBadges(len(chosen), rules.badges_most))
    strange = tuple(name for name in chosen if name not in state.trophies.unlocked)
    if strange:
        return Failure(NotUnlocked(strange))
    if chosen == state.trophies.badges:
        return Success(())
    return Success((BadgesSet(user_id=command.user_id, achievement_ids=chosen),))


def shown_badges(state: Progress) -> tuple[str, ...]:
    """The chosen achievements, then `level_n` of the highest tenth level, tier, league, winner."""
    tenth = state.top_level // BADGE_LEVELS * BADGE_LEVELS
    wins = state.record.figures.get(Measure.TOURNAMENT_WINS.value, 0)
    return (
        *state.trophies.badges,
        *((f"level_{tenth}",) if tenth else ()),
        *((f"verified_{state.place.tier.value}",) if state.place.tier is not Tier.NONE else ()),
        f"league_{state.place.league.value}",
        *(("tournament_winner",) if wins > 0 else ()),
    )


def granting(command: GrantReward, state: Progress, rules: GameRules) -> Decision:
    """Something to claim within 30 days; nothing for a known id or an amount that is none."""
    if command.reward_id in state.trophies.rewards or command.amount <= 0:
        return Success(())
    return Success(
        (
            RewardGranted(
                user_id=command.user_id,
                reward_id=command.reward_id,
                kind=command.kind,
                amount=command.amount,
                expires_at=after(command.at, rules.reward_days * DAY),
            ),
        )
    )


def claiming(command: ClaimReward, state: Progress) -> Decision:
    """Take a reward, once, before it expires.

    Errors: RewardNotFound, AlreadyClaimed, RewardExpired.
    """
    reward = state.trophies.rewards.get(command.reward_id)
    if reward is None:
        return Failure(RewardNotFound(command.reward_id))
    if reward.claimed:
        return Failure(AlreadyClaimed(command.reward_id))
    if command.at >= reward.expires_at:
        return Failure(RewardExpired(command.reward_id, reward.expires_at.micros))
    return Success(
        (
            RewardClaimed(
                user_id=command.user_id,
                reward_id=command.reward_id,
                kind=reward.kind,
                amount=reward.amount,
                at=command.at,
            ),
        )
    )
