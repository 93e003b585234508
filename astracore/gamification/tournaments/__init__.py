"""Daily tournaments: one aggregate for each, scores from closed trades, prizes by rank."""
