"""What every door shares: how much anybody may ask for."""
