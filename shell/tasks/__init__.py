"""What jobs do: one task for each name, with its payload, its timing and its handler."""
