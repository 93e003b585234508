"""What may be asked of a player's progress. Only policies and jobs ask."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.gamification.sources import XpSource
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
    """Pay what the rules say `source_event_id` is worth; the command id must derive from it."""

    user_id: UserId
    source: XpSource
    source_event_id: EventId
    facts: XpFacts
    utc_offset: int = 0  # seconds east of Greenwich
    day_start: int = 0  # hour at which the player's day begins
    at: Instant


@frozen(kw_only=True)
class RecordActivity:
    """Count the player's day, if it is a new one, and pay the streak's XP."""

    user_id: UserId
    source_event_id: EventId
    utc_offset: int = 0
    day_start: int = 0
    at: Instant


@frozen(kw_only=True)
class CloseStreak:
    """Say once that the streak broke, when no freeze can bridge the missed days."""

    user_id: UserId
    utc_offset: int = 0
    day_start: int = 0
    at: Instant


ProgressCommand: TypeAlias = AwardXp | RecordActivity | CloseStreak
