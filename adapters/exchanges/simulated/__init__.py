"""The venue without an exchange: synthetic books over a seeded price or over real candles."""

from adapters.exchanges.simulated.checkpoint import BadCheckpoint, Checkpoint, load, save
from adapters.exchanges.simulated.feed import CLIMATES, CandleFeed, SeededFeed
from adapters.exchanges.simulated.venue import SimulatedVenue

__all__ = [
    "CLIMATES",
    "BadCheckpoint",
    "CandleFeed",
    "Checkpoint",
    "SeededFeed",
    "SimulatedVenue",
    "load",
    "save",
]
