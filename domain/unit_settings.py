"""What a unit sets for itself about reminders and quiet hours: names, defaults, and what makes sense."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from domain.day_rules import DayRule, parse_day_rule
from domain.errors import SettingRefused
from domain.hours import QuietHours, read_time
from domain.rulebooks.reminders import Reminders
from domain.spoken_rules import in_rule_words

DAYS_MAX = 60


class Setting(StrEnum):
    """The name of one setting, as it is kept."""

    QUIET_FROM = "quiet_from"
    """From when on nobody is disturbed, `HH:MM` local."""
    QUIET_UNTIL = "quiet_until"
    """When people may be disturbed again, `HH:MM` local."""
    REMINDER_RULE = "reminder_rule"
    """The day of the month-end reminder, as `domain.day_rules` reads it, or said in Chinese."""
    REMINDER_TIME = "reminder_time"
    """The time of the reminder, and of the recorders' list, `HH:MM` local."""
    LIST_DAYS = "list_days"
    """How many working days after the reminder the recorders get their list."""
    NUDGE_TIME = "nudge_time"
    """When, on working days, what was left lying is pointed out, `HH:MM` local."""
    OVERDUE_DAYS = "overdue_days"
    """After how many working days a waiting report is overdue."""
    ESCALATE_DAYS = "escalate_days"
    """After how many working days a waiting report goes to the secretary too."""
    DRAFT_DAYS = "draft_days"
    """After how many days somebody is asked about a draft."""
    OBJECTION_DAYS = "objection_days"
    """Within how many working days an objection is to be answered."""


DEFAULTS: Mapping[Setting, str] = {
    Setting.QUIET_FROM: "21:00",
    Setting.QUIET_UNTIL: "08:00",
    Setting.REMINDER_RULE: "last day - 3 working days",
    Setting.REMINDER_TIME: "10:00",
    Setting.LIST_DAYS: "2",
    Setting.NUDGE_TIME: "09:30",
    Setting.OVERDUE_DAYS: "3",
    Setting.ESCALATE_DAYS: "5",
    Setting.DRAFT_DAYS: "3",
    Setting.OBJECTION_DAYS: "5",
}


@dataclass(frozen=True, slots=True)
class UnitSettings:
    """A unit's settings, read: local times, spans in days (working days but for drafts)."""

    quiet: QuietHours
    reminder_rule: DayRule
    reminder_time: time
    list_days: int
    nudge_time: time
    overdue_days: int
    escalate_days: int
    draft_days: int
    objection_days: int


def settings_of(rows: Iterable[Mapping[Setting, str]]) -> UnitSettings:
    """Return the settings that hold where these rows were set: the rulebook's, then from the root down.

    Raises:
        SettingRefused: a row makes no sense; `check_settings` lets none such be kept.
    """
    return _read(merged(rows))


def row_of(reminders: Reminders) -> Mapping[Setting, str]:
    """Return what a rulebook sets about the month-end reminder, as a row below those of the units."""
    row = {Setting.REMINDER_RULE: reminders.day.text}
    if reminders.at is not None:
        row[Setting.REMINDER_TIME] = f"{reminders.at:%H:%M}"
    return row


def merged(rows: Iterable[Mapping[Setting, str]]) -> Mapping[Setting, str]:
    """Return the text of every setting: the defaults, and over them what was set, the last one winning."""
    texts = dict(DEFAULTS)
    for own in rows:
        texts |= own
    return texts


def check_settings(texts: Mapping[Setting, str]) -> UnitSettings:
    """Return the settings that these texts, one for each name, mean together.

    Raises:
        SettingRefused: with the first name whose text makes no sense, or goes against another setting.
    """
    settings = _read(texts)
    if settings.quiet.cover(settings.reminder_time):
        raise SettingRefused(name=Setting.REMINDER_TIME, is_quiet=True)
    if settings.quiet.cover(settings.nudge_time):
        raise SettingRefused(name=Setting.NUDGE_TIME, is_quiet=True)
    if settings.escalate_days <= settings.overdue_days:
        raise SettingRefused(name=Setting.ESCALATE_DAYS)
    return settings


def _read(texts: Mapping[Setting, str]) -> UnitSettings:
    return UnitSettings(
        quiet=QuietHours(_time(texts, Setting.QUIET_FROM), _time(texts, Setting.QUIET_UNTIL)),
        reminder_rule=_rule(texts, Setting.REMINDER_RULE),
        reminder_time=_time(texts, Setting.REMINDER_TIME),
        list_days=_days(texts, Setting.LIST_DAYS),
        nudge_time=_time(texts, Setting.NUDGE_TIME),
        overdue_days=_days(texts, Setting.OVERDUE_DAYS),
        escalate_days=_days(texts, Setting.ESCALATE_DAYS),
        draft_days=_days(texts, Setting.DRAFT_DAYS),
        objection_days=_days(texts, Setting.OBJECTION_DAYS),
    )


def _time(texts: Mapping[Setting, str], name: Setting) -> time:
    try:
        return read_time(texts[name])
    except ValueError:
        raise SettingRefused(name=name) from None


def _rule(texts: Mapping[Setting, str], name: Setting) -> DayRule:
    try:
        return parse_day_rule(in_rule_words(texts[name]))
    except ValueError:
        raise SettingRefused(name=name) from None


def _days(texts: Mapping[Setting, str], name: Setting) -> int:
    text = texts[name].strip()
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:4]) <= DAYS_MAX:
        raise SettingRefused(name=name)
    return int(text)
