"""Tells what a unit's clock has to do when: steps at scheduled instants, and whether it is time for one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.calendar import WorkCalendar
from domain.dated_lists import DayOfYear
from domain.hours import instant_of
from domain.members import Unit
from domain.periods import Period, month_of
from domain.unit_settings import UnitSettings

LOOK_BACK_MAX = timedelta(days=400)
"""However long nobody looked, older steps are not even counted as missed."""
REST_AFTER_REMINDER = timedelta(hours=20)
"""A reminder that was caught up late leaves people this long before the list is made."""
MONTHS_BEHIND = 3
"""How far a step may lie behind the first day of the month that it is about."""


class Job(StrEnum):
    """What is done at a scheduled time; each has its grace and its rule for the times."""

    REMINDER = "reminder"
    """Remind the members who reported nothing in a month (月末提醒)."""
    REMINDER_LIST = "reminder_list"
    """Give the recorders the list of those who did neither."""
    SWEEP = "sweep"
    """On a working day: point out what was left lying."""
    DATED_LISTS = "dated_lists"
    """On days that the rulebook names: make the lists that are read out then."""
    STAND_INS = "stand_ins"
    """At midnight: begin and end the times in which members stand in for recorders."""


GRACE: Mapping[Job, timedelta] = {
    Job.REMINDER: timedelta(days=7),
    Job.REMINDER_LIST: timedelta(days=7),
    Job.SWEEP: timedelta(days=1),
    Job.DATED_LISTS: timedelta(days=7),
    Job.STAND_INS: LOOK_BACK_MAX,
}
"""How long after its time a step is still done; later it counts as missed."""


AT_ANY_HOUR = frozenset({Job.STAND_INS})
"""Jobs that disturb nobody."""


class Verdict(StrEnum):
    """What to do about a step now."""

    RUN = "run"
    """It is time."""
    WAIT = "wait"
    """Its time has come, but not the hour for it."""
    MISSED = "missed"
    """It is too late."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do in one unit; `about` is the label of a month, or a day."""

    scheduled_at: datetime
    job: Job
    unit_id: int
    about: str
    follows_at: datetime | None = None
    """For a list: when the reminder before it was scheduled."""

    @property
    def claim_job(self) -> str:
        """The job's half of the claim's key."""
        return claim_job(self.job, self.unit_id)

    @property
    def slot(self) -> str:
        """The time's half of the claim's key."""
        return slot_of(self.scheduled_at)


def claim_job(job: Job, unit_id: int) -> str:
    """Return under which name a job of a unit is claimed."""
    return f"{job}:{unit_id}"


def slot_of(scheduled_at: datetime) -> str:
    """Return under which name a scheduled time is claimed: never the time of the look."""
    return scheduled_at.isoformat()


@dataclass(frozen=True, slots=True)
class UnitClock:
    """All that decides when something is due in a unit.

    `reminder_days` were set by hand, by month label; `has_stand_ins` while there are any to begin or end;
    `list_days` are those on which the rulebook has lists read out.
    """

    unit: Unit
    settings: UnitSettings
    calendar: WorkCalendar
    reminder_days: Mapping[str, date] = field(default_factory=dict)
    has_stand_ins: bool = False
    list_days: frozenset[DayOfYear] = frozenset()

    @property
    def zone(self) -> ZoneInfo:
        """The unit's time zone."""
        return ZoneInfo(self.unit.time_zone)

    def day_of(self, at: datetime) -> date:
        """Return the unit's day at an instant."""
        return at.astimezone(self.zone).date()

    def reminder_day(self, month: Period) -> date:
        """Return the day of a month's reminder: set by hand, or by the rule."""
        by_hand = self.reminder_days.get(month.label)
        return by_hand or self.settings.reminder_rule.day_for(month, self.calendar)

    def reminder_at(self, month: Period) -> datetime:
        """Return the instant of a month's reminder."""
        return instant_of(self.reminder_day(month), self.settings.reminder_time, self.zone)

    def list_at(self, month: Period) -> datetime:
        """Return the instant at which the recorders get a month's list."""
        on = self.calendar.shift(self.reminder_day(month), self.settings.list_days)
        return instant_of(on, self.settings.reminder_time, self.zone)

    def steps(self, since: datetime, until: datetime) -> tuple[Step, ...]:
        """Return what is scheduled after `since` and not after `until`, in the order of time.

        Of sweeps and midnights only the last one counts: each looks at everything.
        """
        found = [
            *self._reminders(since, until),
            *self._last_sweep(since, until),
            *self._dated_lists(since, until),
            *self._last_midnight(since, until),
        ]
        return tuple(sorted(found, key=lambda step: (step.scheduled_at, step.job)))

    def _reminders(self, since: datetime, until: datetime) -> Iterator[Step]:
        month, last = month_of(self.day_of(since)), month_of(self.day_of(until))
        for _ in range(MONTHS_BEHIND):
            month = month.previous
        while month.starts_on <= last.starts_on:
            reminder_at, list_at = self.reminder_at(month), self.list_at(month)
            if since < reminder_at <= until:
                yield Step(reminder_at, Job.REMINDER, self.unit.id, month.label)
            if since < list_at <= until:
                yield Step(list_at, Job.REMINDER_LIST, self.unit.id, month.label, reminder_at)
            month = month.next

    def _last_sweep(self, since: datetime, until: datetime) -> Iterator[Step]:
        on = self.calendar.at_or_before(self.day_of(until))
        at = instant_of(on, self.settings.nudge_time, self.zone)
        if at > until:
            on = self.calendar.shift(on, -1)
            at = instant_of(on, self.settings.nudge_time, self.zone)
        if since < at <= until:
            yield Step(at, Job.SWEEP, self.unit.id, on.isoformat())

    def _dated_lists(self, since: datetime, until: datetime) -> Iterator[Step]:
        for year in range(self.day_of(since).year, self.day_of(until).year + 1):
            for on in sorted({one.in_year(year) for one in self.list_days}):
                at = instant_of(on, self.settings.nudge_time, self.zone)
                if since < at <= until:
                    yield Step(at, Job.DATED_LISTS, self.unit.id, on.isoformat())

    def _last_midnight(self, since: datetime, until: datetime) -> Iterator[Step]:
        on = self.day_of(until)
        at = instant_of(on, time(), self.zone)
        if self.has_stand_ins and since < at <= until:
            yield Step(at, Job.STAND_INS, self.unit.id, on.isoformat())

    def verdict(self, step: Step, now: datetime, *, reminded_at: datetime | None = None) -> Verdict:
        """Return what to do about a step whose time has come.

        `reminded_at` is when the reminder before a list was done.
        """
        if now - step.scheduled_at > GRACE[step.job]:
            return Verdict.MISSED
        is_too_soon = reminded_at is not None and now - reminded_at < REST_AFTER_REMINDER
        is_quiet = step.job not in AT_ANY_HOUR and self.settings.quiet.cover_instant(now, self.zone)
        return Verdict.WAIT if is_quiet or is_too_soon else Verdict.RUN


def look_from(looked_at: datetime | None, now: datetime) -> datetime:
    """Return from when on a look has to count, given the mark of the last one.

    A first look starts now, and so does one after the clock was set back: claims keep what was done already
    from being done again.
    """
    if looked_at is None or looked_at > now:
        return now
    return max(looked_at, now - LOOK_BACK_MAX)
