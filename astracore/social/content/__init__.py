"""Posts: what is shown, how far it spreads, what a feed is made of."""
