"""A lease has one holder at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from storage.database import Store
from storage.leases import acquire_lease, release_lease
from tests.conftest import NOON


def take(store: Store, holder: str, now: datetime = NOON) -> bool:
    return acquire_lease(store, "sender", holder=holder, now=now, seconds=60)


def test_a_second_holder_waits_until_the_lease_is_over(store: Store) -> None:
    assert take(store, "a")
    assert not take(store, "b", NOON + timedelta(seconds=59))
    assert take(store, "b", NOON + timedelta(seconds=60))
    assert not take(store, "a", NOON + timedelta(seconds=60))


def test_the_holder_renews_and_releases(store: Store) -> None:
    assert take(store, "a")
    assert take(store, "a", NOON + timedelta(seconds=30))
    assert not take(store, "b", NOON + timedelta(seconds=89))
    release_lease(store, "sender", holder="b")
    assert not take(store, "b", NOON)
    release_lease(store, "sender", holder="a")
    assert take(store, "b")


def test_of_many_at_once_one_becomes_the_holder(store: Store) -> None:
    with ThreadPoolExecutor(8) as threads:
        got = list(threads.map(lambda n: take(store, f"holder{n}"), range(8)))
    assert sorted(got) == [False] * 7 + [True]
