"""A user's CREDIT, which is earned, and TOKEN, which is bought."""
