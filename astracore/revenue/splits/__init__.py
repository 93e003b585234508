"""Who gets what of a stream's earnings, month by month."""
