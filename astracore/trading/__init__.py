"""Orders, fills, positions, profit and loss, lots, the account decider and the paper venue."""
