"""Who may mint what: one claim for each user, class and tournament or edition."""
