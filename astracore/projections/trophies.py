"""A player's achievements with how far each one is, the league, the tier, and what to claim."""

from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import field, frozen

from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.gamification.achievements import Achievement, Category, Rarity, have_and_need
from astracore.gamification.commands import EvaluateLeague
from astracore.gamification.events import (
    AchievementUnlocked,
    BadgesSet,
    DemotionWarned,
    FigureRaised,
    LeagueChanged,
    LessonCompleted,
    LevelUp,
    ProgressEvent,
    QuizScored,
    RewardClaimed,
    RewardGranted,
    SpotlightShown,
    StreakBroken,
    StreakUpdated,
    TradeCounted,
    VerificationGranted,
    VerificationLost,
    XpGained,
)
from astracore.gamification.folding import evolve as fold
from astracore.gamification.game_rules import GameRules
from astracore.gamification.leagues import League, Need, needs, neighbour
from astracore.gamification.record import Record
from astracore.gamification.sources import RewardKind
from astracore.gamification.state import Learning, Place, Progress, Trophies
from astracore.gamification.streaks import Streak
from astracore.gamification.unlocking import facts_of
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.projections.sorting import newest_first

RULES = GameRules()
RewardEvent: TypeAlias = RewardGranted | RewardClaimed
TROPHY_EVENTS = (
    TradeCounted,
    XpGained,
    LevelUp,
    StreakUpdated,
    StreakBroken,
    LessonCompleted,
    QuizScored,
    FigureRaised,
    AchievementUnlocked,
    BadgesSet,
    LeagueChanged,
    DemotionWarned,
    VerificationGranted,
    VerificationLost,
    SpotlightShown,
)


@frozen(kw_only=True)
class TrophyRow:
    """What achievements, league and tier of a player follow from."""

    user_id: UserId
    top_level: int = 1
    first_day: int | None = None
    streak: Streak = field(factory=Streak)
    learning: Learning = field(factory=Learning)
    record: Record = field(factory=Record)
    trophies: Trophies = field(factory=Trophies)
    place: Place = field(factory=Place)


@frozen(kw_only=True)
class AchievementView:
    """One achievement as its owner sees it; `unlocked_day` is a UTC day."""

    achievement_id: str
    category: Category
    rarity: Rarity
    xp: int
    points: int
    have: int
    need: int
    unlocked_day: int | None


@frozen(kw_only=True)
class RewardRow:
    """Something to claim, or that was."""

    reward_id: str
    user_id: UserId
    kind: RewardKind
    amount: int
    granted_at: Instant
    expires_at: Instant
    claimed_at: Instant | None = None


def as_progress(row: TrophyRow) -> Progress:
    """The part of a progress that trophies follow from."""
    return Progress(
        user_id=row.user_id,
        top_level=row.top_level,
        first_day=row.first_day,
        streak=row.streak,
        learning=row.learning,
        record=row.record,
        trophies=row.trophies,
        place=row.place,
    )


def evolve_trophies(
    row: TrophyRow | None, envelope: Envelope[ProgressEvent], key: str
) -> TrophyRow | None:
    """Fold one event by the very fold of the progress; what trophies do not need stays out."""
    before = TrophyRow(user_id=UserId(key)) if row is None else row
    after = fold(as_progress(before), envelope.event)
    return TrophyRow(
        user_id=before.user_id,
        top_level=after.top_level,
        first_day=after.first_day,
        streak=after.streak,
        learning=after.learning,
        record=after.record,
        trophies=after.trophies,
        place=after.place,
    )


def achievement_views(row: TrophyRow, rules: GameRules = RULES) -> tuple[AchievementView, ...]:
    """Every achievement in the catalogue's order; hidden ones when they are unlocked."""
    facts = facts_of(as_progress(row), rules)
    unlocked = row.trophies.unlocked
    made = []
    for one in rules.achievements:
        found = _latest_day(row, one)
        if one.hidden and found is None:
            continue
        have, need = have_and_need(one, facts)
        made.append(
            AchievementView(
                achievement_id=one.achievement_id,
                category=one.category,
                rarity=one.rarity,
                xp=one.xp,
                points=one.points,
                have=need if one.achievement_id in unlocked else have,
                need=need,
                unlocked_day=found,
            )
        )
    return tuple(made)


def _latest_day(row: TrophyRow, one: Achievement) -> int | None:
    """The last UTC day on which it was unlocked."""
    name = one.achievement_id
    days = (
        each.day
        for key, each in row.trophies.unlocked.items()
        if key == name or key.startswith(f"{name}@")
    )
    return max(days, default=None)


def league_status(
    row: TrophyRow, facts: EvaluateLeague, rules: GameRules = RULES
) -> tuple[League | None, tuple[Need, ...]]:
    """The league above, and what there is towards each of its requirements; None from the top."""
    above = neighbour(rules.leagues, row.place.league, 1)
    return above, () if above is None else needs(above, as_progress(row), facts)


def evolve_reward(
    row: RewardRow | None, envelope: Envelope[RewardEvent], key: str
) -> RewardRow | None:
    """Granted once, claimed once."""
    event = envelope.event
    match event:
        case RewardGranted():
            made = RewardRow(
                reward_id=key,
                user_id=event.user_id,
                kind=event.kind,
                amount=event.amount,
                granted_at=envelope.occurred_at,
                expires_at=event.expires_at,
            )
            return made if row is None else row
        case RewardClaimed():
            return None if row is None else changed(row, claimed_at=event.at)
        case _:
            assert_never(event)


TROPHIES: Projection[ProgressEvent, TrophyRow] = Projection(
    name="achievements",
    version=1,
    events=TROPHY_EVENTS,
    keys=lambda envelope: (envelope.event.user_id,),
    evolve=evolve_trophies,
    row=codec(TrophyRow),
    owner=lambda row: row.user_id,
    sort=lambda row: row.user_id,
)
REWARDS: Projection[RewardEvent, RewardRow] = Projection(
    name="rewards",
    version=1,
    events=(RewardGranted, RewardClaimed),
    keys=lambda envelope: (envelope.event.reward_id,),
    evolve=evolve_reward,
    row=codec(RewardRow),
    owner=lambda row: row.user_id,
    sort=lambda row: newest_first(row.granted_at),
)
