"""Statistics and performance metrics, equal to the last digit on every machine."""
