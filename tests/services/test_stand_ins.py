"""Standing in: for the days asked for, and not an hour longer; by whom it may be asked, and of whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from domain.errors import (
    JifenError,
    MemberUnknown,
    NotAllowed,
    StandInRefusal,
    StandInRefused,
    StandInUnknown,
)
from domain.outbox import OutboxKind
from domain.reports import ReportStatus
from domain.stand_ins import StandIn, StandInStatus
from services.clock import FixedClock
from services.deps import Deps
from services.due import run_due
from services.reviews import approve_report, list_queue
from services.stand_ins import ask_stand_in, end_stand_in, list_stand_ins, open_stand_in
from storage.tables import audit
from tests.builders import Branch, Person, a_member, a_report
from tests.services.outbox import waiting_facts

SHANGHAI = ZoneInfo("Asia/Shanghai")


def look(deps: Deps, clock: FixedClock, text: str) -> int:
    clock.set(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC))
    return run_due(deps)


def ask(
    deps: Deps, branch: Branch, member: Person, since: str, last: str, *, by: Person | None = None
) -> StandIn:
    return ask_stand_in(
        deps,
        actor=(by or branch.recorder).actor,
        unit_id=branch.unit.id,
        member_id=member.member_id,
        since_on=date.fromisoformat(f"2026-03-{since}"),
        last_on=date.fromisoformat(f"2026-03-{last}"),
    )


def may_decide(deps: Deps, person: Person) -> bool:
    try:
        list_queue(deps, actor=person.actor)
    except NotAllowed:
        return False
    return True


def test_it_begins_and_ends_at_midnight(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    look(deps, clock, "2026-03-10 12:00")
    planned = ask(deps, branch, branch.member, "12", "13")
    assert (planned.status, may_decide(deps, branch.member)) == (StandInStatus.PLANNED, False)
    decides = []
    for moment in ("11 23:59", "12 00:00", "13 23:59", "14 00:00"):
        look(deps, clock, f"2026-03-{moment}")
        decides.append(may_decide(deps, branch.member))
    assert decides == [False, True, True, False]
    with deps.store.read() as uow:
        rows = uow.connection.execute(select(audit.c.action).order_by(audit.c.id))
        assert [row.action for row in rows] == ["stand_in.asked", "stand_in.began", "stand_in.ended"]


def test_from_today_on_it_begins_at_once_and_decides_like_a_recorder(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    report = a_report(deps, branch.members[1])
    new = ask(deps, branch, branch.member, "10", "10")
    assert new.status is StandInStatus.ACTIVE
    assert list_queue(deps, actor=branch.member.actor).total == 1
    decided = approve_report(deps, actor=branch.member.actor, report_id=report.id).report
    assert decided.status is ReportStatus.APPROVED
    assert waiting_facts(deps, [OutboxKind.STAND_IN]) == [
        ("stand_in", branch.member.member_id, {"stand_in_id": new.id})
    ]
    assert open_stand_in(deps, actor=branch.member.actor, stand_in_id=new.id).asked_by_name == (
        branch.recorder.name
    )
    with pytest.raises(StandInUnknown):
        open_stand_in(deps, actor=branch.members[1].actor, stand_in_id=new.id)


def test_asleep_over_its_last_days_it_ends_at_the_next_look(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    look(deps, clock, "2026-03-10 12:00")
    ask(deps, branch, branch.member, "10", "11")
    ask(deps, branch, branch.members[1], "12", "12")
    look(deps, clock, "2026-03-20 03:00")
    assert [may_decide(deps, member) for member in branch.members] == [False, False]
    listed = [
        list_stand_ins(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, member_id=member.member_id)
        for member in branch.members
    ]
    assert listed == [(), ()]


def test_it_is_called_off_at_any_time(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    look(deps, clock, "2026-03-10 12:00")
    active = ask(deps, branch, branch.member, "10", "20")
    planned = ask(deps, branch, branch.members[1], "12", "13")
    for one in (active, planned, active):
        ended = end_stand_in(deps, actor=branch.secretary.actor, stand_in_id=one.id)
        assert ended.status is StandInStatus.ENDED
    look(deps, clock, "2026-03-12 00:00")
    assert [may_decide(deps, member) for member in branch.members] == [False, False]
    with pytest.raises(StandInUnknown):
        end_stand_in(deps, actor=branch.secretary.actor, stand_in_id=planned.id + 1)


@pytest.mark.parametrize(("since", "last"), [("09", "10"), ("12", "11")])
def test_days_out_of_order_or_gone_by_are_refused(deps: Deps, branch: Branch, since: str, last: str) -> None:
    with pytest.raises(StandInRefused) as refused:
        ask(deps, branch, branch.member, since, last)
    assert refused.value.reason is StandInRefusal.DAYS


def test_recorders_strangers_and_those_without_an_account_are_not_asked(
    deps: Deps, branch: Branch, other_branch: Branch
) -> None:
    unbound = a_member(deps, unit=branch.unit, name="未绑定", is_bound=False)
    reasons = []
    for member in (branch.recorders[1], unbound):
        with pytest.raises(StandInRefused) as refused:
            ask(deps, branch, member, "10", "11")
        reasons.append(refused.value.reason)
    assert reasons == [StandInRefusal.RECORDER, StandInRefusal.NO_ACCOUNT]
    with pytest.raises(MemberUnknown):
        ask(deps, branch, other_branch.member, "10", "11")


def test_only_who_decides_here_by_right_asks(deps: Deps, branch: Branch, other_branch: Branch) -> None:
    ask(deps, branch, branch.member, "10", "20")
    last = branch.members[1]
    refusals: list[type[JifenError]] = []
    for person in (last, other_branch.recorder, branch.member):
        with pytest.raises(JifenError) as refused:
            ask(deps, branch, last, "10", "11", by=person)
        refusals.append(refused.type)
    assert refusals == [NotAllowed] * 3
    ask(deps, branch, last, "10", "11", by=branch.secretary)


def test_tapping_twice_asks_once(deps: Deps, branch: Branch) -> None:
    def tap(_: int) -> str:
        try:
            ask(deps, branch, branch.member, "12", "13")
        except StandInRefused as refused:
            return refused.reason
        return "asked"

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(tap, range(4))) == ["asked", *["overlap"] * 3]
    assert len(waiting_facts(deps, [OutboxKind.STAND_IN])) == 1
