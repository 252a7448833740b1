"""Announcements: who may write to whom, once for everybody, paused, stopped, due, done, confirmed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from domain.announcements import AnnouncementAction, AnnouncementStatus, Audience, AudienceCount, Tally
from domain.errors import (
    AnnouncementConflict,
    AnnouncementTooLong,
    AnnouncementUnknown,
    AudienceEmpty,
    AudiencePrivate,
    DueInPast,
    JifenError,
    NotAllowed,
    UnitUnknown,
)
from domain.members import MemberKind, Role
from domain.outbox import OutboxStatus, Priority
from domain.reports import ReportStatus
from services import announcements
from services.actors import ChatAccount
from services.announcements import AnnouncementDesk
from services.clock import FixedClock
from services.deps import Deps
from services.members import note_blocked
from storage import members as stored_members
from storage import outbox as stored_outbox
from storage.announcements import audiences
from storage.tables import memberships, outbox
from tests.builders import Branch, Person, a_branch, a_member, a_report, an_administrator
from tests.conftest import NOON

S = AnnouncementStatus


def a_draft(deps: Deps, author: Person, *, cause: str = "1", **audience: Any) -> int:
    """Write a draft for the author's unit with these filters."""
    desk = announcements.start_announcement(deps, actor=author.actor, cause_key=f"test:{cause}")
    number = desk.announcement.id
    announcements.write_content(deps, actor=author.actor, announcement_id=number, text="周五开会")
    if audience:
        units = audience.pop("unit_ids", desk.announcement.audience.unit_ids)
        chosen = Audience(unit_ids=units, **audience)
        announcements.choose_audience(deps, actor=author.actor, announcement_id=number, audience=chosen)
    return number


def addressed(deps: Deps, number: int) -> list[str]:
    """Return the names of the members an announcement was put in for."""
    with deps.store.read() as uow:
        rows = uow.connection.execute(
            select(outbox.c.member_id).where(outbox.c.announcement_id == number).order_by(outbox.c.id)
        )
        ids = [row.member_id for row in rows]
        names = stored_members.names_of(uow, ids)
    return [names[one] for one in ids]


def sent_to(deps: Deps, author: Person, number: int) -> list[str]:
    announcements.send_now(deps, actor=author.actor, announcement_id=number)
    return addressed(deps, number)


def arrive(deps: Deps, count: int) -> None:
    """Let every notice arrive, and so many messages of announcements."""
    with deps.store.begin() as uow:
        for one in stored_outbox.claim(uow, now=deps.clock.now(), limit=100, last=Priority.CARD):
            stored_outbox.mark_sent(uow, one.id, message_id=one.id, now=deps.clock.now())
        for one in stored_outbox.claim(uow, now=deps.clock.now(), limit=count, first=Priority.BROADCAST):
            stored_outbox.mark_sent(uow, one.id, message_id=one.id, now=deps.clock.now())


def opened(deps: Deps, author: Person, number: int) -> AnnouncementDesk:
    return announcements.open_announcement(deps, actor=author.actor, announcement_id=number)


def test_everybody_of_the_unit_gets_it_once(deps: Deps, branch: Branch, other_branch: Branch) -> None:
    number = a_draft(deps, branch.recorder)
    assert opened(deps, branch.recorder, number).count == AudienceCount(total=5)
    assert sent_to(deps, branch.recorder, number) == [
        "chunfeng书记",
        "chunfeng记录员1",
        "chunfeng记录员2",
        "chunfeng党员1",
        "chunfeng党员2",
    ]
    desk = opened(deps, branch.recorder, number)
    assert (desk.announcement.status, desk.announcement.total) == (S.SENDING, 5)
    assert desk.tally == Tally(waiting=5)


def test_filters_pick_whom_they_say(deps: Deps, branch: Branch) -> None:
    recorder, (first, second) = branch.recorder, branch.members
    a_report(deps, first, status=ReportStatus.APPROVED, by=recorder)
    a_report(deps, second, status=ReportStatus.REJECTED, by=recorder)
    activist = a_member(deps, unit=branch.unit, name="积极分子")
    left = a_member(deps, unit=branch.unit, name="已离开", until_on=NOON.date())
    coming = a_member(deps, unit=branch.unit, name="还没来", since_on=NOON.date() + timedelta(days=1))
    with deps.store.begin() as uow:
        uow.connection.execute(
            memberships.update()
            .where(memberships.c.member_id == activist.member_id)
            .values(kind=MemberKind.ACTIVIST.value)
        )

    def picked(cause: str, **audience: Any) -> set[str]:
        return set(sent_to(deps, recorder, a_draft(deps, recorder, cause=cause, **audience)))

    officials = {"chunfeng书记", "chunfeng记录员1", "chunfeng记录员2"}
    everybody = officials | {first.name, second.name, activist.name}
    assert picked("all") == everybody
    assert {left.name, coming.name} & everybody == set()
    assert picked("kind", kinds=(MemberKind.ACTIVIST, MemberKind.PROSPECT)) == {activist.name}
    assert picked("role", roles=(Role.RECORDER, Role.SECRETARY)) == officials
    assert picked("report", is_without_report=True) == everybody - {first.name}
    assert picked("below", below_points=Fraction(5)) == everybody - {first.name}
    assert picked("both", roles=(Role.SECRETARY,), is_without_report=True) == {"chunfeng书记"}
    with pytest.raises(AudienceEmpty):
        picked("none", kinds=(MemberKind.FLOATING,))


def test_count_tells_who_cannot_be_reached(deps: Deps, branch: Branch) -> None:
    a_member(deps, unit=branch.unit, name="没有账号", is_bound=False)
    note_blocked(deps, user_id=branch.member.user_id, is_blocked=True)
    number = a_draft(deps, branch.recorder)
    expected = AudienceCount(total=6, without_account=1, blocked=1)
    assert opened(deps, branch.recorder, number).count == expected
    scored = a_draft(deps, branch.recorder, cause="2", below_points=Fraction(1000))
    assert opened(deps, branch.recorder, scored).count == expected


def test_member_of_two_units_gets_it_once(deps: Deps) -> None:
    committee, administrator = an_administrator(deps)
    east = a_branch(deps, code="east", parent_id=committee.id)
    west = a_branch(deps, code="west", parent_id=committee.id)
    with deps.store.begin() as uow:
        stored_members.insert_membership(
            uow,
            member_id=east.member.member_id,
            unit_id=west.unit.id,
            kind=MemberKind.FULL,
            since_on=None,
            until_on=None,
        )
    names = sent_to(deps, administrator, a_draft(deps, administrator))
    assert sorted(names) == sorted(set(names))
    assert len(names) == 11


def test_only_those_who_announce_may_write_and_only_to_their_units(
    deps: Deps, branch: Branch, other_branch: Branch
) -> None:
    with pytest.raises(NotAllowed):
        announcements.start_announcement(deps, actor=branch.member.actor, cause_key="test:1")
    number = a_draft(deps, branch.recorder)
    foreign = Audience(unit_ids=(branch.unit.id, other_branch.unit.id))
    with pytest.raises(UnitUnknown):
        announcements.choose_audience(
            deps, actor=branch.recorder.actor, announcement_id=number, audience=foreign
        )
    stranger = other_branch.recorder.actor
    for attempt in (
        lambda: announcements.open_announcement(deps, actor=stranger, announcement_id=number),
        lambda: announcements.write_content(deps, actor=stranger, announcement_id=number, text="别的"),
        lambda: announcements.send_now(deps, actor=stranger, announcement_id=number),
        lambda: announcements.discard(deps, actor=stranger, announcement_id=number),
        lambda: announcements.list_receipts(deps, actor=stranger, announcement_id=number),
        lambda: announcements.open_announcement(deps, actor=stranger, announcement_id=4_000),
    ):
        with pytest.raises(AnnouncementUnknown) as refused:
            attempt()
        assert refused.value.facts() == {}
    assert opened(deps, branch.recorder, number).announcement.text == "周五开会"
    assert announcements.list_announcements(deps, actor=stranger).desks == ()


def test_group_and_private_filter_do_not_go_together(deps: Deps, branch: Branch) -> None:
    number = a_draft(deps, branch.recorder)
    private = Audience((branch.unit.id,), is_without_report=True, is_for_group=True)
    with pytest.raises(AudiencePrivate):
        announcements.choose_audience(
            deps, actor=branch.recorder.actor, announcement_id=number, audience=private
        )


def test_the_same_cause_begins_one_draft(deps: Deps, branch: Branch) -> None:
    first = announcements.start_announcement(deps, actor=branch.recorder.actor, cause_key="tap:1")
    again = announcements.start_announcement(deps, actor=branch.recorder.actor, cause_key="tap:1")
    assert first == again
    with pytest.raises(AnnouncementTooLong):
        announcements.write_content(
            deps, actor=branch.recorder.actor, announcement_id=first.announcement.id, text="字" * 3001
        )


def test_two_at_once_send_it_once(deps: Deps, branch: Branch) -> None:
    number = a_draft(deps, branch.recorder)

    def attempt(person: Person) -> str:
        try:
            announcements.send_now(deps, actor=person.actor, announcement_id=number)
        except JifenError as refused:
            return refused.code
        return "sent"

    with ThreadPoolExecutor(4) as threads:
        people = [branch.recorder, branch.secretary] * 2
        answers = sorted(threads.map(attempt, people))
    assert answers == ["announcement.status"] * 3 + ["sent"]
    assert len(addressed(deps, number)) == 5


EVERY_ACTION = {
    AnnouncementAction.SEND: announcements.send_now,
    AnnouncementAction.DISCARD: announcements.discard,
    AnnouncementAction.RECALL: announcements.recall,
    AnnouncementAction.PAUSE: announcements.pause,
    AnnouncementAction.RESUME: announcements.resume,
    AnnouncementAction.CANCEL: announcements.cancel,
    AnnouncementAction.SEND_AGAIN: announcements.send_again,
}


def in_status(deps: Deps, branch: Branch, status: AnnouncementStatus, cause: str) -> int:
    """Bring an announcement to a status by the use cases that lead there."""
    actor = branch.recorder.actor
    number = a_draft(deps, branch.recorder, cause=cause)
    if status is S.DISCARDED:
        announcements.discard(deps, actor=actor, announcement_id=number)
    elif status is S.SCHEDULED:
        announcements.schedule(deps, actor=actor, announcement_id=number, due_at=NOON + timedelta(hours=1))
    elif status is not S.DRAFT:
        announcements.send_now(deps, actor=actor, announcement_id=number)
    if status is S.PAUSED:
        announcements.pause(deps, actor=actor, announcement_id=number)
    elif status is S.CANCELLED:
        announcements.cancel(deps, actor=actor, announcement_id=number)
    elif status is S.DONE:
        arrive(deps, 100)
        announcements.finish_done(deps)
    assert opened(deps, branch.recorder, number).announcement.status is status
    return number


@pytest.mark.parametrize("status", S)
def test_every_action_in_every_status(deps: Deps, branch: Branch, status: AnnouncementStatus) -> None:
    allowed, told, unchanged = set(), set[str](), list[bool]()
    for cause, (action, use_case) in enumerate(EVERY_ACTION.items()):
        number = in_status(deps, branch, status, f"{status}:{cause}")
        before = opened(deps, branch.recorder, number)
        try:
            use_case(deps, actor=branch.recorder.actor, announcement_id=number)
        except AnnouncementConflict as refused:
            told.add(refused.status)
            unchanged.append(opened(deps, branch.recorder, number) == before)
        else:
            allowed.add(action)
        arrive(deps, 100)
        announcements.finish_done(deps)
    expected = {
        S.DRAFT: {AnnouncementAction.SEND, AnnouncementAction.DISCARD},
        S.SCHEDULED: {AnnouncementAction.RECALL, AnnouncementAction.CANCEL},
        S.SENDING: {AnnouncementAction.PAUSE, AnnouncementAction.CANCEL},
        S.PAUSED: {AnnouncementAction.RESUME, AnnouncementAction.CANCEL},
        S.DONE: {AnnouncementAction.SEND_AGAIN},
    }
    assert allowed == expected.get(status, set())
    assert told == {status.value}
    assert all(unchanged)


def test_paused_goes_on_and_stopped_does_not(deps: Deps, branch: Branch) -> None:
    recorder = branch.recorder
    number = a_draft(deps, recorder)
    announcements.send_now(deps, actor=recorder.actor, announcement_id=number)
    arrive(deps, 2)
    paused = announcements.pause(deps, actor=recorder.actor, announcement_id=number)
    assert paused.tally == Tally(held=3, sent=2)
    arrive(deps, 10)
    assert announcements.finish_done(deps) == ()
    resumed = announcements.resume(deps, actor=recorder.actor, announcement_id=number)
    assert resumed.tally == Tally(waiting=3, sent=2)
    arrive(deps, 1)
    stopped = announcements.cancel(deps, actor=recorder.actor, announcement_id=number)
    assert stopped.tally == Tally(sent=3, cancelled=2)
    arrive(deps, 10)
    assert opened(deps, recorder, number).tally == Tally(sent=3, cancelled=2)


def test_scheduled_starts_when_due_with_the_audience_of_then(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    recorder = branch.recorder
    number = a_draft(deps, recorder)
    with pytest.raises(DueInPast):
        announcements.schedule(deps, actor=recorder.actor, announcement_id=number, due_at=NOON)
    due_at = NOON + timedelta(hours=2)
    announcements.schedule(deps, actor=recorder.actor, announcement_id=number, due_at=due_at)
    clock.set(due_at - timedelta(microseconds=1))
    assert announcements.start_due(deps) == 0
    late = a_member(deps, unit=branch.unit, name="后来的")
    clock.set(due_at)
    with ThreadPoolExecutor(4) as threads:
        started = [threads.submit(announcements.start_due, deps) for _ in range(4)]
        assert sorted(one.result() for one in started) == [0, 0, 0, 1]
    assert addressed(deps, number)[-1] == late.name
    assert len(addressed(deps, number)) == 6


def test_clock_set_back_does_not_send_it_again(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    number = a_draft(deps, branch.recorder)
    due_at = NOON + timedelta(hours=2)
    announcements.schedule(deps, actor=branch.recorder.actor, announcement_id=number, due_at=due_at)
    clock.set(due_at)
    announcements.start_due(deps)
    arrive(deps, 2)
    clock.set(due_at - timedelta(hours=1))
    assert announcements.start_due(deps) == 0
    clock.set(due_at + timedelta(hours=1))
    assert announcements.start_due(deps) == 0
    arrive(deps, 10)
    assert opened(deps, branch.recorder, number).tally == Tally(sent=5)


def test_recalled_is_a_draft_that_does_not_start(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    number = in_status(deps, branch, S.SCHEDULED, "1")
    announcements.recall(deps, actor=branch.recorder.actor, announcement_id=number)
    clock.advance(timedelta(days=1))
    assert announcements.start_due(deps) == 0
    assert addressed(deps, number) == []
    announcements.write_content(deps, actor=branch.recorder.actor, announcement_id=number, text="改了")
    assert opened(deps, branch.recorder, number).announcement.text == "改了"


def test_author_is_told_once_when_it_is_done(deps: Deps, branch: Branch) -> None:
    in_status(deps, branch, S.SENDING, "1")
    arrive(deps, 4)
    assert announcements.finish_done(deps) == ()
    arrive(deps, 1)
    with ThreadPoolExecutor(4) as threads:
        ended = [threads.submit(announcements.finish_done, deps) for _ in range(4)]
        assert sorted(one.result() for one in ended) == [(), (), (), (1,)]
    with deps.store.read() as uow:
        rows = uow.connection.execute(
            select(outbox.c.member_id).where(outbox.c.kind == "announcement_report")
        )
        assert [row.member_id for row in rows] == [branch.recorder.member_id]


def test_those_not_reached_are_tried_again_and_nobody_else(deps: Deps, branch: Branch) -> None:
    number = a_draft(deps, branch.recorder)
    announcements.send_now(deps, actor=branch.recorder.actor, announcement_id=number)
    with deps.store.begin() as uow:
        first, second, third = stored_outbox.claim(uow, now=NOON, limit=3)
        stored_outbox.mark_dead(uow, first.id, failure="blocked: bot was blocked by the user")
        stored_outbox.mark_dead(uow, second.id, failure="unbound")
        stored_outbox.mark_dead(uow, third.id, failure="wrong: can't parse entities")
    arrive(deps, 10)
    announcements.finish_done(deps)
    assert opened(deps, branch.recorder, number).tally == Tally(sent=2, blocked=1, unbound=1, failed=1)
    again = announcements.send_again(deps, actor=branch.recorder.actor, announcement_id=number)
    assert again.tally == Tally(waiting=3, sent=2)
    assert again.announcement.ended_at is None
    arrive(deps, 10)
    assert announcements.finish_done(deps) == (number,)
    assert opened(deps, branch.recorder, number).tally == Tally(sent=5)


def test_reading_is_confirmed_once_by_those_it_was_sent_to(
    deps: Deps, branch: Branch, other_branch: Branch
) -> None:
    recorder, member = branch.recorder, branch.member
    number = a_draft(deps, recorder)
    with pytest.raises(AnnouncementUnknown):
        announcements.confirm_reading(deps, actor=member.actor, announcement_id=number)
    announcements.want_confirmation(deps, actor=recorder.actor, announcement_id=number, is_wanted=True)
    announcements.send_now(deps, actor=recorder.actor, announcement_id=number)
    with ThreadPoolExecutor(4) as threads:
        for one in [
            threads.submit(announcements.confirm_reading, deps, actor=member.actor, announcement_id=number)
            for _ in range(4)
        ]:
            one.result()
    for nobody in (other_branch.member.actor, ChatAccount(1)):
        with pytest.raises(JifenError):
            announcements.confirm_reading(deps, actor=nobody, announcement_id=number)
    assert opened(deps, recorder, number).tally.confirmed == 1
    page = announcements.list_receipts(deps, actor=recorder.actor, announcement_id=number, is_confirmed=True)
    assert [(one.name, one.confirmed_at) for one in page.receipts] == [(member.name, NOON)]
    open_page = announcements.list_receipts(
        deps, actor=recorder.actor, announcement_id=number, is_confirmed=False
    )
    assert (open_page.total, member.name in {one.name for one in open_page.receipts}) == (4, False)
    everybody = announcements.all_receipts(deps, actor=recorder.actor, announcement_id=number)
    assert [one.status for one in everybody] == [OutboxStatus.QUEUED] * 5


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_for_one_and_for_three(deps: Deps, branch: Branch, count: int) -> None:
    for number in range(count):
        in_status(deps, branch, S.SENDING, str(number))
    from sqlalchemy import event

    statements: list[str] = []

    def note(_c: object, _cu: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(deps.store.engine, "before_cursor_execute", note)
    page = announcements.list_announcements(deps, actor=branch.recorder.actor)
    event.remove(deps.store.engine, "before_cursor_execute", note)
    assert (len(page.desks), page.total) == (count, count)
    assert len([one for one in statements if one.startswith("SELECT")]) == 8


def test_large_audience_is_read_in_chunks(
    deps: Deps, branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiences, "CHUNK", 2)
    assert len(sent_to(deps, branch.recorder, a_draft(deps, branch.recorder))) == 5
    below = a_draft(deps, branch.recorder, cause="2", below_points=Fraction(1000))
    assert len(sent_to(deps, branch.recorder, below)) == 5
