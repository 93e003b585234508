"""Which streams a command is decided over, domain by domain."""
