"""Speaks Telegram."""
