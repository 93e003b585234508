"""The command line `astra`: one module for each command, found by `main`."""
