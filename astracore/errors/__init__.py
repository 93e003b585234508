"""Every way the core says no: a frozen type for each cause, a closed union for each area."""
