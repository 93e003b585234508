"""The venue without an exchange: synthetic books over a seeded price or over real candles."""

from adapters.exchanges.simulated.checkpoint import (
    MOVED,
    BadCheckpoint,
    Checkpoint,
    Moved,
    load,
    save,
)
from adapters.exchanges.simulated.feed import CLIMATES, CandleFeed, Feed, SeededFeed
from adapters.exchanges.simulated.venue import SimulatedVenue

__all__ = [
    "CLIMATES",
    "MOVED",
    "BadCheckpoint",
    "CandleFeed",
    "Checkpoint",
    "Feed",
    "Moved",
    "SeededFeed",
    "SimulatedVenue",
    "load",
    "save",
]
