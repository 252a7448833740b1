"""Refusals about announcements, undelivered messages and own words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.errors.families import Conflict, Invalid, NotKnown


class AnnouncementUnknown(NotKnown):
    """No such announcement for this actor."""

    code = "announcement.unknown"


class MessageUnknown(NotKnown):
    """No such undelivered message for this actor."""

    code = "message.unknown"


class MessageUndeliverable(Invalid):
    """The member it is for has no account that it could go to."""

    code = "message.undeliverable"


@dataclass(eq=False)
class AnnouncementConflict(Conflict):
    """The announcement is no longer in a status that allows the action."""

    status: str
    code: ClassVar[str] = "announcement.status"


class AnnouncementEmpty(Invalid):
    """There is nothing to say yet."""

    code = "announcement.empty"


@dataclass(eq=False)
class AnnouncementTooLong(Invalid):
    """The words do not fit into one message; both numbers count as Telegram counts."""

    length: int
    length_max: int
    code: ClassVar[str] = "announcement.long"


class AudienceEmpty(Invalid):
    """Nobody would get it."""

    code = "announcement.nobody"


class AudiencePrivate(Invalid):
    """A group must not see whom a private filter picked."""

    code = "announcement.private"


class DueInPast(Invalid):
    """The time to send at is over."""

    code = "announcement.past"


class TimeUnreadable(Invalid):
    """No day and time can be read from what was typed."""

    code = "announcement.time"


class WordingProblem(StrEnum):
    """What is wrong with a unit's own words."""

    PLACEHOLDER = "placeholder"
    """A name in braces that this text does not have."""
    BRACES = "braces"
    """A brace that is not closed, or closed twice."""
    TOO_LONG = "too_long"
    """More than fits."""
    LINES = "lines"
    """More lines than fit."""


@dataclass(eq=False)
class WordingRefused(Invalid):
    """A unit's own words cannot be saved; `part` is what is wrong, `allowed` the names there are."""

    problem: WordingProblem
    part: str = ""
    allowed: tuple[str, ...] = ()
    limit: int | None = None
    code: ClassVar[str] = "wording.refused"
