"""Refusals about rulebooks, and about what is scored by them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from domain.errors.families import Invalid, NotKnown


class EntryUnknown(NotKnown):
    """No such ledger line for this actor."""

    code = "entry.unknown"


class PeriodUnknown(NotKnown):
    """The text names no period."""

    code = "period.unknown"


class RulebookUnknown(NotKnown):
    """No unit that the actor manages scores by this rulebook."""

    code = "rulebook.unknown"


class PublicationRefusal(StrEnum):
    """Why a version of a rulebook cannot be published as it stands."""

    BROKEN = "broken"
    """The text is no rulebook, or one with problems."""
    OTHER_BOOK = "other_book"
    """The text is another rulebook: its id differs."""
    NO_DATE = "no_date"
    """No day is given from which it holds."""
    FINALISED = "finalised"
    """The day lies in, or before, a period that is final already."""
    NO_REASON = "no_reason"
    """No reason is given."""
    UNCHANGED = "unchanged"
    """It says what the version in force says."""


@dataclass(eq=False)
class PublicationRefused(Invalid):
    """A version cannot be published; `until` is the day from which it could, where that is the matter."""

    reason: PublicationRefusal
    until: date | None = None
    code: ClassVar[str] = "rulebook.publication"


@dataclass(eq=False)
class RulebookUnavailable(Invalid):
    """The unit's rulebook is missing or broken and no good version was ever loaded."""

    rulebook: str
    code: ClassVar[str] = "rulebook.unavailable"
