"""The house rules that no other tool checks, each with a violation that proves it bites."""
