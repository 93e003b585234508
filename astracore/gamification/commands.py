"""What may be asked of a player's progress. Only policies and jobs ask."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.gamification.measures import Measure
from astracore.gamification.sources import Regime, RewardKind, Tier, XpSource
from astracore.ids import EventId, UserId
from astracore.instants import Instant


@frozen(kw_only=True)
class TradeFacts:
    """One closed position. `fees`, `notional`, `net`, `peak_margin` [account currency]."""

    symbol: str
    quantity: Decimal
    entry: Decimal
    exit: Decimal
    notional: Decimal
    fees: Decimal
    net: Decimal
    peak_margin: Decimal
    opened_at: Instant
    closed_at: Instant
    linked: bool = False  # The two sides share an owner, a device or a payment method.
    had_stop: bool = False
    risk_fraction: Decimal | None = None  # risked at the entry [fraction of equity]
    regime: Regime | None = None  # the symbol's day


@frozen(kw_only=True)
class ScoreFacts:
    """A graded deed: a quiz's share of right answers [0..1], a battle's points."""

    score: Decimal


@frozen(kw_only=True)
class DepositFacts:
    """A net deposit that stayed the required time [USD]."""

    amount: Decimal


@frozen(kw_only=True)
class PrizeFacts:
    """A worth that a catalogue or rank table fixed [XP]."""

    xp: int


@frozen(kw_only=True)
class RarityFacts:
    """A minted collectible's rarity, a name of the rarity table."""

    rarity: str


@frozen(kw_only=True)
class DeedFacts:
    """A deed whose worth is the rule's own."""


XpFacts: TypeAlias = TradeFacts | ScoreFacts | DepositFacts | PrizeFacts | RarityFacts | DeedFacts


@frozen(kw_only=True)
class AwardXp:
    """Pay what the rules say `source_event_id` is worth: once, however often it is asked.

    `once` names an object that pays only once ever: a lesson, a clan, a post that is liked.
    `linked`: another account of the same owner, device or payment method is the one that earns.
    An offset or start of the day that is None is the one that the player has.
    """

    user_id: UserId
    source: XpSource
    source_event_id: EventId
    facts: XpFacts
    once: str | None = None
    linked: bool = False
    utc_offset: int | None = None  # seconds east of Greenwich
    day_start: int | None = None  # hour at which the player's day begins
    at: Instant


@frozen(kw_only=True)
class ReverseXp:
    """Take back exactly what `source_event_id` was paid, because it was corrected."""

    user_id: UserId
    source: XpSource
    source_event_id: EventId
    at: Instant


@frozen(kw_only=True)
class RecordActivity:
    """Count the player's day, if it is a new one, and pay the streak's XP."""

    user_id: UserId
    source_event_id: EventId
    linked: bool = False
    utc_offset: int | None = None
    day_start: int | None = None
    at: Instant


@frozen(kw_only=True)
class CheckIn:
    """The player says hello: once on each of the player's days."""

    user_id: UserId
    source_event_id: EventId
    linked: bool = False
    utc_offset: int | None = None
    day_start: int | None = None
    at: Instant


@frozen(kw_only=True)
class CloseStreak:
    """Say once that the streak broke, when no freeze can bridge the missed days."""

    user_id: UserId
    utc_offset: int | None = None
    day_start: int | None = None
    at: Instant


@frozen(kw_only=True)
class CompleteLesson:
    """A lesson was read to its end; it counts as activity each time and pays once."""

    user_id: UserId
    lesson_id: str
    source_event_id: EventId
    linked: bool = False
    utc_offset: int | None = None
    day_start: int | None = None
    at: Instant


@frozen(kw_only=True)
class SubmitQuiz:
    """Answers to a lesson's quiz: the index of the chosen option, question by question."""

    user_id: UserId
    lesson_id: str
    answers: tuple[int, ...]
    source_event_id: EventId
    linked: bool = False
    at: Instant


@frozen(kw_only=True)
class Figure:
    """What another domain counts of the player, as it stands now."""

    measure: Measure
    value: int


@frozen(kw_only=True)
class UnlockAchievement:
    """Unlock whatever is due by what is known and by these figures of other domains."""

    user_id: UserId
    figures: tuple[Figure, ...] = ()
    linked: bool = False
    at: Instant


@frozen(kw_only=True)
class SetBadges:
    """The unlocked achievements that the player shows, in their order."""

    user_id: UserId
    achievement_ids: tuple[str, ...]
    at: Instant


@frozen(kw_only=True)
class GrantReward:
    """Something to claim: a prize of a tournament or a challenge. `reward_id` is fresh."""

    user_id: UserId
    reward_id: str
    kind: RewardKind
    amount: int
    at: Instant


@frozen(kw_only=True)
class ClaimReward:
    """The player takes a reward."""

    user_id: UserId
    reward_id: str
    at: Instant


@frozen(kw_only=True)
class EvaluateLeague:
    """The weekly look at a player. `win_rate` is of the last 50 closes, None without any."""

    user_id: UserId
    tournaments: int  # finished
    win_rate: Decimal | None
    active_days: int  # of the last 30
    at: Instant


@frozen(kw_only=True)
class TraderFacts:
    """A trader's history as portfolio and risk know it."""

    closed: int
    live: int  # closed live trades
    volume: Decimal  # [USD]
    win_rate: Decimal
    active_days: int
    drawdown: Decimal  # the worst, a fraction of the peak


@frozen(kw_only=True)
class RequestVerification:
    """Ask for a tier; without one, the nightly look: grant what is due, take what is lost."""

    user_id: UserId
    tier: Tier | None
    facts: TraderFacts
    at: Instant


@frozen(kw_only=True)
class RecordSpotlight:
    """The player is shown to everybody on this day."""

    user_id: UserId
    at: Instant


Timed: TypeAlias = AwardXp | RecordActivity | CheckIn | CloseStreak | CompleteLesson
Standing: TypeAlias = EvaluateLeague | RequestVerification | RecordSpotlight
Trophy: TypeAlias = UnlockAchievement | SetBadges | GrantReward | ClaimReward
ProgressCommand: TypeAlias = Timed | ReverseXp | SubmitQuiz | Trophy | Standing
