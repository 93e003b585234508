"""Contracts of every kind: what a fill, a fee and an interval of funding do to a position."""
