"""Decides: pure rules and words, no clock, no SQL, no network."""
