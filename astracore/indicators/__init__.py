"""Indicators: streaming and batch forms are equal to the last digit."""
