"""A unit's own words in messages: plain text with names in braces, filled in once and never run.

`{姓名}` stands for a value, in narrow or wide braces; there is nothing else in this language, so a text can
neither loop nor call.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import WordingProblem, WordingRefused

LENGTH_MAX = 200
LINES_MAX = 4
BRACES = "{}｛｝"
"""Chinese keyboards write the wide ones, and on a screen nobody sees the difference."""
_NAMED = re.compile(r"[{｛]([^{}｛｝]*)[}｝]")


class Slot(StrEnum):
    """Where a unit may put words of its own."""

    APPROVAL_GREETING = "approval_greeting"
    """The first line of the notice that a report was approved."""
    REMINDER_GREETING = "reminder_greeting"
    """The first line of a reminder."""
    ANNOUNCEMENT_FOOTER = "announcement_footer"
    """The last line of every announcement."""


class Name(StrEnum):
    """What a text may name; the value is what stands in the braces."""

    MEMBER = "姓名"
    """The person who reads it."""
    UNIT = "单位"
    """Their unit."""
    MONTH = "月份"
    """The month that it is about."""
    ITEM = "项目"
    """The item of the report."""
    POINTS = "得分"
    """What the report brings."""


ALIASES: Mapping[str, Name] = {
    "name": Name.MEMBER,
    "unit": Name.UNIT,
    "month": Name.MONTH,
    "item": Name.ITEM,
    "points": Name.POINTS,
}
"""The same names for those who write English."""
NAMES: Mapping[Slot, tuple[Name, ...]] = {
    Slot.APPROVAL_GREETING: (Name.MEMBER, Name.UNIT, Name.ITEM, Name.POINTS, Name.MONTH),
    Slot.REMINDER_GREETING: (Name.MEMBER, Name.UNIT, Name.MONTH),
    Slot.ANNOUNCEMENT_FOOTER: (Name.UNIT,),
}
"""What each place can fill in."""
ANNOUNCEMENT_NAMES = (Name.MEMBER, Name.UNIT)
"""What the words of an announcement itself can fill in."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of a unit's own words for a place in a language; an empty text means the built-in words."""

    id: int
    unit_id: int
    slot: Slot
    language: str
    version: int
    text: str
    author_id: int
    written_at: datetime


def check_wording(text: str, slot: Slot) -> None:
    """Refuse a text that could not be filled in as its writer means it.

    Raises:
        WordingRefused: too long, too many lines, a brace alone, or a name that this place does not have; in
            this order.
    """
    if len(text) > LENGTH_MAX:
        raise WordingRefused(problem=WordingProblem.TOO_LONG, limit=LENGTH_MAX)
    if text.count("\n") >= LINES_MAX:
        raise WordingRefused(problem=WordingProblem.LINES, limit=LINES_MAX)
    allowed = NAMES[slot]
    lonely = next((mark for mark in _NAMED.sub("", text) if mark in BRACES), None)
    if lonely is not None:
        raise WordingRefused(problem=WordingProblem.BRACES, part=lonely, allowed=allowed)
    for found in _NAMED.finditer(text):
        if _name_of(found[1]) not in allowed:
            raise WordingRefused(problem=WordingProblem.PLACEHOLDER, part=found[0], allowed=allowed)


def _name_of(written: str) -> Name | None:
    word = written.strip()
    if word in {name.value for name in Name}:
        return Name(word)
    return ALIASES.get(word.lower())


def filled_in(text: str, values: Mapping[Name, str]) -> str:
    """Return the text with the names it knows replaced, in one pass: what is put in is not read again.

    Whatever else stands in braces stays as it was written.
    """

    def value(found: re.Match[str]) -> str:
        name = _name_of(found[1])
        return found[0] if name is None or name not in values else values[name]

    return _NAMED.sub(value, text)


def left_standing(text: str, allowed: Iterable[Name]) -> tuple[str, ...]:
    """Return what stands in braces and would stay as it was written, each once: names not allowed here.

    A brace without its other half is returned alone.
    """
    names = frozenset(allowed)
    unknown = [found[0] for found in _NAMED.finditer(text) if _name_of(found[1]) not in names]
    lonely = [mark for mark in _NAMED.sub("", text) if mark in BRACES]
    return tuple(dict.fromkeys((*unknown, *lonely)))
