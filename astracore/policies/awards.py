"""What a closed position is worth to a player's progress."""

from typing import TypeAlias

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy
from astracore.gamification.commands import AwardXp, RecordActivity, TradeFacts, UnlockAchievement
from astracore.gamification.rules import CloseRules
from astracore.gamification.sources import XpSource
from astracore.gamification.xp import qualifies
from astracore.trading.events import PositionClosed

Award: TypeAlias = AwardXp | RecordActivity | UnlockAchievement
CLOSES = CloseRules()


def reward_close(envelope: Envelope[PositionClosed]) -> tuple[Award, ...]:
    """position_closed → AwardXp, RecordActivity, UnlockAchievement, when the close qualifies."""
    event = envelope.event
    facts = trade_facts(event)
    if not qualifies(facts, CLOSES):
        return ()
    source = XpSource.TRADE_PRACTICE if event.is_practice else XpSource.TRADE_LIVE
    return (
        AwardXp(
            user_id=event.user_id,
            source=source,
            source_event_id=envelope.event_id,
            facts=facts,
            at=event.closed_at,
        ),
        RecordActivity(
            user_id=event.user_id, source_event_id=envelope.event_id, at=event.closed_at
        ),
        UnlockAchievement(user_id=event.user_id, at=event.closed_at),
    )


def trade_facts(event: PositionClosed) -> TradeFacts:
    """What the XP rules want to know of a closed position.

    Notional is the largest |cost|. Practice orders meet the venue's own liquidity alone, and live
    ones an exchange's, so the two sides are never linked here.
    """
    return TradeFacts(
        symbol=event.symbol,
        quantity=event.max_qty,
        entry=event.entry_avg,
        exit=event.exit_avg,
        notional=event.peak_cost,
        fees=event.fees,
        net=event.net,
        peak_margin=event.peak_margin,
        opened_at=event.opened_at,
        closed_at=event.closed_at,
        had_stop=event.had_stop,
        risk_fraction=event.risk_fraction,
    )


REWARD_CLOSE: Policy[PositionClosed, Award] = Policy(
    name="reward_close", events=(PositionClosed,), react=reward_close
)
