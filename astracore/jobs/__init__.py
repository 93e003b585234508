"""Work for later: jobs with retries and leases, schedules with slots. Who runs it is elsewhere."""
