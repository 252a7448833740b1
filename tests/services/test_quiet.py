"""What may wait is kept out of a unit's quiet hours by the sender; answers and decisions go out at once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.sender import claim_announcements, claim_notices
from domain.outbox import MAY_WAIT, NewMessage, OutboxKind, OutboxStatus, Priority
from domain.unit_settings import Setting
from services import announcements
from services.clock import FixedClock
from services.deps import Deps
from services.shop import call_off, tick
from storage import groups as stored_groups
from storage import outbox as stored_outbox
from storage import unit_settings as stored_settings
from storage.tables import outbox
from tests.builders import Branch, Person, a_branch, a_member, a_unit
from tests.shops import a_product, a_shop, an_order, earn

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = "2026-03-11 08:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def put_in(
    deps: Deps,
    kind: OutboxKind,
    person: Person | None = None,
    *,
    priority: Priority = Priority.CARD,
    chat_id: int | None = None,
    key: str = "",
    facts: dict[str, int | str] | None = None,
) -> None:
    member_id = person.member_id if person is not None else None
    message = NewMessage(kind, f"{kind}:{key}:{member_id}", member_id, facts or {}, priority, chat_id=chat_id)
    with deps.store.begin() as uow:
        stored_outbox.enqueue(uow, [message], now=deps.clock.now())


def taken(deps: Deps) -> list[OutboxKind]:
    return [one.kind for one in claim_notices(deps, limit=20)]


def told(deps: Deps) -> list[OutboxKind]:
    """Send all that may go out now, and return what it was."""
    kinds = []
    while batch := claim_notices(deps, limit=20):
        kinds += [one.kind for one in batch]
        with deps.store.begin() as uow:
            stored_outbox.mark_all_sent(uow, [(one.id, 1) for one in batch], now=deps.clock.now())
    return kinds


def rows(deps: Deps) -> list[tuple[str, str, int, datetime]]:
    with deps.store.read() as uow:
        found = uow.connection.execute(
            select(outbox.c.kind, outbox.c.status, outbox.c.attempts, outbox.c.due_at).order_by(outbox.c.id)
        )
        return [tuple(row) for row in found]


@pytest.mark.parametrize(
    ("now", "waiting"),
    [
        ("2026-03-10 20:59", set()),
        ("2026-03-10 21:00", {OutboxKind.OVERDUE}),
        ("2026-03-11 07:59", {OutboxKind.OVERDUE}),
        (MORNING, set()),
    ],
)
def test_what_may_wait_goes_out_when_quiet_hours_end(
    deps: Deps, clock: FixedClock, branch: Branch, now: str, waiting: set[OutboxKind]
) -> None:
    clock.set(at(now))
    put_in(deps, OutboxKind.OVERDUE, branch.recorder)
    put_in(deps, OutboxKind.DECIDED, branch.member, priority=Priority.ANSWER)
    put_in(deps, OutboxKind.CARD, branch.recorders[1])
    batch = claim_notices(deps, limit=20)
    every = {OutboxKind.OVERDUE, OutboxKind.DECIDED, OutboxKind.CARD}
    assert {one.kind for one in batch} == every - waiting
    with deps.store.begin() as uow:
        stored_outbox.mark_all_sent(uow, [(one.id, 1) for one in batch], now=clock.now())
    queued = [row for row in rows(deps) if row[1] == OutboxStatus.QUEUED.value]
    assert queued == [(kind.value, "queued", 0, at(MORNING)) for kind in waiting]
    clock.set(at(MORNING))
    assert set(taken(deps)) == waiting


def test_what_waits_holds_up_no_later_answer_to_the_same_person(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    clock.set(at("2026-03-10 20:59"))
    put_in(deps, OutboxKind.OVERDUE, branch.recorder)
    (first,) = claim_notices(deps, limit=20)
    with deps.store.begin() as uow:  # the first try failed, and the next one falls into quiet hours
        stored_outbox.mark_retry(uow, first.id, due_at=at("2026-03-10 21:00"), failure="502")
    clock.set(at("2026-03-10 21:00"))
    assert taken(deps) == []
    put_in(deps, OutboxKind.OBJECTION_ANSWERED, branch.recorder, priority=Priority.ANSWER)
    assert taken(deps) == [OutboxKind.OBJECTION_ANSWERED]


def test_each_unit_has_its_own_night(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    abroad = a_unit(deps, code="berlin", time_zone="Europe/Berlin")
    there = a_member(deps, unit=abroad, name="旅居")
    late = a_branch(deps, code="late")
    with deps.store.begin() as uow:
        stored_settings.replace_settings(
            uow,
            late.unit.id,
            {Setting.QUIET_FROM: "23:30"},
            set_by_id=late.secretary.member_id,
            now=clock.now(),
        )
    clock.set(at("2026-03-10 22:00"))
    for person in (branch.member, there, late.member):
        put_in(deps, OutboxKind.RANK_NOTICE, person, facts={"period_id": 1})
    put_in(deps, OutboxKind.DRAFTS_LEFT, branch.members[1], facts={"unit_id": late.unit.id})
    assert sorted(taken(deps)) == [OutboxKind.DRAFTS_LEFT, OutboxKind.RANK_NOTICE, OutboxKind.RANK_NOTICE]
    assert [row[1] for row in rows(deps)] == ["queued", "sending", "sending", "sending"]


def test_a_group_is_left_alone_in_the_night_of_its_unit(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    with deps.store.begin() as uow:
        stored_groups.save_group(
            uow,
            chat_id=-5,
            title="群",
            unit_id=branch.unit.id,
            added_by_id=branch.recorder.member_id,
            now=clock.now(),
        )
    clock.set(at("2026-03-10 23:00"))
    put_in(deps, OutboxKind.ANNOUNCEMENT, priority=Priority.BROADCAST, chat_id=-5, key="group")
    assert claim_announcements(deps, limit=30) == []
    assert rows(deps) == [("announcement", "queued", 0, at(MORNING))]


def test_an_announcement_of_the_night_says_so_and_goes_out_in_the_morning(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    actor = branch.recorder.actor
    clock.set(at("2026-03-10 22:00"))
    number = announcements.start_announcement(deps, actor=actor, cause_key="night").announcement.id
    written = announcements.write_content(deps, actor=actor, announcement_id=number, text="明天开会")
    assert written.quiet_until == at(MORNING)
    sending = announcements.send_now(deps, actor=actor, announcement_id=number)
    assert (sending.quiet_until, sending.tally.waiting) == (at(MORNING), 5)
    assert claim_announcements(deps, limit=30) == []
    assert announcements.finish_done(deps) == ()
    clock.set(at(MORNING))
    assert len(claim_announcements(deps, limit=30)) == 5
    assert announcements.open_announcement(deps, actor=actor, announcement_id=number).quiet_until is None


def test_a_paused_announcement_stays_paused_over_the_night(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    actor = branch.recorder.actor
    number = announcements.start_announcement(deps, actor=actor, cause_key="paused").announcement.id
    announcements.write_content(deps, actor=actor, announcement_id=number, text="明天开会")
    clock.set(at("2026-03-10 22:00"))
    announcements.send_now(deps, actor=actor, announcement_id=number)
    claim_announcements(deps, limit=30)
    announcements.pause(deps, actor=actor, announcement_id=number)
    clock.set(at(MORNING))
    assert claim_announcements(deps, limit=30) == []
    announcements.resume(deps, actor=actor, announcement_id=number)
    assert len(claim_announcements(deps, limit=30)) == 5


def test_an_order_that_lapses_at_midnight_is_told_in_the_morning(deps: Deps, clock: FixedClock) -> None:
    shop = a_shop(deps)
    earn(deps, shop, shop.member, times=2)
    kettle = a_product(deps, shop)
    lapsing, called_off = (an_order(deps, shop.member, kettle).order for _ in range(2))
    clock.set(lapsing.expires_at - timedelta(seconds=1))
    told(deps)  # what was to be told until then
    call_off(deps, actor=shop.keeper.actor, order_id=called_off.id, reason="缺货")
    assert told(deps) == [OutboxKind.SHOP_ENDED]  # somebody did it just now, and says why
    clock.set(lapsing.expires_at)
    tick(deps)
    assert told(deps) == []
    morning = lapsing.expires_at + timedelta(hours=8)
    assert rows(deps)[-1] == ("shop_expired", "queued", 0, morning)
    clock.set(morning)
    assert told(deps) == [OutboxKind.SHOP_EXPIRED]


def test_answers_cards_and_decisions_never_wait() -> None:
    at_once = {
        OutboxKind.CARD,
        OutboxKind.CARD_PHOTOS,
        OutboxKind.DECIDED,
        OutboxKind.OBJECTION,
        OutboxKind.OBJECTION_ANSWERED,
        OutboxKind.EVIDENCE_PROBLEM,
        OutboxKind.SHOP_ORDERED,
        OutboxKind.SHOP_HANDED,
        OutboxKind.SHOP_ENDED,
        OutboxKind.ANNOUNCEMENT_REPORT,
    }
    assert not at_once & MAY_WAIT
