"""The Bot API over HTTP: one file per group of methods."""
