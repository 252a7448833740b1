"""Due work is done once, whoever looks: late, twice, with the clock set back, in two processes, or killed."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select

from domain.calendar import CalendarDay, DayKind
from domain.due import Job
from domain.outbox import OutboxKind
from domain.periods import parse_period
from domain.unit_settings import Setting
from services import due as due_services
from services.clock import FixedClock
from services.deps import Deps
from services.due import run_due, unit_clocks
from storage import due as stored_due
from storage import unit_settings as stored_settings
from storage.database import Store
from storage.files import EvidenceFiles
from storage.tables import audit
from tests.builders import Branch, a_branch, a_unit, an_administrator
from tests.conftest import RULEBOOKS, SECRET, a_shelf
from tests.services.outbox import waiting_facts
from tests.together import in_processes, in_threads

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def reminded(deps: Deps) -> list[int | None]:
    return [member_id for _, member_id, _ in waiting_facts(deps, [OutboxKind.REMINDER])]


def everybody(branch: Branch) -> list[int]:
    return sorted(p.member_id for p in (branch.secretary, *branch.recorders, *branch.members))


def looked_at(deps: Deps) -> datetime | None:
    with deps.store.read() as uow:
        return stored_due.get_mark(uow, due_services.MARK)


def look(deps: Deps, clock: FixedClock, text: str) -> int:
    clock.set(at(text))
    return run_due(deps)


def missed(deps: Deps) -> list[tuple[str, str]]:
    with deps.store.read() as uow:
        rows = uow.connection.execute(select(audit.c.facts).where(audit.c.action == "due.missed"))
        return [(row.facts["job"], row.facts["about"]) for row in rows]


def test_the_first_look_does_nothing_of_the_past(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    assert look(deps, clock, "2026-03-26 10:05") == 0
    assert (reminded(deps), looked_at(deps)) == ([], at("2026-03-26 10:05"))
    assert look(deps, clock, "2026-03-27 09:00") == 0
    assert reminded(deps) == []


def test_a_step_is_done_at_its_time_and_once(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    look(deps, clock, "2026-03-26 09:40")
    assert look(deps, clock, "2026-03-26 09:59") == 0
    assert reminded(deps) == []
    assert [look(deps, clock, "2026-03-26 10:00") for _ in range(3)] == [1, 0, 0]
    assert sorted(filter(None, reminded(deps))) == everybody(branch)


def test_the_clock_set_back_an_hour_repeats_nothing(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    look(deps, clock, "2026-03-26 09:40")
    assert look(deps, clock, "2026-03-26 10:20") == 1
    before = reminded(deps)
    assert len(before) == 5
    times = ("09:20", "09:59", "10:00", "10:19", "10:21")
    assert [look(deps, clock, f"2026-03-26 {time}") for time in times] == [
        0,
        1,
        0,
        0,
        0,
    ]  # one sweep, at 09:30
    assert reminded(deps) == before


def test_asleep_over_midnight_of_month_end_it_is_caught_up_in_the_morning(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    with deps.store.begin() as uow:
        texts = {Setting.REMINDER_RULE: "last day", Setting.REMINDER_TIME: "20:30"}
        stored_settings.replace_settings(
            uow, branch.unit.id, texts, set_by_id=branch.secretary.member_id, now=clock.now()
        )
    look(deps, clock, "2026-03-31 20:29")
    assert look(deps, clock, "2026-04-01 02:00") == 0
    assert look(deps, clock, "2026-04-01 07:59") == 0
    assert reminded(deps) == []
    assert looked_at(deps) == at("2026-03-31 20:30") - timedelta(microseconds=1)
    assert look(deps, clock, "2026-04-01 08:00") == 1
    assert {facts["month"] for _, _, facts in waiting_facts(deps, [OutboxKind.REMINDER])} == {"2026-03"}
    assert sorted(filter(None, reminded(deps))) == everybody(branch)
    assert looked_at(deps) == at("2026-04-01 08:00")


def test_what_slept_beyond_its_grace_is_missed_and_written_down(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    look(deps, clock, "2026-03-20 12:00")
    assert look(deps, clock, "2026-04-30 12:00") == 2  # April's reminder and a sweep; the list rests
    assert missed(deps) == [("reminder", "2026-03"), ("reminder_list", "2026-03")]
    assert {facts["month"] for _, _, facts in waiting_facts(deps, [OutboxKind.REMINDER])} == {"2026-04"}


def test_units_live_in_their_own_time_zones(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    abroad = a_unit(deps, code="berlin", time_zone="Europe/Berlin")
    with deps.store.read() as uow:
        clocks = unit_clocks(uow, deps.shelf, clock.now())
    month = parse_period("2026-03")
    assert clocks[branch.unit.id].reminder_at(month) == at("2026-03-26 10:00")
    assert clocks[abroad.id].reminder_at(month) == at("2026-03-26 10:00", ZoneInfo("Europe/Berlin"))


def test_what_a_unit_sets_goes_before_what_is_set_above(deps: Deps, clock: FixedClock) -> None:
    committee, administrator = an_administrator(deps)
    east, west = (a_branch(deps, code=code, parent_id=committee.id) for code in ("east", "west"))
    by, now = administrator.member_id, clock.now()
    closed = CalendarDay(at("2026-03-26 12:00").date(), DayKind.OFF, "院庆", is_by_hand=True)
    with deps.store.begin() as uow:
        stored_settings.replace_settings(
            uow,
            committee.id,
            {Setting.LIST_DAYS: "4", Setting.DRAFT_DAYS: "9"},
            set_by_id=by,
            now=now,
        )
        stored_settings.replace_settings(uow, east.unit.id, {Setting.LIST_DAYS: "1"}, set_by_id=by, now=now)
        stored_settings.put_day(uow, committee.id, closed, set_by_id=by, now=now)
        stored_settings.put_day(
            uow,
            east.unit.id,
            CalendarDay(closed.on, DayKind.WORKING, "", is_by_hand=True),
            set_by_id=by,
            now=now,
        )
    with deps.store.read() as uow:
        clocks = unit_clocks(uow, deps.shelf, now)
    assert committee.id not in clocks
    found = {
        unit.id: (clocks[unit.id].settings.list_days, clocks[unit.id].settings.draft_days)
        for unit in (east.unit, west.unit)
    }
    assert found == {east.unit.id: (1, 9), west.unit.id: (4, 9)}
    month = parse_period("2026-03")
    days = [clocks[unit.id].reminder_day(month).day for unit in (east.unit, west.unit)]
    assert days == [26, 25]


def test_the_day_of_the_rulebook_strikes_where_no_unit_set_another(
    deps: Deps, clock: FixedClock, branch: Branch, tmp_path: Path
) -> None:
    book = (RULEBOOKS / "ceshi.yaml").read_text(encoding="utf-8")
    (tmp_path / "ceshi.yaml").write_text(f"{book}reminders: {{day: 20, time: 9:00}}\n", encoding="utf-8")
    deps.shelf.folders = (tmp_path,)
    look(deps, clock, "2026-03-20 08:30")
    assert deps.shelf.load_files(deps.store, now=clock.now()) == ()
    assert look(deps, clock, "2026-03-20 09:00") == 1
    assert {facts["month"] for _, _, facts in waiting_facts(deps, [OutboxKind.REMINDER])} == {"2026-03"}
    assert sorted(filter(None, reminded(deps))) == everybody(branch)


def test_many_units_are_looked_through_with_as_many_queries_as_one(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    counts = []
    for more in (0, 2):
        for number in range(more):
            a_branch(deps, code=f"more{number}")
        look(deps, clock, "2026-03-12 12:00")
        counts.append(count_statements(deps, lambda: run_due(deps)))
    assert counts[0] == counts[1]


def count_statements(deps: Deps, work: Callable[[], object]) -> int:
    said: list[str] = []

    def listen(_c: object, _cu: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(deps.store.engine, "before_cursor_execute", listen)
    work()
    event.remove(deps.store.engine, "before_cursor_execute", listen)
    return len(said)


def test_a_step_that_fails_is_done_later_and_holds_up_no_other(
    deps: Deps, clock: FixedClock, branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = a_branch(deps, code="haizi")
    runner = due_services.RUNNERS[Job.REMINDER]

    def broken(*arguments: object) -> None:
        runner(*arguments)  # type: ignore[arg-type]
        if arguments[2].unit.id == branch.unit.id:  # type: ignore[attr-defined]
            raise RuntimeError("the disk is full")

    look(deps, clock, "2026-03-26 09:40")
    monkeypatch.setattr(due_services, "RUNNERS", {**due_services.RUNNERS, Job.REMINDER: broken})
    assert look(deps, clock, "2026-03-26 10:01") == 1
    assert sorted(filter(None, reminded(deps))) == everybody(other)
    monkeypatch.undo()
    assert look(deps, clock, "2026-03-26 10:02") == 1
    assert sorted(filter(None, reminded(deps))) == everybody(branch) + everybody(other)


def test_two_threads_looking_at_once_do_it_once(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    look(deps, clock, "2026-03-26 09:40")
    clock.set(at("2026-03-26 10:00"))
    done: list[int] = []

    def work() -> None:
        done.append(run_due(deps))

    in_threads(*[work] * 4)
    assert sorted(done) == [0, 0, 0, 1]
    assert sorted(filter(None, reminded(deps))) == everybody(branch)


def in_another_process(url: str, folder: str, instant: str, *, dies: bool) -> None:
    """Look for due work; with `dies` the process is gone within the first step, before its commit."""
    store = Store(url, durability="NORMAL")
    clock = FixedClock(datetime.fromisoformat(instant))
    deps = Deps(
        store=store,
        clock=clock,
        shelf=a_shelf(),
        files=EvidenceFiles(Path(folder)),
        secret=SECRET,
        panel_url="",
    )
    if dies:
        runner = due_services.RUNNERS[Job.REMINDER]

        def fatal(*arguments: object) -> None:
            runner(*arguments)  # type: ignore[arg-type]
            os._exit(9)

        due_services.RUNNERS = {**due_services.RUNNERS, Job.REMINDER: fatal}
    run_due(deps)
    deps.close()


def run_processes(deps: Deps, tmp_path: Path, instant: str, *, dies: tuple[bool, ...]) -> list[int | None]:
    deps.store.close()
    url = deps.store.url.render_as_string(hide_password=False)
    facts = (url, str(tmp_path), at(instant).isoformat())
    return in_processes(*(partial(in_another_process, *facts, dies=one) for one in dies))


def test_processes_looking_at_once_do_it_once(
    deps: Deps, clock: FixedClock, branch: Branch, tmp_path: Path
) -> None:
    look(deps, clock, "2026-03-26 09:40")
    codes = run_processes(deps, tmp_path, "2026-03-26 10:00", dies=(False, False, False))
    assert codes == [0, 0, 0]
    assert sorted(filter(None, reminded(deps))) == everybody(branch)


def test_a_killed_process_leaves_the_step_to_the_next(
    deps: Deps, clock: FixedClock, branch: Branch, tmp_path: Path
) -> None:
    look(deps, clock, "2026-03-26 09:40")
    assert run_processes(deps, tmp_path, "2026-03-26 10:00", dies=(True,)) == [9]
    assert reminded(deps) == []
    assert run_processes(deps, tmp_path, "2026-03-26 10:00", dies=(False,)) == [0]
    assert sorted(filter(None, reminded(deps))) == everybody(branch)
