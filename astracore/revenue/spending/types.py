"""The vocabulary of spending safeguards."""

from enum import StrEnum


class Factor(StrEnum):
    """A sign of spending out of hand."""

    RISING = "rising"
    BURST = "burst"
    SPIKES = "spikes"
    SURGE = "surge"
