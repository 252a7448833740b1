"""What goes to many and is no announcement: made at its moment, with the unit's own words, or needless."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.broadcasting import NEEDLESS, Prepared, prepare
from bot.delivering import Try, write_down
from domain.outbox import OutboxStatus, Priority
from domain.periods import parse_period
from domain.wording import Slot
from services.clock import FixedClock
from services.deps import Deps
from services.due import run_due
from services.reminders import say_nothing
from services.wording import save_wording
from storage import outbox as stored_outbox
from templates.words import DEFAULT_LANGUAGE
from tests.builders import Branch, a_branch, an_administrator

MARCH = parse_period("2026-03")
DUE_AT = datetime(2026, 3, 26, 2, 0, tzinfo=UTC)


def a_reminded_branch(deps: Deps, clock: FixedClock) -> Branch:
    committee, administrator = an_administrator(deps)
    branch = a_branch(deps, parent_id=committee.id)
    save_wording(
        deps,
        actor=administrator.actor,
        unit_id=committee.id,
        slot=Slot.REMINDER_GREETING,
        language=DEFAULT_LANGUAGE,
        text="{姓名}同志，{unit}等您报{月份}的积分<3",
        version=0,
    )
    run_due(deps)  # the first look only marks from when on it looks
    clock.set(DUE_AT)
    run_due(deps)
    return branch


def made(deps: Deps) -> Sequence[Prepared]:
    with deps.store.begin() as uow:
        batch = stored_outbox.claim(uow, now=deps.clock.now(), limit=100, first=Priority.BROADCAST)
    return prepare(deps, batch)


def test_reminder_opens_with_the_words_of_the_nearest_unit_above(deps: Deps, clock: FixedClock) -> None:
    branch = a_reminded_branch(deps, clock)
    texts = {one.told.user_id: one.told.screen.text for one in made(deps) if one.told is not None}
    first = texts[branch.member.user_id].splitlines()[0]
    name, unit = branch.member.name, branch.unit.name
    assert first == f"⏰ <b>{name}同志，{unit}等您报2026年3月的积分&lt;3</b>"


def test_reminder_that_became_needless_is_not_sent_and_not_a_failure(deps: Deps, clock: FixedClock) -> None:
    branch = a_reminded_branch(deps, clock)
    say_nothing(deps, actor=branch.member.actor, unit_id=branch.unit.id, month=MARCH)
    every = made(deps)
    needless = [one for one in every if one.told is None]
    assert [one.outgoing.member_id for one in needless] == [branch.member.member_id]
    assert [one.outcome for one in needless] == [NEEDLESS]
    write_down(deps, [Try(one.outgoing, one.outcome, None) for one in needless])
    with deps.store.read() as uow:
        counts = stored_outbox.count_by_status(uow)
    assert counts == {OutboxStatus.SENT: 1, OutboxStatus.SENDING: len(every) - 1}
