"""What follows from what: an event of one domain becomes commands of others."""
