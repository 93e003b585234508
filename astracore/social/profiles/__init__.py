"""Profiles: what others think of somebody, whom they follow, whom they block."""
