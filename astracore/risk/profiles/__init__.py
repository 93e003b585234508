"""The risk profile: the limits, alerts, blocks and dead man's switch of one account."""
