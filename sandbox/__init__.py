"""A pretend Telegram, for the demo and for tests."""
