"""Caches of the service: what is kept, where, for how long, and under which versions."""
