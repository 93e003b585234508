"""Why an order was refused, accepted or filled: every rule that was looked at, with its figures."""
