"""A simulated business that bills, and what must hold of it every day."""
