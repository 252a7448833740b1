"""What people wrote is kept as long as somebody may need it, and no longer."""

from bot.app import FAILED_KEPT, KEPT, forget_old
from domain.outbox import NewMessage, OutboxKind, Priority
from services.clock import FixedClock
from services.deps import Deps
from storage import inbox as stored_inbox
from storage import outbox as stored_outbox
from storage.inbox import Incoming
from tests.builders import a_branch

BOT_ID = 42


def kept(deps: Deps) -> tuple[int, int]:
    """Return how many updates and how many messages are kept."""
    with deps.store.read() as uow:
        updates, messages = stored_inbox.count_by_status(uow), stored_outbox.count_by_status(uow)
    return sum(updates.values()), sum(messages.values())


def test_what_is_done_goes_after_a_month_and_what_failed_after_half_a_year(
    deps: Deps, clock: FixedClock
) -> None:
    now, people = deps.clock.now(), a_branch(deps).members
    with deps.store.begin() as uow:
        updates = [Incoming(number, "7", {"text": "hello"}, 0) for number in (1, 2, 3)]
        stored_inbox.keep(uow, bot_id=BOT_ID, updates=updates, now=now)
        stored_inbox.mark_done(uow, bot_id=BOT_ID, update_ids=[1], now=now)
        stored_inbox.park(uow, bot_id=BOT_ID, update_id=2, failure="unreadable", now=now)
        for number, person in enumerate(people):
            message = NewMessage(OutboxKind.DECIDED, f"{number}", person.member_id, {}, Priority.ANSWER)
            stored_outbox.enqueue(uow, [message], now=now)
        first, second = stored_outbox.claim(uow, now=now, limit=2)
        stored_outbox.mark_sent(uow, first.id, message_id=1, now=now)
        stored_outbox.mark_dead(uow, second.id, failure="wrong")
    counts = []
    for span in (KEPT, FAILED_KEPT):
        clock.set(now + span)
        forget_old(deps)
        counts.append(kept(deps))
        clock.advance(span / 100)
        forget_old(deps)
        counts.append(kept(deps))
    assert counts == [(3, 2), (2, 1), (2, 1), (1, 0)]
