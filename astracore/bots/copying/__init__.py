"""Copy trading: sizes, fair turns, budgets, fees by a high-water mark, and the follower's audit."""
