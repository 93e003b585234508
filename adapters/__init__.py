"""One package for each outside system: translations, no rules."""
