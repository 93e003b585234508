"""Candles, prints, books and a seeded price process: prices as append-only facts."""
