"""Schedules: what is to be enqueued when, with each slot once."""
