"""The functions that published cases call by name, one module an area."""
