"""Speaks terminal: the command `jifen`."""
