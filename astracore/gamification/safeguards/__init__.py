"""Pacing and safeguards: scores of behaviour, cool-offs, the player's own limits, exclusion."""
