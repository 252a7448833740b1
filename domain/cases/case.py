"""A worked case of a rulebook as it is written, and what can be wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WHOLE = frozenset({"events", "roster", "ballots", "with"})
"""What makes of a case a whole world; without any of these it is one member's entries."""


@dataclass(frozen=True)
class Case:
    """One worked case: what happened, what is asked, what must come out.

    `question` holds all of the case as it is written, every scalar a text; `line` is where it begins.
    """

    rulebook: str
    name: str
    entries: list[dict[str, str]]
    question: dict[str, Any]
    expect: dict[str, Any]
    line: int = 1

    @property
    def items(self) -> set[str]:
        """The items that something happened of."""
        return {entry["item"] for entry in (*self.entries, *self.question.get("events", []))}

    @property
    def is_whole(self) -> bool:
        """Whether the case has a roster's world around it instead of one member's entries."""
        return not WHOLE.isdisjoint(self.question)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row of a case, counted from 1, that cannot be entered; `code` and `facts` make the sentence."""

    table: str
    row: int
    code: str
    facts: Mapping[str, object]


class CaseBroken(ValueError):
    """A case cannot be played; `wrong` holds every row that is to blame."""

    def __init__(self, *wrong: Wrong) -> None:
        super().__init__(*wrong)
        self.wrong = wrong
