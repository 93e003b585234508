"""Battles of two clans: scores from events alone, ratings, stakes."""
