"""Refusals about reminders, the calendar, stand-ins and the end of a period."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from domain.errors.families import Invalid, NotKnown


class StandInUnknown(NotKnown):
    """No such stand-in for this actor."""

    code = "stand_in.unknown"


@dataclass(eq=False)
class FreezeRefused(Invalid):
    """The period is not over; `until` is the first day on which it can be frozen."""

    until: date
    code: ClassVar[str] = "period.freeze"


@dataclass(eq=False)
class SettingRefused(Invalid):
    """A unit's setting makes no sense; `is_quiet` where a time lies in the unit's own quiet hours."""

    name: str
    is_quiet: bool = False
    code: ClassVar[str] = "setting.refused"


class ReminderDayRefused(Invalid):
    """The day set by hand lies neither in the month that it is about nor in the one after, or has passed."""

    code = "reminder.day"


class CalendarDayRefused(Invalid):
    """A day off or working day needs a date of this year or the next ones."""

    code = "calendar.day"


class PublicityRefusal(StrEnum):
    """Why a list cannot be posted in the group."""

    FORBIDDEN = "forbidden"
    """The rulebook does not say that the list of such a period is made public."""
    NOT_FROZEN = "not_frozen"
    """The list may still change."""
    NO_GROUP = "no_group"
    """The bot is in no group of the unit."""
    NOBODY = "nobody"
    """Equals at the cut leave nobody to name."""
    NO_HIDING = "no_hiding"
    """The rulebook does not let members leave their name out."""


@dataclass(eq=False)
class PublicityRefused(Invalid):
    """The head of a list cannot be posted in the unit's group, or not without a name."""

    reason: PublicityRefusal
    code: ClassVar[str] = "publicity.refused"


class StandInRefusal(StrEnum):
    """Why a member cannot be asked to stand in."""

    DAYS = "days"
    """The days are out of order, gone by, or too many."""
    RECORDER = "recorder"
    """The member decides reports anyway."""
    NO_ACCOUNT = "no_account"
    """The member has no chat account to decide from."""
    OVERLAP = "overlap"
    """The member was asked for some of these days before."""


@dataclass(eq=False)
class StandInRefused(Invalid):
    """The member cannot be asked to stand in like this."""

    reason: StandInRefusal
    code: ClassVar[str] = "stand_in.refused"
