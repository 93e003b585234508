"""API keys of one user: scoped, bounded to addresses and time, rotated, with their last use."""
