"""Who plays: registration and names."""
