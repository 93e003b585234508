"""What proves the library, and what users prove their own code with."""
