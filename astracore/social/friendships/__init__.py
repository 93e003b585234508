"""Friendships: one aggregate for each pair of users."""
