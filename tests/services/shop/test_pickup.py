"""Handing over: by code or from the list, once, whatever is tapped at the same time."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from domain.errors import JifenError, NotAllowed, ReasonMissing
from domain.members import Role
from domain.shop import OrderAction, OrderStatus, StockKind, shown_code
from domain.shop.refusals import (
    CodesLocked,
    OrderClosed,
    OrderUnknown,
    OwnOrder,
    PickupCodeUnknown,
    QuantityRefused,
)
from services.clock import FixedClock
from services.deps import Deps
from services.ledger import verify
from services.shop import (
    call_off,
    find_by_code,
    hand_over,
    list_orders,
    open_my_order,
    open_order,
    prepare,
    register,
    stock_book,
    take_back,
)
from storage.tables import audit
from tests.builders import a_member
from tests.services.outbox import waiting_keys
from tests.services.shop.test_ordering import balance_of, stock_of
from tests.shops import ShopBranch, a_product, a_shop, an_order, earn
from tests.together import in_threads


def test_the_code_opens_the_order_however_it_is_typed(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member)
    placed = an_order(deps, shop.member, a_product(deps, shop))
    for text in (placed.code, shown_code(placed.code), f" {placed.code.lower()} ", f"p_{placed.code}"):
        desk = find_by_code(deps, actor=shop.keeper.actor, text=text)
        assert (desk.order.id, desk.member.name, desk.product.name) == (
            placed.order.id,
            "chunfeng党员1",
            "热水壶",
        )


def test_codes_differ_and_are_kept_nowhere(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member, times=3)
    kettle = a_product(deps, shop, price=1)
    codes = {an_order(deps, shop.member, kettle).code for _ in range(5)}
    assert len(codes) == 5
    with deps.store.read() as uow:
        from storage.tables import outbox, shop_orders

        kept = str(list(uow.connection.execute(select(shop_orders))))
        kept += str(list(uow.connection.execute(select(outbox))))
    assert [code for code in codes if code in kept] == []


def test_handing_over_is_done_once_and_told(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member)
    kettle = a_product(deps, shop)
    placed = an_order(deps, shop.member, kettle)
    desk = hand_over(deps, actor=shop.keeper.actor, order_id=placed.order.id, note="女儿")
    assert (desk.order.status, desk.order.handed, desk.proxies) == (OrderStatus.FULFILLED, 1, ("女儿",))
    assert open_my_order(deps, actor=shop.member.actor, order_id=placed.order.id).proxies == ("女儿",)
    assert desk.actions == (OrderAction.RETURN,)
    with pytest.raises(OrderClosed) as closed:
        hand_over(deps, actor=shop.keeper.actor, order_id=placed.order.id)
    assert closed.value.facts() == {"status": "fulfilled", "by_name": "chunfeng店主"}
    assert find_by_code(deps, actor=shop.keeper.actor, text=placed.code).order.status == "fulfilled"
    assert open_my_order(deps, actor=shop.member.actor, order_id=placed.order.id).code == ""
    assert stock_of(deps, kettle) == (4, 0)
    kinds = [(e.line.kind, e.line.count) for e in stock_book(deps, actor=shop.keeper.actor).entries]
    assert kinds == [(StockKind.HANDED, -1), (StockKind.IN, 5)]
    assert [key for key in waiting_keys(deps) if "handed" in key] == [
        f"shop_handed:{placed.order.id}:handed1"
    ]
    assert verify(deps)[1] == ()


def test_two_shopkeepers_at_once_hand_over_once(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member)
    kettle = a_product(deps, shop)
    placed = an_order(deps, shop.member, kettle)
    second = a_member(deps, unit=shop.branch.unit, name="店主二", roles=(Role.SHOPKEEPER,))
    outcomes: list[str] = []

    def tap(keeper: int) -> None:
        try:
            actor = (shop.keeper, second)[keeper % 2].actor
            outcomes.append(str(hand_over(deps, actor=actor, order_id=placed.order.id).order.status))
        except JifenError as refused:
            outcomes.append(refused.code)

    in_threads(*(partial(tap, n) for n in range(4)))
    assert sorted(outcomes) == ["fulfilled", *["shop.order_closed"] * 3]
    assert stock_of(deps, kettle) == (4, 0)
    assert verify(deps)[1] == ()


def test_part_of_an_order_is_handed_over(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member, times=2)
    kettle = a_product(deps, shop)
    placed = an_order(deps, shop.member, kettle, quantity=3)
    keeper = shop.keeper.actor
    desk = hand_over(deps, actor=keeper, order_id=placed.order.id, quantity=1, note="女儿")
    assert (desk.order.status, desk.order.handed, desk.order.held) == (OrderStatus.PARTLY, 1, 2)
    desk = hand_over(deps, actor=keeper, order_id=placed.order.id, quantity=1, note="邻居")
    assert (desk.order.status, desk.order.handed, desk.order.held) == (OrderStatus.PARTLY, 2, 1)
    with pytest.raises(QuantityRefused) as refused:
        hand_over(deps, actor=keeper, order_id=placed.order.id, quantity=2)
    assert refused.value.facts() == {"low": 1, "high": 1}
    assert open_my_order(deps, actor=shop.member.actor, order_id=placed.order.id).code == placed.code
    whole = hand_over(deps, actor=keeper, order_id=placed.order.id)
    assert (whole.order.status, whole.proxies) == (OrderStatus.FULFILLED, ("女儿", "邻居"))
    assert stock_of(deps, kettle) == (2, 0)


def test_who_collected_is_no_reason_for_calling_off_the_rest(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member, times=2)
    placed = an_order(deps, shop.member, a_product(deps, shop), quantity=2)
    for _ in range(2):
        other = an_order(deps, shop.member, a_product(deps, shop, price=1))
        hand_over(deps, actor=shop.keeper.actor, order_id=other.order.id, note="别家")
    hand_over(deps, actor=shop.keeper.actor, order_id=placed.order.id, quantity=1, note="女儿")
    desk = call_off(deps, actor=shop.keeper.actor, order_id=placed.order.id, reason="缺货")
    assert (desk.order.note, desk.proxies) == ("缺货", ("女儿",))
    rows = register(deps, actor=shop.keeper.actor, unit_id=shop.unit_id)
    assert [row.proxies for row in rows] == [("女儿",), ("别家",), ("别家",)]


def test_nobody_hands_over_to_themselves_and_the_secretary_can(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.keeper)
    placed = an_order(deps, shop.keeper, a_product(deps, shop))
    desk = find_by_code(deps, actor=shop.keeper.actor, text=placed.code)
    assert desk.is_own
    with pytest.raises(OwnOrder):
        hand_over(deps, actor=shop.keeper.actor, order_id=placed.order.id)
    done = hand_over(deps, actor=shop.branch.secretary.actor, order_id=placed.order.id)
    assert done.closed_by_name == "chunfeng书记"


def test_wrong_codes_are_slow_and_logged(deps: Deps, shop: ShopBranch, clock: FixedClock) -> None:
    earn(deps, shop, shop.member)
    placed = an_order(deps, shop.member, a_product(deps, shop))
    for text in ("AAAA2222", "你好", "", "AAAA2223", "p_x"):
        with pytest.raises(PickupCodeUnknown):
            find_by_code(deps, actor=shop.keeper.actor, text=text)
        clock.advance(timedelta(seconds=30))
    with pytest.raises(CodesLocked) as locked:
        find_by_code(deps, actor=shop.keeper.actor, text=placed.code)
    assert locked.value.facts() == {"minutes": 8}
    with deps.store.read() as uow:
        noted = list(
            uow.connection.execute(select(audit.c.actor_id).where(audit.c.action == "shop.code_wrong"))
        )
    assert [row.actor_id for row in noted] == [shop.keeper.member_id] * 5
    assert open_order(deps, actor=shop.keeper.actor, order_id=placed.order.id).order.id == placed.order.id
    clock.advance(timedelta(minutes=8))
    assert find_by_code(deps, actor=shop.keeper.actor, text=placed.code).order.id == placed.order.id


def test_guessing_with_many_threads_is_no_faster(deps: Deps, shop: ShopBranch) -> None:
    outcomes: list[str] = []

    def guess(number: int) -> None:
        try:
            find_by_code(deps, actor=shop.keeper.actor, text=f"AAAA22{number}2")
        except JifenError as refused:
            outcomes.append(refused.code)

    in_threads(*(partial(guess, n) for n in range(2, 10)))
    assert sorted(outcomes) == ["shop.code_unknown"] * 5 + ["shop.codes_locked"] * 3


def test_a_code_opens_nothing_for_others(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member)
    placed = an_order(deps, shop.member, a_product(deps, shop))
    other = a_shop(deps, code="haizi")
    for person in (shop.branch.members[1], shop.branch.recorder, other.keeper):
        with pytest.raises(PickupCodeUnknown):
            find_by_code(deps, actor=person.actor, text=placed.code)
    with pytest.raises(NotAllowed):
        hand_over(deps, actor=shop.branch.members[1].actor, order_id=placed.order.id)
    with pytest.raises(OrderUnknown):
        hand_over(deps, actor=other.keeper.actor, order_id=placed.order.id)
    assert list_orders(deps, actor=other.keeper.actor).desks == ()


def test_calling_off_needs_a_reason_and_gives_back(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member)
    kettle = a_product(deps, shop)
    placed = an_order(deps, shop.member, kettle)
    prepare(deps, actor=shop.keeper.actor, order_id=placed.order.id)
    with pytest.raises(ReasonMissing):
        call_off(deps, actor=shop.keeper.actor, order_id=placed.order.id, reason=" ")
    desk = call_off(deps, actor=shop.keeper.actor, order_id=placed.order.id, reason="壶摔坏了")
    assert (desk.order.status, desk.order.note) == (OrderStatus.CANCELLED, "壶摔坏了")
    assert (balance_of(deps, shop.member), stock_of(deps, kettle)) == (5, (5, 0))


@pytest.mark.parametrize(("is_sound", "left"), [(True, 5), (False, 4)])
def test_goods_come_back(deps: Deps, shop: ShopBranch, *, is_sound: bool, left: int) -> None:
    earn(deps, shop, shop.member)
    kettle = a_product(deps, shop)
    placed = an_order(deps, shop.member, kettle)
    keeper = shop.keeper.actor
    hand_over(deps, actor=keeper, order_id=placed.order.id)
    take_back(deps, actor=keeper, order_id=placed.order.id, reason="漏水", is_sound=is_sound)
    with pytest.raises(OrderClosed):
        take_back(deps, actor=keeper, order_id=placed.order.id, reason="漏水", is_sound=is_sound)
    assert (balance_of(deps, shop.member), stock_of(deps, kettle)) == (5, (left, 0))
    assert verify(deps)[1] == ()


def test_the_list_is_searched_by_a_part_of_the_name(deps: Deps, shop: ShopBranch) -> None:
    kettle = a_product(deps, shop, count=9)
    for person in shop.branch.members:
        earn(deps, shop, person, times=2)
    first, second = (an_order(deps, person, kettle) for person in shop.branch.members[:2])
    again = an_order(deps, shop.member, kettle)

    def found(name: str) -> list[int]:
        page = list_orders(deps, actor=shop.keeper.actor, name=name)
        assert page.total == len(page.desks)
        return [desk.order.id for desk in page.desks]

    mine, theirs = (person.name for person in shop.branch.members[:2])
    assert found(mine) == [first.order.id, again.order.id]
    assert found(theirs) == [second.order.id]
    assert found("党员") == [first.order.id, second.order.id, again.order.id]
    assert found("%") == found("没有这个人") == []


def test_the_list_has_what_waits_oldest_first(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member, times=3)
    kettle = a_product(deps, shop, price=1, count=9)
    placed = [an_order(deps, shop.member, kettle).order.id for _ in range(3)]
    hand_over(deps, actor=shop.keeper.actor, order_id=placed[1])
    keeper = shop.keeper.actor
    waiting = list_orders(deps, actor=keeper)
    assert ([desk.order.id for desk in waiting.desks], waiting.total) == ([placed[0], placed[2]], 2)
    every = list_orders(deps, actor=keeper, is_waiting=False)
    assert [desk.order.id for desk in every.desks] == placed[::-1]
