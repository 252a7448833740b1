"""When a unit's clock strikes: steps between two looks, and whether it is time for one."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.calendar import DayKind, WorkCalendar
from domain.due import LOOK_BACK_MAX, Job, Step, UnitClock, Verdict, look_from
from domain.errors import SettingRefused
from domain.members import Unit, UnitKind
from domain.periods import parse_period
from domain.reminders import by_recipient
from domain.unit_settings import DEFAULTS, Setting, check_settings, merged, settings_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
UNIT = Unit(7, "u", "u支部", UnitKind.BRANCH, None, "ceshi", "Asia/Shanghai")
MAY_DAY = WorkCalendar({date(2026, 5, day): DayKind.OFF for day in (1, 4, 5)})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def a_clock(**texts: str) -> UnitClock:
    return UnitClock(UNIT, settings_of([{Setting(name): text for name, text in texts.items()}]), MAY_DAY)


def seen(clock: UnitClock, since: str, until: str) -> list[tuple[str, Job, str]]:
    return [
        (step.scheduled_at.astimezone(SHANGHAI).strftime("%m-%d %H:%M"), step.job, step.about)
        for step in clock.steps(at(since), at(until))
    ]


def test_steps_come_in_the_order_of_time_and_only_the_last_sweep() -> None:
    assert seen(a_clock(), "2026-04-20 12:00", "2026-05-07 12:00") == [
        ("04-27 10:00", Job.REMINDER, "2026-04"),
        ("04-29 10:00", Job.REMINDER_LIST, "2026-04"),
        ("05-07 09:30", Job.SWEEP, "2026-05-07"),
    ]


def test_a_step_lies_after_the_look_before_and_not_after_this_one() -> None:
    clock = a_clock()
    assert seen(clock, "2026-04-27 09:59", "2026-04-27 10:00") == [("04-27 10:00", Job.REMINDER, "2026-04")]
    assert seen(clock, "2026-04-27 10:00", "2026-04-27 23:59") == []
    assert seen(clock, "2026-04-27 09:31", "2026-04-27 09:59") == []


def test_sweeps_keep_to_working_days() -> None:
    clock = a_clock()
    assert seen(clock, "2026-04-30 09:30", "2026-05-06 09:29") == []
    assert seen(clock, "2026-04-30 09:29", "2026-05-06 09:29") == [("04-30 09:30", Job.SWEEP, "2026-04-30")]
    assert seen(clock, "2026-05-01 00:00", "2026-05-06 09:30") == [("05-06 09:30", Job.SWEEP, "2026-05-06")]


def test_a_rule_of_the_next_month_is_about_the_month_before() -> None:
    clock = a_clock(reminder_rule="5 of next month, shifted", list_days="3")
    assert seen(clock, "2026-04-30 12:00", "2026-05-11 20:00") == [
        ("05-06 10:00", Job.REMINDER, "2026-04"),
        ("05-11 09:30", Job.SWEEP, "2026-05-11"),
        ("05-11 10:00", Job.REMINDER_LIST, "2026-04"),
    ]


def test_a_day_set_by_hand_goes_before_the_rule() -> None:
    april = parse_period("2026-04")
    clock = UnitClock(UNIT, settings_of([]), MAY_DAY, {"2026-04": date(2026, 4, 18)})
    assert (clock.reminder_day(april), clock.reminder_day(april.next)) == (
        date(2026, 4, 18),
        date(2026, 5, 27),
    )
    assert clock.reminder_at(april) == at("2026-04-18 10:00")


REMINDER = Step(at("2026-04-27 10:00"), Job.REMINDER, 7, "2026-04")
LIST = Step(at("2026-04-29 10:00"), Job.REMINDER_LIST, 7, "2026-04", REMINDER.scheduled_at)
SWEEP = Step(at("2026-04-27 09:30"), Job.SWEEP, 7, "2026-04-27")


@pytest.mark.parametrize(
    ("step", "now", "verdict"),
    [
        (REMINDER, "2026-04-27 10:00", Verdict.RUN),
        (REMINDER, "2026-04-27 20:59", Verdict.RUN),
        (REMINDER, "2026-04-27 21:00", Verdict.WAIT),
        (REMINDER, "2026-04-28 07:59", Verdict.WAIT),
        (REMINDER, "2026-04-28 08:00", Verdict.RUN),
        (REMINDER, "2026-05-04 10:00", Verdict.RUN),
        (REMINDER, "2026-05-04 10:01", Verdict.MISSED),
        (SWEEP, "2026-04-28 09:30", Verdict.RUN),
        (SWEEP, "2026-04-28 09:31", Verdict.MISSED),
    ],
)
def test_it_is_time_within_the_grace_and_outside_quiet_hours(step: Step, now: str, verdict: Verdict) -> None:
    assert a_clock().verdict(step, at(now)) is verdict


def test_a_list_leaves_people_time_after_a_reminder_that_came_late() -> None:
    clock, late = a_clock(), at("2026-04-29 14:00")
    assert clock.verdict(LIST, late, reminded_at=late) is Verdict.WAIT
    assert clock.verdict(LIST, late + timedelta(hours=20), reminded_at=late) is Verdict.RUN
    assert clock.verdict(LIST, LIST.scheduled_at, reminded_at=REMINDER.scheduled_at) is Verdict.RUN


def test_claims_are_named_by_the_scheduled_time() -> None:
    assert (REMINDER.claim_job, REMINDER.slot) == ("reminder:7", "2026-04-27T02:00:00+00:00")


def test_a_look_counts_from_the_last_one_unless_the_clock_was_set_back() -> None:
    now = at("2026-04-27 10:00")
    earlier, later = now - timedelta(minutes=5), now + timedelta(hours=1)
    looked = (None, earlier, now, later, now - timedelta(days=900))
    assert [look_from(one, now) for one in looked] == [now, earlier, now, now, now - LOOK_BACK_MAX]


def test_settings_are_inherited_from_above() -> None:
    rows = [{Setting.LIST_DAYS: "4", Setting.DRAFT_DAYS: "9"}, {Setting.LIST_DAYS: "1"}]
    settings = settings_of(rows)
    assert (settings.list_days, settings.draft_days, settings.overdue_days) == (1, 9, 3)


@pytest.mark.parametrize(
    ("name", "text", "is_quiet"),
    [
        (Setting.QUIET_FROM, "25:00", False),
        (Setting.QUIET_UNTIL, "", False),
        (Setting.REMINDER_RULE, "whenever", False),
        (Setting.REMINDER_TIME, "21:30", True),
        (Setting.NUDGE_TIME, "07:59", True),
        (Setting.LIST_DAYS, "0", False),
        (Setting.OVERDUE_DAYS, "61", False),
        (Setting.ESCALATE_DAYS, "3", False),
        (Setting.DRAFT_DAYS, "三", False),
        (Setting.OBJECTION_DAYS, "-1", False),
    ],
)
def test_settings_that_make_no_sense_are_refused(name: Setting, text: str, *, is_quiet: bool) -> None:
    with pytest.raises(SettingRefused) as refused:
        check_settings(merged([{name: text}]))
    assert (refused.value.name, refused.value.is_quiet) == (name, is_quiet)


def test_the_defaults_make_sense() -> None:
    assert set(DEFAULTS) == set(Setting)
    assert check_settings(DEFAULTS) == settings_of([])


def test_everybody_gets_one_message_about_all_that_is_theirs() -> None:
    assert by_recipient({12: (3, 1), 11: (1,), 13: ()}) == {1: (11, 12), 3: (12,)}
