"""Freezing a period: once, whole, as previewed, and for everybody in private."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, event, func, select, update
from sqlalchemy.exc import DBAPIError

from domain.errors import (
    AccountUnknown,
    DateRefusal,
    DateRefused,
    FreezeRefused,
    NotAllowed,
    PeriodUnknown,
)
from domain.members import Role
from domain.outbox import NewMessage, OutboxKind, Priority
from domain.reports import ReportStatus
from domain.standings import NoticeChoices, top_of
from services.actors import ChatAccount
from services.clock import FixedClock
from services.deps import Deps
from services.ledger import verify
from services.reviews import approve_report
from services.standings import (
    FreezePreview,
    Freezing,
    Progress,
    choose_notices,
    freeze_period,
    my_choices,
    open_freezing,
    open_notice,
    preview_freeze,
)
from storage import outbox as stored_outbox
from storage.database import Store
from storage.files import EvidenceFiles
from storage.tables import audit, balances, finalised_periods, outbox, standings
from tests.builders import (
    Branch,
    Person,
    a_branch,
    a_member,
    a_report,
    an_administrator,
    finalise,
    frozen_list,
)
from tests.conftest import SECRET, a_shelf
from tests.services.outbox import waiting_facts
from tests.together import SECONDS_MAX, in_processes

APRIL = datetime(2026, 4, 2, 4, tzinfo=UTC)
NIGHT, MORNING = datetime(2026, 4, 2, 15, tzinfo=UTC), datetime(2026, 4, 3, 0, tzinfo=UTC)
QUARTER = "2026-Q1"
LAST = "outbox.dedupe_key LIKE"
"""In the last statement before the commit."""
Ask = Callable[..., FreezePreview | Freezing]


def counted(
    deps: Deps, branch: Branch, item: str, member: Person | None = None, *, on: date = date(2026, 3, 10)
) -> None:
    a_report(
        deps, member or branch.member, item=item, on=on, status=ReportStatus.APPROVED, by=branch.recorder
    )


def told(deps: Deps) -> list[int | None]:
    return [member_id for _, member_id, _ in waiting_facts(deps, [OutboxKind.RANK_NOTICE])]


def rows_of(deps: Deps) -> list[tuple[str, int | None, int | None]]:
    with deps.store.read() as uow:
        rows = uow.connection.execute(
            select(finalised_periods.c.label, standings.c.rank, standings.c.movement)
            .join(standings, standings.c.finalised_period_id == finalised_periods.c.id)
            .order_by(finalised_periods.c.id, standings.c.position)
        )
        return [tuple(row) for row in rows]


def people(branch: Branch) -> list[int]:
    return sorted(p.member_id for p in (branch.secretary, *branch.recorders, *branch.members))


def test_the_preview_is_what_is_frozen(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    counted(deps, branch, "clean")
    counted(deps, branch, "lesson", branch.members[1])
    counted(deps, branch, "article", branch.members[1])
    clock.set(APRIL)
    before = preview_freeze(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER)
    done = freeze_period(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER)
    after = preview_freeze(deps, actor=branch.secretary.actor, unit_id=branch.unit.id, period=QUARTER)

    assert (done.is_new, done.sent, done.mark.by_name) == (True, Progress(count=5), branch.recorder.name)
    assert before.standings == after.standings
    assert (before.mark, after.mark) == (None, done.mark)
    assert [(one.name, one.rank, int(one.total)) for one in after.standings[:3]] == [
        ("chunfeng党员2", 1, 6),
        ("chunfeng党员1", 2, 5),
        (after.standings[2].name, 3, 0),
    ]
    assert [(part.name, int(part.points)) for part in after.standings[0].parts] == [("学习", 6)]
    assert sorted(filter(None, told(deps))) == people(branch)
    assert verify(deps)[1] == ()
    with deps.store.read() as uow:
        assert uow.connection.execute(select(func.count()).select_from(balances)).scalar_one() == 2


def test_progress_counts_those_with_an_account_and_names_the_others(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    a_member(deps, unit=branch.unit, name="未加入", is_bound=False)
    clock.set(NIGHT)
    done = freeze_period(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER)
    assert done.sent == Progress(count=5, without_account=1)
    with deps.store.begin() as uow:
        everybody = stored_outbox.claim(uow, now=MORNING, limit=10, first=Priority.BROADCAST)
        bound = [one for one in everybody if one.member_id in people(branch)]
        stored_outbox.mark_sent(uow, bound[0].id, message_id=7, now=MORNING)
        for one in everybody:
            if one not in bound:
                stored_outbox.mark_dead(uow, one.id, failure="unbound")
    found = preview_freeze(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER)
    assert found.sent == Progress(count=5, done=1, arrived=1, without_account=1)
    assert found.notices_at == done.notices_at == MORNING
    clock.set(MORNING)
    found = preview_freeze(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER)
    assert found.notices_at is None


def test_a_second_freeze_changes_nothing_and_says_so(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    clock.set(APRIL)
    first = freeze_period(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER)
    clock.advance(timedelta(hours=1))
    second = freeze_period(deps, actor=branch.secretary.actor, unit_id=branch.unit.id, period=QUARTER)
    assert (first.is_new, second.is_new) == (True, False)
    assert second.mark == first.mark
    assert len(told(deps)) == len(rows_of(deps)) == 5


def test_of_many_at_once_one_freezes(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    clock.set(APRIL)
    freezers = [branch.recorder, branch.recorders[1], branch.secretary] * 2

    def freeze(person: Person) -> bool:
        return freeze_period(deps, actor=person.actor, unit_id=branch.unit.id, period=QUARTER).is_new

    with ThreadPoolExecutor(len(freezers)) as threads:
        assert sum(threads.map(freeze, freezers)) == 1
    assert len(told(deps)) == len(rows_of(deps)) == 5
    with deps.store.read() as uow:
        frozen = uow.connection.execute(
            select(func.count()).select_from(audit).where(audit.c.action == "period.finalised")
        )
        assert frozen.scalar_one() == 1


def _freeze_in_process(url: str, folder: str, user_id: int, unit_id: int, death: str, ready: Barrier) -> None:
    deps = Deps(
        store=Store(url, durability="NORMAL"),
        clock=FixedClock(APRIL),
        shelf=a_shelf(),
        files=EvidenceFiles(Path(folder)),
        secret=SECRET,
        panel_url="http://panel.test",
    )
    if death:

        def die(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if death in statement:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(deps.store.engine, "before_cursor_execute", die)
    ready.wait(SECONDS_MAX)
    freeze_period(deps, actor=ChatAccount(user_id), unit_id=unit_id, period=QUARTER)


def _in_processes(
    deps: Deps, folder: Path, branch: Branch, people: Sequence[Person], *, death: str = ""
) -> list[int | None]:
    deps.store.close()
    url = deps.store.url.render_as_string(hide_password=False)
    ready = multiprocessing.get_context("fork").Barrier(len(people))
    facts = (branch.unit.id, death, ready)
    return in_processes(
        *(partial(_freeze_in_process, url, str(folder), person.user_id, *facts) for person in people)
    )


def test_two_processes_freeze_once(deps: Deps, clock: FixedClock, branch: Branch, tmp_path: Path) -> None:
    clock.set(APRIL)
    assert _in_processes(deps, tmp_path, branch, branch.recorders) == [0, 0]
    assert len(told(deps)) == len(rows_of(deps)) == 5


def test_a_killed_freeze_leaves_nothing(
    deps: Deps, clock: FixedClock, branch: Branch, tmp_path: Path
) -> None:
    clock.set(APRIL)
    killed = _in_processes(deps, tmp_path, branch, branch.recorders[:1], death=LAST)
    assert killed == [-signal.SIGKILL]  # everything was written, and nothing committed
    assert (told(deps), rows_of(deps)) == ([], [])
    assert freeze_period(deps, actor=branch.secretary.actor, unit_id=branch.unit.id, period=QUARTER).is_new
    assert len(told(deps)) == len(rows_of(deps)) == 5


@pytest.mark.parametrize("ask", [preview_freeze, freeze_period])
def test_only_a_period_that_is_over_is_frozen(
    deps: Deps, clock: FixedClock, branch: Branch, ask: Ask
) -> None:
    clock.set(datetime(2026, 3, 31, 15, 59, tzinfo=UTC))  # one minute before midnight in Shanghai
    with pytest.raises(FreezeRefused) as caught:
        ask(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER)
    assert caught.value.until == date(2026, 4, 1)
    with pytest.raises(PeriodUnknown):
        ask(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period="2026-Q5")
    assert rows_of(deps) == []
    clock.advance(timedelta(minutes=1))
    ask(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER)
    assert len(rows_of(deps)) == (5 if ask is freeze_period else 0)


def test_who_may_freeze(deps: Deps, clock: FixedClock) -> None:
    committee, administrator = an_administrator(deps)
    branch, other = a_branch(deps, parent_id=committee.id), a_branch(deps, code="haizi")
    supervisor = a_member(deps, unit=branch.unit, name="纪检委员", roles=(Role.SUPERVISOR,))
    clock.set(APRIL)
    asks: tuple[Ask, ...] = (preview_freeze, freeze_period)
    for person in (supervisor, branch.member, other.recorder, other.secretary):
        for ask in asks:
            with pytest.raises(NotAllowed):
                ask(deps, actor=person.actor, unit_id=branch.unit.id, period=QUARTER)
    assert rows_of(deps) == []
    with pytest.raises(NotAllowed):
        open_freezing(deps, actor=supervisor.actor)
    offered = open_freezing(deps, actor=administrator.actor, unit_id=branch.unit.id)
    assert [one.label for one, _ in offered.periods] == [
        *("2026-Q1", "2025-Q4", "2025-Q3", "2025-Q2"),
        *("2026-03", "2026-02", "2026-01"),
    ]
    done = freeze_period(deps, actor=administrator.actor, unit_id=branch.unit.id, period=QUARTER)
    desk = open_freezing(deps, actor=branch.recorder.actor)
    assert [mark for _, mark in desk.periods] == [done.mark, *[None] * 6]
    kept = frozen_list(deps, branch.unit.id, done.period.label)
    assert kept is not None
    assert len(kept) == 6


def test_movement_is_against_the_frozen_period_of_that_kind(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    first, second = branch.members
    january, february, march = (date(2026, month, 5) for month in (1, 2, 3))
    counted(deps, branch, "clean", first, on=january)
    counted(deps, branch, "lesson", second, on=january)
    counted(deps, branch, "clean", first, on=march)
    counted(deps, branch, "article", first, on=march)
    counted(deps, branch, "article", second, on=february)
    for _ in range(2):
        counted(deps, branch, "clean", second, on=march)
    clock.set(APRIL)
    for label in ("2026-01", QUARTER, "2026-03"):
        freeze_period(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=label)
    found = rows_of(deps)
    assert found[:2] == [("2026-01", 1, None), ("2026-01", 2, None)]
    assert {movement for label, _, movement in found if label == QUARTER} == {None}
    assert found[10:12] == [("2026-03", 1, 1), ("2026-03", 2, -1)]


def test_late_approvals_are_refused_and_the_list_stays(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    late = a_report(deps, branch.member)
    clock.set(APRIL)
    shown = preview_freeze(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER)
    assert shown.waiting == 1
    done = freeze_period(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER)
    with pytest.raises(DateRefused) as caught:
        approve_report(deps, actor=branch.recorder.actor, report_id=late.id)
    assert caught.value.reason is DateRefusal.FINALISED
    kept = open_notice(deps, actor=branch.member.actor, period_id=done.mark.id)
    assert (int(kept.standing.total), kept.period) == (0, done.period)


def test_everybody_opens_their_own_notice_alone(
    deps: Deps, clock: FixedClock, branch: Branch, other_branch: Branch
) -> None:
    counted(deps, branch, "clean")
    clock.set(APRIL)
    done = freeze_period(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER)
    mine = [open_notice(deps, actor=one.actor, period_id=done.mark.id).standing for one in branch.members]
    assert [(one.member_id, one.rank) for one in mine] == [
        (branch.member.member_id, 1),
        (branch.members[1].member_id, mine[1].rank),
    ]
    for stranger in (other_branch.member, other_branch.secretary):
        with pytest.raises(PeriodUnknown):
            open_notice(deps, actor=stranger.actor, period_id=done.mark.id)
    with pytest.raises(PeriodUnknown):
        open_notice(deps, actor=branch.member.actor, period_id=done.mark.id + 1)


def test_a_period_closed_without_a_list_stays_without(deps: Deps, clock: FixedClock) -> None:
    committee, administrator = an_administrator(deps)
    branch = a_branch(deps, parent_id=committee.id)
    clock.set(APRIL)
    quarter = preview_freeze(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER).period
    finalise(deps, administrator, branch.unit.id, quarter.label)
    done = freeze_period(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER)
    assert (done.is_new, done.mark.has_standings, told(deps)) == (False, False, [])
    assert frozen_list(deps, branch.unit.id, quarter.label) is None


def test_frozen_standings_are_never_changed(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    clock.set(APRIL)
    freeze_period(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER)
    kept = rows_of(deps)
    for change in (update(standings).values(rank=1), delete(standings)):
        with pytest.raises(DBAPIError), deps.store.begin() as uow:
            uow.connection.execute(change)
    assert rows_of(deps) == kept


def test_notices_wait_for_the_end_of_the_quiet_hours(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    clock.set(datetime(2026, 4, 1, 15, 30, tzinfo=UTC))  # half past eleven at night in Shanghai
    done = freeze_period(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER)
    assert done.notices_at > clock.now()
    with deps.store.begin() as uow:
        soon = NewMessage(OutboxKind.DECIDED, "soon", branch.member.member_id, {}, Priority.ANSWER)
        stored_outbox.enqueue(uow, [soon], now=clock.now())
        (first,) = stored_outbox.claim(uow, now=clock.now(), limit=20)
        assert first.kind is OutboxKind.DECIDED
        stored_outbox.mark_sent(uow, first.id, message_id=1, now=clock.now())
        assert stored_outbox.claim(uow, now=done.notices_at - timedelta(seconds=1), limit=20) == []
        claimed = stored_outbox.claim(uow, now=done.notices_at, limit=20)
    assert sorted(one.member_id or 0 for one in claimed) == people(branch)
    with deps.store.read() as uow:
        waits = uow.connection.execute(select(outbox.c.due_at).where(outbox.c.kind == "rank_notice"))
        assert {row.due_at for row in waits} == {done.notices_at}


def test_what_is_wanted_is_each_members_own(deps: Deps, branch: Branch) -> None:
    first, second = (person.actor for person in branch.members)
    assert my_choices(deps, actor=first).choices == NoticeChoices()
    for _ in range(2):
        told = choose_notices(deps, actor=first, wants_picture=False)
        assert told.choices == NoticeChoices(wants_picture=False)
    choose_notices(deps, actor=first, wants_monthly=False)
    assert my_choices(deps, actor=first).choices == NoticeChoices(wants_picture=False, wants_monthly=False)
    assert choose_notices(deps, actor=first, wants_picture=True).choices.wants_monthly is False
    assert my_choices(deps, actor=second).choices == NoticeChoices()
    with pytest.raises(AccountUnknown):
        my_choices(deps, actor=replace(first, user_id=1))


def test_the_top_names_nobody_further_down(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    counted(deps, branch, "clean")
    counted(deps, branch, "clean", branch.members[1])
    clock.set(APRIL)
    shown = preview_freeze(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER)
    assert {one.name for one in top_of(shown.standings, 1)} == {one.name for one in branch.members}
