"""Ends a command that cannot do its work, and says why."""

import sys
from typing import NoReturn

CANNOT = 2
"""The exit code of a command that could not do its work; 1 is for one that found something."""


def refuse(*sentences: object) -> NoReturn:
    """Say why, on stderr, and end."""
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    sys.exit(CANNOT)
