"""The words: every text a person reads."""
