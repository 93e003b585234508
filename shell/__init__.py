"""The composition root: HTTP, sockets, workers and the command line, wired once."""
