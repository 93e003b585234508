"""Caches: bytes under typed keys, in this process or in Redis. What is lost here is only time."""
