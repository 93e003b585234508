"""Every way the core says no: one frozen type per cause, one module and one closed union per area."""
