"""Moderation: reports, decisions, strikes, appeals; one case for each object."""
