"""The aggregates of copy trading with what it takes to store them."""

from typing import Any

from astracore.bots.copying.commands import CopyCommand, LeaderCommand
from astracore.bots.copying.copy import COPY_DECIDER
from astracore.bots.copying.events import CopyEvent, LeaderEvent
from astracore.bots.copying.leader import LEADER
from astracore.bots.copying.state import Copy, Listing
from astracore.errors.bots import CopyFault, LeaderFault
from astracore.events.catalog import Aggregate, Catalog, catalog, classes_of
from astracore.events.codec import codec, union

COPY_EVENTS: Catalog[CopyEvent] = catalog(classes_of(CopyEvent))
LEADER_EVENTS: Catalog[LeaderEvent] = catalog(classes_of(LeaderEvent))

COPY_AGGREGATE: Aggregate[CopyCommand, Copy, CopyEvent, CopyFault] = Aggregate(
    COPY_DECIDER, COPY_EVENTS, codec(Copy), union(classes_of(CopyFault))
)
LEADER_AGGREGATE: Aggregate[LeaderCommand, Listing, LeaderEvent, LeaderFault] = Aggregate(
    LEADER, LEADER_EVENTS, codec(Listing), union(classes_of(LeaderFault))
)

BOT_AGGREGATES: tuple[Aggregate[Any, Any, Any, Any], ...] = (
    COPY_AGGREGATE,
    LEADER_AGGREGATE,
)
