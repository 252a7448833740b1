"""Those who want the same rows at once neither wait for each other for ever nor lose anything."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from domain.shop import OrderStatus
from services.deps import Deps
from services.shop import cancel_order, check_books, my_purse, share_account
from storage.shop import orders as stored_orders
from tests.builders import Person
from tests.shops import ShopBranch, a_product, a_shop, an_order, earn, give_points

SECONDS_MAX = 60
ROUNDS = 4
GIVEN = 20


def all_at_once(works: list[Callable[[], object]]) -> list[Exception]:
    """Begin all of these at the same moment and return what they raised."""
    barrier = threading.Barrier(len(works))
    raised: list[Exception] = []

    def run(work: Callable[[], object]) -> None:
        try:
            barrier.wait(SECONDS_MAX)
            work()
        except Exception as failure:  # noqa: BLE001  it is looked at
            raised.append(failure)

    threads = [threading.Thread(target=run, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    until = time.monotonic() + SECONDS_MAX
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
        assert not thread.is_alive()
    return raised


def joining(deps: Deps, shop: ShopBranch, person: Person, other: Person) -> Callable[[], object]:
    return partial(
        share_account,
        deps,
        actor=shop.keeper.actor,
        unit_id=shop.unit_id,
        member_id=person.member_id,
        with_member_id=other.member_id,
    )


def test_households_that_join_both_ways_at_once_lose_no_points(deps: Deps) -> None:
    """Of four, the outer two and the inner two are households, so that each merge meets the other's."""
    shop = a_shop(deps, rulebook="jiating", members=4 * ROUNDS)
    give_points(deps, shop, GIVEN)
    kettle = a_product(deps, shop, price=3, count=100)
    for number in range(ROUNDS):
        a, b, c, d = family = shop.branch.members[4 * number : 4 * number + 4]
        joining(deps, shop, d, a)()
        joining(deps, shop, c, b)()
        held = an_order(deps, c, kettle)

        raised = all_at_once(
            [
                joining(deps, shop, d, b),
                joining(deps, shop, a, c),
                partial(an_order, deps, d, kettle),
                partial(an_order, deps, c, kettle),
                partial(cancel_order, deps, actor=c.actor, order_id=held.order.id),
            ]
        )
        assert raised == []
        assert [my_purse(deps, actor=p.actor).balance for p in family] == [4 * GIVEN - 2 * 3] * 4
        assert sorted(my_purse(deps, actor=a.actor).sharers) == sorted(p.name for p in (b, c, d))
    with deps.store.read() as uow:
        assert {problem.what for problem in check_books(uow, deps)} == set()


@pytest.mark.parametrize("handed", [0, 1])
def test_an_order_moves_from_where_it_was_seen_or_not_at_all(
    deps: Deps, shop: ShopBranch, *, handed: int
) -> None:
    """Two who saw the same order: in another status, or with more handed over, the second finds it moved."""
    earn(deps, shop, shop.member, times=2)
    seen = an_order(deps, shop.member, a_product(deps, shop, price=3), quantity=3).order
    first = replace(seen, status=OrderStatus.PARTLY if handed else OrderStatus.READY, handed=handed)
    if handed:
        with deps.store.begin() as uow:
            assert stored_orders.move_order(uow, seen, first)
        seen, first = first, replace(first, handed=2)
    with deps.store.begin() as uow:
        assert stored_orders.move_order(uow, seen, first)
        assert not stored_orders.move_order(uow, seen, replace(seen, status=OrderStatus.CANCELLED))
        assert stored_orders.get_order(uow, seen.id) == first
