"""The pure core: frozen values, Result-returning functions, event-sourced deciders."""

__version__ = "0.1.0"
