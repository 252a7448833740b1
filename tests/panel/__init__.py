"""Tests of the panel, through ASGI and in a browser."""
