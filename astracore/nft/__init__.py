"""Collectibles: who may have one, what it is worth, how it changes hands."""
