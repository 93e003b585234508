"""Venues: where orders go and prices come from. One package for each."""
