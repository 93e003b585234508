"""Tokens: who owns one, what it is locked by, what is offered for it, what its stake earns."""
