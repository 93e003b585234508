"""The steps of the account decider: each answers one kind of command with events or a refusal."""
