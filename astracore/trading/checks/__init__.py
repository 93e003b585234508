"""What an asked order is checked for first: its own fields, then what it may lead to."""
