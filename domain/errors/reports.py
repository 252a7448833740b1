"""Refusals about reports and their evidence."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from domain.errors.families import Conflict, Invalid, NotKnown


class ReportUnknown(NotKnown):
    """No such report for this actor."""

    code = "report.unknown"


class EvidenceUnknown(NotKnown):
    """No such photo or document for this actor."""

    code = "evidence.unknown"


@dataclass(eq=False)
class StatusConflict(Conflict):
    """The report is no longer in a status that allows the action."""

    status: str
    code: ClassVar[str] = "report.status"


@dataclass(eq=False)
class ReportIncomplete(Invalid):
    """A step of the report is still open; `missing` names it as the dialog does."""

    missing: str
    code: ClassVar[str] = "report.incomplete"


class DateRefusal(StrEnum):
    """Why a day cannot be reported."""

    FUTURE = "future"
    """It has not come yet in the unit's time zone."""
    FINALISED = "finalised"
    """Its period is final and frozen."""
    BEFORE_JOINING = "before_joining"
    """The member did not belong to the unit yet."""
    AFTER_LEAVING = "after_leaving"
    """The member no longer belonged to the unit."""


@dataclass(eq=False)
class DateRefused(Invalid):
    """The day cannot be reported."""

    reason: DateRefusal
    on: date
    code: ClassVar[str] = "report.date"


@dataclass(eq=False)
class ItemRefused(Invalid):
    """The item is not offered: retired, or not for members to report; nameless where the rulebook lost it."""

    item: str
    code: ClassVar[str] = "report.item"


@dataclass(eq=False)
class ItemNotForMember(Invalid):
    """The item is for members of another kind or role, or the member was not there on the day."""

    item: str
    code: ClassVar[str] = "report.not_for_member"


@dataclass(eq=False)
class QuotaReached(Invalid):
    """The unit has given the item to as many members as the rulebook has places for in the period."""

    item: str
    places: int
    code: ClassVar[str] = "report.quota"


@dataclass(eq=False)
class AmountRefused(Invalid):
    """A level, quantity or number of points lies outside what the item allows."""

    what: str
    low: Fraction | None = None
    high: Fraction | None = None
    step: Fraction | None = None
    code: ClassVar[str] = "report.amount"


@dataclass(eq=False)
class NoteTooLong(Invalid):
    """The note is longer than allowed."""

    length_max: int
    code: ClassVar[str] = "report.note_long"


class EvidenceRefusal(StrEnum):
    """Why a photo or document is not taken."""

    TOO_MANY = "too_many"
    """A report holds at most ten."""
    TOO_LARGE = "too_large"
    """The file is larger than can be fetched."""
    TOO_MANY_PIXELS = "too_many_pixels"
    """The picture would unpack to too much memory."""
    BROKEN = "broken"
    """The picture cannot be decoded."""
    KIND = "kind"
    """This kind of file or message is not evidence."""


@dataclass(eq=False)
class EvidenceRefused(Invalid):
    """A photo or document cannot be taken as evidence."""

    reason: EvidenceRefusal
    limit: int | None = None
    code: ClassVar[str] = "report.evidence"


class NoDecider(Invalid):
    """Nobody but the reporter could decide this report."""

    code = "report.no_decider"
