"""The job queue in the service: who asks, who runs, what is shown."""
