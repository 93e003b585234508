"""Planted mistakes by the thousand: each must turn a test red, or be shown to change nothing."""
