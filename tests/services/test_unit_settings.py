"""A unit's own settings and calendar: who may change them, what is kept, and what comes from above."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from domain.calendar import CalendarDay, DayKind
from domain.errors import CalendarDayRefused, JifenError, NotAllowed, SettingRefused, UnitUnknown
from domain.members import Role
from domain.unit_settings import DEFAULTS, Setting
from services.clock import FixedClock
from services.deps import Deps
from services.unit_settings import (
    change_settings,
    open_habits,
    put_calendar_day,
    remove_calendar_day,
    units_with_habits,
)
from storage.tables import audit, unit_settings
from tests.builders import Branch, Person, a_branch, a_member, an_administrator
from tests.conftest import RULEBOOKS

ZONE = "Asia/Shanghai"


def save(deps: Deps, person: Person, unit_id: int, *, time_zone: str = ZONE, **texts: str) -> None:
    typed = dict(DEFAULTS) | {Setting(name): text for name, text in texts.items()}
    change_settings(deps, actor=person.actor, unit_id=unit_id, texts=typed, time_zone=time_zone)


def kept(deps: Deps) -> list[tuple[int, str, str]]:
    with deps.store.read() as uow:
        rows = uow.connection.execute(
            select(unit_settings.c.unit_id, unit_settings.c.name, unit_settings.c.value).order_by(
                unit_settings.c.unit_id, unit_settings.c.name
            )
        )
        return [tuple(row) for row in rows]


def audited(deps: Deps) -> list[str]:
    with deps.store.read() as uow:
        return [row.action for row in uow.connection.execute(select(audit.c.action).order_by(audit.c.id))]


def test_only_what_differs_from_above_is_kept(deps: Deps) -> None:
    committee, administrator = an_administrator(deps)
    branch = a_branch(deps, code="east", parent_id=committee.id)
    save(deps, administrator, committee.id, list_days="4")
    save(deps, branch.secretary, branch.unit.id, list_days="4", draft_days="7", reminder_rule=" Last  Day ")
    assert kept(deps) == [
        (committee.id, "list_days", "4"),
        (branch.unit.id, "draft_days", "7"),
        (branch.unit.id, "reminder_rule", "last day"),
    ]
    save(deps, administrator, committee.id, list_days="6")
    habits = open_habits(deps, actor=branch.secretary.actor, unit_id=branch.unit.id)
    assert habits.own == {Setting.DRAFT_DAYS, Setting.REMINDER_RULE}
    assert (habits.clock.settings.list_days, habits.clock.settings.draft_days) == (6, 7)
    save(deps, branch.secretary, branch.unit.id, list_days="6")
    assert kept(deps) == [(committee.id, "list_days", "6")]
    assert audited(deps) == ["unit.settings"] * 4


def test_the_rulebook_sets_the_reminder_until_a_unit_does(
    deps: Deps, clock: FixedClock, tmp_path: Path
) -> None:
    book = (RULEBOOKS / "ceshi.yaml").read_text(encoding="utf-8").replace("id: ceshi", "id: wuhao")
    (tmp_path / "wuhao.yaml").write_text(
        f'{book}reminders: {{day: "5 of next month, shifted", time: 9:00}}\n', encoding="utf-8"
    )
    deps.shelf.folders = (*deps.shelf.folders, tmp_path)
    assert deps.shelf.load_files(deps.store, now=clock.now()) == ()
    committee, administrator = an_administrator(deps)
    east = a_branch(deps, code="east", parent_id=committee.id, rulebook="wuhao")
    south = a_branch(deps, code="south", parent_id=committee.id)

    def reminders() -> list[str]:
        found = [open_habits(deps, actor=one.secretary.actor, unit_id=one.unit.id) for one in (east, south)]
        return [f"{one.plans[0].at.astimezone(ZoneInfo(ZONE)):%m-%d %H:%M}" for one in found]

    assert reminders() == ["04-07 09:00", "03-26 10:00"]  # the 5th is Qingming's
    same = {"reminder_rule": "5 of next month, shifted", "reminder_time": "09:00"}
    save(deps, east.secretary, east.unit.id, **same)
    assert kept(deps) == []
    save(deps, administrator, committee.id, reminder_rule="last friday")
    assert reminders() == ["03-27 09:00", "03-27 10:00"]
    save(deps, east.secretary, east.unit.id, reminder_rule="25", reminder_time="09:00")
    assert kept(deps)[1:] == [(east.unit.id, "reminder_rule", "25")]
    assert reminders() == ["03-25 09:00", "03-27 10:00"]


def test_the_time_zone_is_the_units(deps: Deps, branch: Branch) -> None:
    save(deps, branch.secretary, branch.unit.id, time_zone="Asia/Urumqi")
    assert (
        open_habits(deps, actor=branch.recorder.actor, unit_id=branch.unit.id).unit.time_zone == "Asia/Urumqi"
    )


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../etc/passwd"}, "time_zone"),
        ({"quiet_from": "late"}, "quiet_from"),
        ({"reminder_time": "06:00"}, "reminder_time"),
    ],
)
def test_what_cannot_be_used_changes_nothing(
    deps: Deps, branch: Branch, texts: dict[str, str], name: str
) -> None:
    save(deps, branch.secretary, branch.unit.id, list_days="9")
    with pytest.raises(SettingRefused) as refused:
        save(deps, branch.secretary, branch.unit.id, list_days="8", **texts)
    assert refused.value.name == name
    assert kept(deps) == [(branch.unit.id, "list_days", "9")]


def test_the_calendar_holds_what_was_put_in_by_hand_here_and_above(deps: Deps) -> None:
    committee, administrator = an_administrator(deps)
    branch = a_branch(deps, code="east", parent_id=committee.id)
    above, here = date(2026, 7, 1), date(2026, 10, 10)
    put_calendar_day(
        deps, actor=administrator.actor, unit_id=committee.id, on=above, kind=DayKind.OFF, name="七一"
    )
    for name in ("一", " 不补\x00班 "):
        put_calendar_day(
            deps,
            actor=branch.secretary.actor,
            unit_id=branch.unit.id,
            on=here,
            kind=DayKind.OFF,
            name=name,
        )
    habits = open_habits(deps, actor=branch.secretary.actor, unit_id=branch.unit.id)
    assert [day for day in habits.days if day.is_by_hand] == [
        CalendarDay(above, DayKind.OFF, "七一", is_by_hand=True),
        CalendarDay(here, DayKind.OFF, "不补班", is_by_hand=True),
    ]
    assert habits.own_days == {here}
    assert not habits.clock.calendar.is_working(above)
    for _ in range(2):
        remove_calendar_day(deps, actor=branch.secretary.actor, unit_id=branch.unit.id, on=here)
    remove_calendar_day(deps, actor=branch.secretary.actor, unit_id=branch.unit.id, on=above)
    habits = open_habits(deps, actor=branch.secretary.actor, unit_id=branch.unit.id)
    assert [day.on for day in habits.days if day.is_by_hand] == [above]
    assert habits.clock.calendar.is_working(here)
    assert audited(deps) == ["calendar.put"] * 3 + ["calendar.removed"]


def test_next_year_is_flagged_until_somebody_puts_its_days_in(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    def flagged(year: int | None) -> tuple[int, tuple[int, ...]]:
        habits = open_habits(deps, actor=branch.secretary.actor, unit_id=branch.unit.id, year=year)
        return habits.year, habits.unannounced

    assert [flagged(year) for year in (None, 2025, 2027, 2031)] == [
        (2026, ()),
        (2025, ()),
        (2027, (2027,)),
        (2026, ()),
    ]
    clock.set(datetime(2026, 11, 1, 4, tzinfo=UTC))
    assert flagged(None) == (2026, (2027,))

    def put(on: date, kind: DayKind) -> None:
        put_calendar_day(
            deps, actor=branch.secretary.actor, unit_id=branch.unit.id, on=on, kind=kind, name=""
        )

    put(date(2027, 7, 1), DayKind.OFF)
    assert flagged(None) == (2026, (2027,)), "a branch's own day off says nothing about the year"
    put(date(2027, 2, 14), DayKind.WORKING)
    assert (flagged(2027), flagged(None)) == ((2027, ()), (2026, ()))


@pytest.mark.parametrize("on", [None, date(2024, 12, 31), date(2029, 1, 1)])
def test_days_too_far_away_are_refused(deps: Deps, branch: Branch, on: date | None) -> None:
    with pytest.raises(CalendarDayRefused):
        put_calendar_day(
            deps, actor=branch.secretary.actor, unit_id=branch.unit.id, on=on, kind=DayKind.OFF, name=""
        )


def test_secretaries_and_administrators_change_and_recorders_look(deps: Deps) -> None:
    committee, administrator = an_administrator(deps)
    branch = a_branch(deps, code="east", parent_id=committee.id)
    other = a_branch(deps, code="west", parent_id=committee.id)
    deputy = a_member(deps, unit=branch.unit, name="副书记", roles=(Role.DEPUTY,))

    def tries(person: Person) -> list[type[JifenError] | None]:
        actor, unit_id, on = person.actor, branch.unit.id, date(2026, 3, 11) + timedelta(person.member_id)
        found: list[type[JifenError] | None] = []
        for attempt in (
            lambda: open_habits(deps, actor=actor, unit_id=unit_id),
            lambda: save(deps, person, unit_id),
            lambda: put_calendar_day(deps, actor=actor, unit_id=unit_id, on=on, kind=DayKind.OFF, name=""),
            lambda: remove_calendar_day(deps, actor=actor, unit_id=unit_id, on=on),
        ):
            try:
                attempt()
            except JifenError as refused:
                found.append(type(refused))
            else:
                found.append(None)
        return found

    assert tries(administrator) == tries(branch.secretary) == [None] * 4
    assert tries(branch.recorder) == [None, NotAllowed, NotAllowed, NotAllowed]
    for person in (branch.member, deputy, other.secretary):
        assert tries(person) == [UnitUnknown, NotAllowed, NotAllowed, NotAllowed]
    assert [unit.id for unit in units_with_habits(deps, actor=administrator.actor)] == [
        committee.id,
        branch.unit.id,
        other.unit.id,
    ]
    with pytest.raises(NotAllowed):
        units_with_habits(deps, actor=deputy.actor)
