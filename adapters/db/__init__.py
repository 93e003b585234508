"""The store: SQL as plain functions of a connection, and SQLite as the embedded backend."""
