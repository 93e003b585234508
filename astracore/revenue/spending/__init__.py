"""Spending safeguards: limits, time to think, and signs of spending out of hand."""
