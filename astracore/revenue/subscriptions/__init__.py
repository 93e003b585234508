"""One person's subscription: trial, periods, changes, dunning, the end."""
