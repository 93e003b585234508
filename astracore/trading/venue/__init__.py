"""The paper venue: a price-time book, and what it answers to orders. A state machine, no I/O."""
