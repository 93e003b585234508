"""The instruments as an aggregate: listed, changed and stopped by staff, each with a reason."""
