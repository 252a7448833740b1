"""What each step looks like: pure functions from what a use case returned to words and buttons."""
