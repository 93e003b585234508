"""The books: double entry, exact, append only."""
