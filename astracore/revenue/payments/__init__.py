"""One purchase: its quote, its payments, refunds and disputes."""
