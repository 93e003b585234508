"""Challenges: a target to meet in time, alone, against a friend, or among many."""
