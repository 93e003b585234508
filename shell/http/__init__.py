"""From request bytes to typed arguments, from answers to bytes, and the shape of both."""
