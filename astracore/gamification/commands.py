"""What may be asked of a player's progress. Only policies and jobs ask."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.gamification.sources import Regime, XpSource
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


Timed: TypeAlias = AwardXp | RecordActivity | CheckIn | CloseStreak | CompleteLesson
ProgressCommand: TypeAlias = (
    AwardXp | ReverseXp | RecordActivity | CheckIn | CloseStreak | CompleteLesson | SubmitQuiz
)
