"""Sessions of one user: families of refresh tokens that die when an old one comes back."""
