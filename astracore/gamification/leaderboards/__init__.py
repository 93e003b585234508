"""A leaderboard of one board, scope and period: scores come in, a frozen list comes out."""
