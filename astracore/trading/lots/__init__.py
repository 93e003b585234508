"""Cost basis: which lots a sale takes, by method, and the statement that comes of it."""
