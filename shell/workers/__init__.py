"""What runs beside the requests: the log's follower, policies, the venue's gateway."""
