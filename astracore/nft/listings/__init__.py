"""Listings at a fixed price, bundles among them, offers accepted, and the seller's counter."""
