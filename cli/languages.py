"""Chooses the language in which a command speaks."""

import os
from enum import StrEnum


class Tongue(StrEnum):
    """A language as it is typed behind `--language`."""

    CHINESE = "zh"
    ENGLISH = "en"


HELP = "zh 中文，en English；不写就看 LANG · else as LANG says, then zh"
_CODES = {Tongue.CHINESE: "zh_Hans", Tongue.ENGLISH: "en"}
"""What the rest of the product calls them."""
_OF_TERMINAL = ("LC_ALL", "LC_MESSAGES", "LANG")


def language_of(typed: str | None) -> str:
    """Return the language that was typed, else that of the first locale set, else Chinese."""
    if typed:
        return _CODES[Tongue(typed)]
    locale = next(filter(None, map(os.environ.get, _OF_TERMINAL)), "")
    return _CODES[Tongue.ENGLISH if locale.startswith("en") else Tongue.CHINESE]
