"""A player's safeguards as they stand."""

from attrs import evolve as changed

from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.gamification.safeguards.events import (
    BehaviourWarned,
    CoolOffStarted,
    SafeguardEvent,
    SafeguardsSet,
    SelfExcluded,
    ShowsPaused,
)
from astracore.gamification.safeguards.state import Safeguards, evolve
from astracore.ids import UserId


def evolve_safeguards(
    row: Safeguards | None, envelope: Envelope[SafeguardEvent], key: str
) -> Safeguards | None:
    """The very fold of the aggregate: limits now and later, what runs, the last warning."""
    before = Safeguards(user_id=UserId(key)) if row is None else row
    return changed(evolve(before, envelope.event), user_id=UserId(key))


SAFEGUARDS: Projection[SafeguardEvent, Safeguards] = Projection(
    name="safeguards",
    version=1,
    events=(SafeguardsSet, SelfExcluded, CoolOffStarted, ShowsPaused, BehaviourWarned),
    keys=lambda envelope: (envelope.event.user_id,),
    evolve=evolve_safeguards,
    row=codec(Safeguards),
    owner=lambda row: row.user_id,
    sort=lambda row: row.user_id,
)
