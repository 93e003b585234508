"""The pure core: frozen values, Result-returning functions, event-sourced deciders."""
