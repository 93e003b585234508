"""Orders as values: their types, states, triggers, lifetimes and the lists that join them."""
