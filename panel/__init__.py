"""Speaks HTTP to a browser."""
