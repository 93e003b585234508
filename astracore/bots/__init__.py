"""What trades for somebody: copies of leaders."""
