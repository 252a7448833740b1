"""What became of deliveries is written down in batches, and each stands for itself when one cannot be."""

import asyncio

from bot.delivering import Bookkeeper, Outcome, Try
from bot.nursery import Nursery
from domain.outbox import NewMessage, OutboxKind, OutboxStatus, Priority
from services.deps import Deps
from storage import outbox as stored_outbox
from storage.database import Duplicate
from storage.dialogs import Card
from tests.builders import a_branch
from tests.together import SECONDS_MAX

NO_REPORT = 999


async def test_line_that_cannot_be_written_lets_no_other_be_sent_again(deps: Deps) -> None:
    people = a_branch(deps).members
    messages = [
        NewMessage(OutboxKind.CARD, f"key{p.member_id}", p.member_id, {}, Priority.CARD) for p in people
    ]
    with deps.store.begin() as uow:
        stored_outbox.enqueue(uow, messages, now=deps.clock.now())
        odd, good = stored_outbox.claim(uow, now=deps.clock.now(), limit=2)
    impossible = Card(NO_REPORT, people[0].member_id, 7, 8)
    books = Bookkeeper(deps, Nursery())
    async with asyncio.timeout(SECONDS_MAX):
        answers = await asyncio.gather(
            books.write(Try(odd, Outcome(message_id=8, card=impossible), 7)),
            books.write(Try(good, Outcome(message_id=9), 7)),
            return_exceptions=True,
        )
    assert [type(answer) for answer in answers] == [Duplicate, type(None)]
    with deps.store.read() as uow:
        assert stored_outbox.count_by_status(uow) == {OutboxStatus.SENDING: 1, OutboxStatus.SENT: 1}
