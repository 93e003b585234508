"""Auctions: rising bids with a bounded last stretch, and falling prices."""
