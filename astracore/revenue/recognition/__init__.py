"""When what was billed counts as earned: one contract for each thing sold, a run each day."""
