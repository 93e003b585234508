"""When cron lines are due: zone files are I/O, so the core gets the instants as data."""
