"""An account over time: what it began with, what it is worth, and where the difference went."""
