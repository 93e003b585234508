"""What the house earns: subscriptions, invoices, payments, and when revenue counts as earned."""
