"""XP, levels, streaks, ranks: what playing well is worth."""
