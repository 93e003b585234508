"""What anybody sees: pure folds of events into rows."""
