"""From a request's bytes to typed arguments, and from answers to bytes and their published shape."""
