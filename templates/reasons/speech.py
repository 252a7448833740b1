"""A language in which reasons are told: Chinese needs no catalogue, so that the terminal starts quickly."""

import gettext
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

CHINESE, DOOR = "zh_Hans", "why"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NOBODY: Mapping[str, str] = MappingProxyType({})


def noted(words: str) -> str:
    """Mark words that a table holds, so that the catalogue is known to need them."""
    return words


class Speech:
    """How reasons are told: in which language, with codes beside names or without, under which names.

    `shows_codes` is for those who write rulebooks and files. `names` are the names of members and units by
    their codes; who is not among them is called by the code. Days of `year` are written without it.
    """

    def __init__(
        self,
        language: str = CHINESE,
        *,
        shows_codes: bool = False,
        names: Mapping[str, str] = _NOBODY,
        year: int | None = None,
    ) -> None:
        self.language = language
        self.shows_codes = shows_codes
        self.names = names
        self.year = year
        self._catalogue = _catalogue(language)

    def say(self, words: str, /, **facts: object) -> str:
        """Return words in this language, with their facts filled in."""
        told = self._catalogue.gettext(words) if words else ""
        return told % facts if facts else told

    def day(self, on: date) -> str:
        """Return a day as people write it, 3月5日 or Mar 5; as files do where codes are shown."""
        if self.shows_codes:
            return on.isoformat()
        month = on.month if self.language == CHINESE else _MONTHS[on.month - 1]
        if on.year == self.year:
            return self.say("%(month)s月%(day)s日", month=month, day=on.day)
        return self.say("%(year)s年%(month)s月%(day)s日", year=on.year, month=month, day=on.day)

    def commas(self, words: Iterable[str]) -> str:
        """Return parts of one sentence."""
        return self.say("，").join(words)

    def series(self, words: Iterable[str]) -> str:
        """Return things of one kind."""
        return self.say("、").join(words)

    def clauses(self, words: Iterable[str]) -> str:
        """Return sentences that belong together."""
        return self.say("；").join(words)

    def who(self, code: str) -> str:
        """Return the name of a member or unit."""
        return self.names.get(code) or code


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == CHINESE:
        return gettext.NullTranslations()
    from templates.words import translations  # the library behind it is slow to import

    return translations(language, DOOR)
