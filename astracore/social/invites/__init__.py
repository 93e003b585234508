"""Invitations to the product, and what they are worth when the invited becomes active."""
