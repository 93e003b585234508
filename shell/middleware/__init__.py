"""What surrounds every request: an id, a log line, headers, limits, and the end of all errors."""
