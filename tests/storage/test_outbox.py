"""The outbox hands every message to one sender, in each recipient's order, the urgent ones first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from domain.outbox import LEASE_SECONDS, NewMessage, OutboxKind, OutboxStatus, Priority
from services.deps import Deps
from storage import outbox as stored
from storage.database import Store
from tests.builders import a_branch
from tests.conftest import NOON

LATER = NOON + timedelta(seconds=LEASE_SECONDS)


@pytest.fixture
def people(deps: Deps) -> list[int]:
    branch = a_branch(deps, recorders=1, members=3)
    return [person.member_id for person in branch.members]


def put(store: Store, key: str, member_id: int, priority: Priority = Priority.CARD) -> None:
    with store.begin() as uow:
        stored.enqueue(uow, [NewMessage(OutboxKind.CARD, key, member_id, {"key": key}, priority)], now=NOON)


def claim(store: Store, *, now: datetime = NOON, limit: int = 10) -> list[tuple[int, object]]:
    with store.begin() as uow:
        return [(one.id, one.facts["key"]) for one in stored.claim(uow, now=now, limit=limit)]


def test_each_recipient_reads_in_order_and_the_urgent_goes_first(store: Store, people: list[int]) -> None:
    put(store, "a1", people[0])
    put(store, "a2", people[0], Priority.ANSWER)
    put(store, "b1", people[1], Priority.BROADCAST)
    put(store, "c1", people[2], Priority.ANSWER)
    first = claim(store)
    assert [key for _, key in first] == ["c1", "a1", "b1"]
    assert claim(store) == []
    with store.begin() as uow:
        stored.mark_sent(uow, first[1][0], message_id=7, now=NOON)
    assert [key for _, key in claim(store)] == ["a2"]


def test_the_same_key_twice_is_one_message(store: Store, people: list[int]) -> None:
    put(store, "a1", people[0])
    put(store, "a1", people[1])
    with store.read() as uow:
        assert stored.count_by_status(uow) == {OutboxStatus.QUEUED: 1}


def test_a_dead_senders_message_comes_back_when_its_lease_is_over(store: Store, people: list[int]) -> None:
    put(store, "a1", people[0])
    taken = claim(store)
    assert claim(store, now=LATER - timedelta(microseconds=1)) == []
    assert claim(store, now=LATER) == taken


def test_a_message_to_be_tried_later_holds_the_ones_behind_it(store: Store, people: list[int]) -> None:
    put(store, "a1", people[0])
    put(store, "a2", people[0])
    put(store, "b1", people[1])
    (a1, _), (b1, _) = claim(store)
    with store.begin() as uow:
        stored.mark_retry(uow, a1, due_at=NOON + timedelta(seconds=5), failure="Bad Gateway")
        stored.mark_dead(uow, b1, failure="blocked")
        assert stored.next_due_at(uow) == NOON
    assert claim(store) == []
    assert claim(store, now=NOON + timedelta(seconds=5)) == [(a1, "a1")]


def test_a_starting_sender_takes_back_what_the_last_one_held(store: Store, people: list[int]) -> None:
    put(store, "a1", people[0])
    taken = claim(store)
    with store.begin() as uow:
        stored.release_all(uow)
    assert claim(store) == taken


def test_finished_messages_are_forgotten_and_waiting_ones_kept(store: Store, people: list[int]) -> None:
    put(store, "a1", people[0])
    put(store, "b1", people[1])
    with store.begin() as uow:
        (first, *_) = stored.claim(uow, now=NOON, limit=1)
        stored.mark_sent(uow, first.id, message_id=None, now=NOON)
        assert stored.delete_before(uow, NOON, [OutboxStatus.SENT]) == 0
        assert stored.delete_before(uow, LATER, [OutboxStatus.SENT]) == 1
        assert stored.count_by_status(uow) == {OutboxStatus.QUEUED: 1}


def test_four_senders_never_take_the_same_message(store: Store, people: list[int]) -> None:
    for number in range(60):
        put(store, f"{number:02}", people[number % 3])
    taken: list[object] = []

    def send() -> None:
        idle = 0
        while idle < 5:
            claimed = claim(store, limit=2)
            idle = 0 if claimed else idle + 1
            for outgoing_id, key in claimed:
                taken.append(key)
                with store.begin() as uow:
                    stored.mark_sent(uow, outgoing_id, message_id=1, now=NOON)

    with ThreadPoolExecutor(4) as threads:
        for future in [threads.submit(send) for _ in range(4)]:
            future.result()
    assert sorted(map(str, taken)) == [f"{number:02}" for number in range(60)]
    by_recipient = [[key for key in taken if int(str(key)) % 3 == who] for who in range(3)]
    assert by_recipient == [sorted(keys, key=str) for keys in by_recipient]


def test_announcement_holds_up_nothing_but_announcements(store: Store, people: list[int]) -> None:
    put(store, "b1", people[0], Priority.BROADCAST)
    put(store, "a1", people[0], Priority.ANSWER)
    put(store, "c1", people[0])
    put(store, "b2", people[0], Priority.BROADCAST)
    first = claim(store)
    assert [key for _, key in first] == ["a1", "b1"]
    assert claim(store) == []
    with store.begin() as uow:
        stored.mark_all_sent(uow, [(one, 1) for one, _ in first], now=NOON)
    assert [key for _, key in claim(store)] == ["c1"]


def test_announcement_waits_for_the_notice_before_it(store: Store, people: list[int]) -> None:
    put(store, "a1", people[0])
    put(store, "b1", people[0], Priority.BROADCAST)
    assert [key for _, key in claim(store)] == ["a1"]


def test_what_was_not_tried_does_not_count_as_a_try(store: Store, people: list[int]) -> None:
    put(store, "a1", people[0])
    for _ in range(3):
        with store.begin() as uow:
            (one,) = stored.claim(uow, now=NOON, limit=1)
            assert one.attempts == 1
            stored.release(uow, [one.id])
    for _ in range(3):
        with store.begin() as uow:
            (one,) = stored.claim(uow, now=NOON, limit=1)
            assert one.attempts == 1
            stored.mark_retry(uow, one.id, due_at=NOON, failure="wait", is_counted=False)


def test_group_gets_its_messages_in_order_at_its_newest_address(store: Store, people: list[int]) -> None:
    with store.begin() as uow:
        for key in ("g1", "g2"):
            message = NewMessage(OutboxKind.CARD, key, None, {"key": key}, Priority.CARD, chat_id=-5)
            stored.enqueue(uow, [message], now=NOON)
    ((first, first_key),) = claim(store)
    assert first_key == "g1"
    with store.begin() as uow:
        stored.move_chat(uow, old_chat_id=-5, new_chat_id=-1005)
        stored.mark_sent(uow, first, message_id=1, now=NOON)
        (second,) = stored.claim(uow, now=NOON, limit=5)
    assert (second.facts["key"], second.chat_id) == ("g2", -1005)
