"""The words of reasons, one source for terminal, chat and panel in each language; take each from its file."""
