"""The bot's own parts."""
