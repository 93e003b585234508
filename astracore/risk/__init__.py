"""Risk: what is held and what it may lose, limits and their grades, and the switch that stops."""
