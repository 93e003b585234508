"""Clans: roles, capacity, treasury, and the claims that keep names and members unique."""
