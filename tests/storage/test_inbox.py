"""An update is kept once, handed out in order until it is done, and parked when it cannot be handled."""

from datetime import timedelta

from storage import inbox as stored
from storage.database import Store
from storage.inbox import InboxStatus, Incoming
from tests.conftest import NOON

BOT = 42


def update(number: int, text: str = "hello") -> Incoming:
    return Incoming(number, "chat:1", {"text": text}, 0)


def test_keeping_an_update_twice_changes_nothing(store: Store) -> None:
    with store.begin() as uow:
        assert stored.keep(uow, bot_id=BOT, updates=[update(2), update(1), update(1)], now=NOON) == [1, 2]
    with store.begin() as uow:
        assert stored.keep(uow, bot_id=BOT, updates=[update(2, "other"), update(3)], now=NOON) == [3]
        assert stored.keep(uow, bot_id=BOT, updates=[], now=NOON) == []
    with store.read() as uow:
        assert stored.list_waiting(uow, bot_id=BOT, limit=9) == [update(1), update(2), update(3)]


def test_two_bots_do_not_see_each_others_updates(store: Store) -> None:
    with store.begin() as uow:
        assert stored.keep(uow, bot_id=BOT, updates=[update(1)], now=NOON) == [1]
        assert stored.keep(uow, bot_id=BOT + 1, updates=[update(1, "other")], now=NOON) == [1]
        assert stored.list_waiting(uow, bot_id=BOT, limit=9) == [update(1)]


def test_handled_and_parked_updates_do_not_come_back(store: Store) -> None:
    with store.begin() as uow:
        stored.keep(uow, bot_id=BOT, updates=[update(1), update(2), update(3)], now=NOON)
        stored.note_attempts(uow, bot_id=BOT, update_ids=[1, 2, 3])
        stored.mark_done(uow, bot_id=BOT, update_ids=[1], now=NOON)
        stored.park(uow, bot_id=BOT, update_id=2, failure="unreadable", now=NOON)
        assert stored.list_waiting(uow, bot_id=BOT, limit=9) == [Incoming(3, "chat:1", {"text": "hello"}, 1)]
        assert stored.count_by_status(uow) == dict.fromkeys(InboxStatus, 1)
        assert stored.delete_before(uow, NOON, InboxStatus.DONE) == 0
        assert stored.delete_before(uow, NOON + timedelta(seconds=1), InboxStatus.DONE) == 1
        assert stored.count_by_status(uow) == {InboxStatus.WAITING: 1, InboxStatus.PARKED: 1}
