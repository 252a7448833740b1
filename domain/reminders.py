"""Decides what counts as having reported, which days a reminder may have, who is told of what."""

from collections.abc import Iterable, Mapping
from datetime import date

from domain.errors import ReminderDayRefused
from domain.periods import Period
from domain.reports import ReportStatus

COUNTING = frozenset({ReportStatus.PENDING, ReportStatus.RETURNED, ReportStatus.APPROVED})
"""With a report of one of these a member has reported something in the month of its day.

A draft was not sent, a withdrawn one was taken back, a rejected one was not recognised: none of them counts.
A returned one does: the member is at it and was told what is missing.
"""
LISTED_MAX = 50
"""How many reports one message may be about; the others wait for the next working day."""


def check_reminder_day(on: date, month: Period, *, today: date) -> None:
    """Check a day set by hand for a month's reminder: from its first day to the end of the month after.

    Raises: ReminderDayRefused.
    """
    if not month.starts_on <= on < month.next.until_on or on < today:
        raise ReminderDayRefused


def by_recipient(recipients: Mapping[int, Iterable[int]]) -> Mapping[int, tuple[int, ...]]:
    """Return, for each member, the things they are to be told of, given who is to be told of each thing."""
    found: dict[int, list[int]] = {}
    for about, to in sorted(recipients.items()):
        for member_id in to:
            found.setdefault(member_id, []).append(about)
    return {member_id: tuple(found[member_id]) for member_id in sorted(found)}
