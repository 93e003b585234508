"""How much to trade: every rule as a pure function, rounded down, never above its caps."""
