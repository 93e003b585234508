"""Margin: notional brackets, maintenance, the highest leverage."""
