"""Several processes on one database lose nothing of each other's work."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from sqlalchemy import insert, select, update

from domain.outbox import NewMessage, OutboxKind, OutboxStatus, Priority
from services.deps import Deps
from storage import outbox as stored_outbox
from storage.database import Store
from storage.tables import leases, uploads
from tests.builders import a_branch
from tests.conftest import NOON
from tests.together import in_processes

ROUNDS = 80
PROCESSES = 3


def count_up(url: str) -> None:
    """Read a number and write it back one higher, many times."""
    store = Store(url, durability="NORMAL")
    for _ in range(ROUNDS):
        with store.begin() as uow:
            row = select(leases.c.until_at).where(leases.c.name == "number")
            locked = row if uow.is_sqlite else row.with_for_update()
            seen = uow.connection.execute(locked).scalar_one()
            uow.connection.execute(update(leases).values(until_at=seen + timedelta(seconds=1)))
    store.close()


def send_all(url: str) -> None:
    """Claim messages until none is left; sending one twice breaks a unique key."""
    store = Store(url, durability="NORMAL")
    while True:
        with store.begin() as uow:
            claimed = stored_outbox.claim(uow, now=NOON, limit=3)
            for one in claimed:
                uow.connection.execute(insert(uploads).values(bot_id=1, digest=str(one.id), file_id="sent"))
                stored_outbox.mark_sent(uow, one.id, message_id=one.id, now=NOON)
            waiting = stored_outbox.count_by_status(uow).get(OutboxStatus.QUEUED, 0)
        if not claimed and not waiting:
            break
    store.close()


def run_processes(work: Callable[[str], None], store: Store) -> list[int | None]:
    """Do the work in several processes at once; connections of this one are closed first."""
    store.close()
    url = store.url.render_as_string(hide_password=False)
    return in_processes(*[partial(work, url)] * PROCESSES)


def test_processes_counting_up_lose_no_update(store: Store) -> None:
    with store.begin() as uow:
        uow.connection.execute(insert(leases).values(name="number", holder="x", until_at=NOON))
    assert run_processes(count_up, store) == [0] * PROCESSES
    with store.read() as uow:
        reached = uow.connection.execute(select(leases.c.until_at)).scalar_one()
    assert (reached - NOON).total_seconds() == ROUNDS * PROCESSES


def test_processes_sending_send_every_message_once(deps: Deps) -> None:
    people = a_branch(deps, members=5).members
    with deps.store.begin() as uow:
        messages = [
            NewMessage(OutboxKind.CARD, str(number), people[number % 5].member_id, {}, Priority.CARD)
            for number in range(60)
        ]
        stored_outbox.enqueue(uow, messages, now=NOON)
    assert run_processes(send_all, deps.store) == [0] * PROCESSES
    with deps.store.read() as uow:
        assert stored_outbox.count_by_status(uow) == {OutboxStatus.SENT: 60}
        assert len(list(uow.connection.execute(select(uploads.c.digest)))) == 60


def test_a_writer_waits_far_longer_than_another_process_writes(store: Store) -> None:
    if not store.is_sqlite:
        return  # PostgreSQL's writers wait for each other as long as it takes
    with store.read() as uow:
        assert uow.connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 30_000
