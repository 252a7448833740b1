"""Ordering holds points and stock in one step, once for each cause, and gives both back."""

from datetime import timedelta
from fractions import Fraction

import pytest

from domain.errors import JifenError
from domain.members import MemberKind
from domain.shop import OrderStatus, Product, ProductFacts
from domain.shop.refusals import (
    BalanceShort,
    BudgetSpent,
    LimitReached,
    NotForKind,
    OrderClosed,
    OrderUnknown,
    PriceChanged,
    ProductUnknown,
    QuantityRefused,
    ShopClosed,
    ShopUnknown,
    SoldOut,
)
from services.clock import FixedClock
from services.deps import Deps
from services.ledger import my_points, verify
from services.shop import (
    add_product,
    archive_product,
    cancel_order,
    close_window,
    edit_product,
    hand_over,
    list_windows,
    my_orders,
    my_purse,
    open_my_order,
    open_product,
    open_shop,
    place_order,
    prepare,
    stock_in,
    tick,
    wait_for,
)
from storage.shop import products as stored_products
from tests.builders import Person, a_branch
from tests.services.outbox import waiting_keys
from tests.shops import DAYS_OPEN, DAYS_TO_COLLECT, ShopBranch, a_product, a_shop, a_window, an_order, earn
from tests.together import in_threads


def stock_of(deps: Deps, product: Product) -> tuple[int, int]:
    with deps.store.read() as uow:
        found = stored_products.get_product(uow, product.id)
    assert found is not None
    return found.stock, found.held


def balance_of(deps: Deps, person: Person) -> int:
    return int(my_purse(deps, actor=person.actor).balance)


def shop_keys(deps: Deps) -> list[str]:
    return [key for key in waiting_keys(deps) if key.startswith("shop_")]


def test_an_order_holds_points_and_stock_and_leaves_the_score(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member, times=2)
    kettle = a_product(deps, shop, price=3, count=5)
    placed = an_order(deps, shop.member, kettle, quantity=2)

    assert (placed.order.status, int(placed.order.points)) == (OrderStatus.RESERVED, 6)
    assert (int(placed.balance), int(placed.order.balance_after), balance_of(deps, shop.member)) == (4, 4, 4)
    assert stock_of(deps, kettle) == (3, 2)
    assert my_points(deps, actor=shop.member.actor).view.sheet.total == 10
    assert shop_keys(deps) == [f"shop_ordered:{placed.order.id}:new"]
    assert verify(deps)[1] == ()


def test_the_same_cause_makes_one_order(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member, times=2)
    kettle = a_product(deps, shop)
    views = [
        place_order(deps, actor=shop.member.actor, product_id=kettle.id, quantity=1, cause_key="tap:1")
        for _ in range(3)
    ]
    assert {view.order.id for view in views} == {views[0].order.id}
    assert {view.code for view in views} == {views[0].code}
    assert (balance_of(deps, shop.member), stock_of(deps, kettle)) == (7, (4, 1))


def test_another_persons_cause_shows_nothing_of_the_order(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member)
    kettle = a_product(deps, shop)
    place_order(deps, actor=shop.member.actor, product_id=kettle.id, quantity=1, cause_key="tap:1")
    other = shop.branch.members[1]
    with pytest.raises(OrderUnknown):
        place_order(deps, actor=other.actor, product_id=kettle.id, quantity=1, cause_key="tap:1")


def test_two_threads_with_one_cause_make_one_order(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member, times=3)
    kettle = a_product(deps, shop)
    order_ids: list[int] = []

    def tap() -> None:
        view = place_order(deps, actor=shop.member.actor, product_id=kettle.id, quantity=1, cause_key="tap:1")
        order_ids.append(view.order.id)

    in_threads(tap, tap, tap)
    assert len(order_ids) == 3
    assert len(set(order_ids)) == 1
    assert (balance_of(deps, shop.member), stock_of(deps, kettle)) == (12, (4, 1))


def test_one_person_cannot_overspend_with_two_phones(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member)
    kettle = a_product(deps, shop, price=3)
    refusals: list[JifenError] = []

    def tap() -> None:
        try:
            an_order(deps, shop.member, kettle)
        except JifenError as refused:
            refusals.append(refused)

    in_threads(tap, tap, tap)
    assert [type(refused) for refused in refusals] == [BalanceShort, BalanceShort]
    assert (balance_of(deps, shop.member), stock_of(deps, kettle)) == (2, (4, 1))


def test_the_limit_holds_for_two_phones(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member, times=4)
    kettle = a_product(deps, shop, price=3, limit=1)
    refusals: list[JifenError] = []

    def tap() -> None:
        try:
            an_order(deps, shop.member, kettle)
        except JifenError as refused:
            refusals.append(refused)

    in_threads(tap, tap)
    assert [(type(refused), refused.facts()) for refused in refusals] == [
        (LimitReached, {"limit": 1, "already": 1})
    ]


def place(deps: Deps, shop: ShopBranch, product: Product, quantity: int = 1) -> None:
    an_order(deps, shop.member, product, quantity=quantity)


def test_refusals_change_nothing(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member)
    dear = a_product(deps, shop, price=6)
    rare = a_product(deps, shop, price=1, count=1)
    limited = a_product(deps, shop, price=1, limit=2)
    archived = a_product(deps, shop, price=1)
    archive_product(deps, actor=shop.keeper.actor, product_id=archived.id, is_archived=True)
    others = add_product(
        deps,
        actor=shop.keeper.actor,
        unit_id=shop.unit_id,
        facts=ProductFacts("礼品", Fraction(1), kinds=frozenset({MemberKind.ACTIVIST})),
        count=1,
        cause_key="others",
    )
    before = verify(deps), waiting_keys(deps)
    for product, quantity, refusal in (
        (dear, 1, BalanceShort),
        (rare, 2, SoldOut),
        (limited, 3, LimitReached),
        (archived, 1, ProductUnknown),
        (others, 1, NotForKind),
        (rare, 0, QuantityRefused),
        (rare, 100, QuantityRefused),
    ):
        with pytest.raises(refusal):
            place(deps, shop, product, quantity)
    with pytest.raises(PriceChanged) as changed:
        place_order(
            deps,
            actor=shop.member.actor,
            product_id=rare.id,
            quantity=1,
            cause_key="x",
            price_shown=Fraction(2),
        )
    assert changed.value.facts() == {"price": 1}
    assert (verify(deps), waiting_keys(deps)) == before
    assert balance_of(deps, shop.member) == 5


def test_outside_a_window_one_may_only_look(deps: Deps, clock: FixedClock) -> None:
    shop = a_shop(deps, is_open=False)
    earn(deps, shop, shop.member)
    kettle = a_product(deps, shop)
    view = open_shop(deps, actor=shop.member.actor)
    assert (view.window, [p.name for p in view.products], int(view.balance)) == (None, ["热水壶"], 5)
    with pytest.raises(ShopClosed) as closed:
        an_order(deps, shop.member, kettle)
    assert closed.value.facts() == {"opens_at": None}


def test_a_window_closes_by_itself_and_by_hand(deps: Deps, shop: ShopBranch, clock: FixedClock) -> None:
    earn(deps, shop, shop.member)
    kettle = a_product(deps, shop)
    (desk,) = list_windows(deps, actor=shop.keeper.actor)
    clock.set(desk.windows[0].closes_at)
    with pytest.raises(ShopClosed):
        an_order(deps, shop.member, kettle)
    clock.set(desk.windows[0].closes_at - timedelta(seconds=1))
    an_order(deps, shop.member, kettle)
    close_window(deps, actor=shop.keeper.actor, window_id=desk.windows[0].id)
    with pytest.raises(ShopClosed):
        an_order(deps, shop.member, kettle)


def test_a_branch_without_a_shop_has_none(deps: Deps, shop: ShopBranch) -> None:
    kettle = a_product(deps, shop)
    other = a_branch(deps, code="haizi")
    with pytest.raises(ShopUnknown):
        open_shop(deps, actor=other.member.actor)
    with pytest.raises(ShopUnknown):
        an_order(deps, other.member, kettle)


def test_another_branchs_products_are_not_there(deps: Deps, shop: ShopBranch) -> None:
    secret = a_product(deps, shop, name="只有春风支部有的壶")
    other = a_shop(deps, code="haizi")
    earn(deps, other, other.member)
    assert open_shop(deps, actor=other.member.actor).products == ()
    for act in (open_product, wait_for):
        with pytest.raises(ProductUnknown):
            act(deps, actor=other.member.actor, product_id=secret.id)
    with pytest.raises(ProductUnknown):
        an_order(deps, other.member, secret)


def test_money_of_a_window_runs_out(deps: Deps) -> None:
    shop = a_shop(deps, is_open=False)
    a_window(deps, shop, budget_cents=100_00)
    earn(deps, shop, shop.member, times=2)
    kettle = a_product(deps, shop, price=1, cost_cents=40_00)
    first = an_order(deps, shop.member, kettle, quantity=2)
    with pytest.raises(BudgetSpent):
        an_order(deps, shop.member, kettle)
    assert (balance_of(deps, shop.member), stock_of(deps, kettle)) == (8, (3, 2))
    cancel_order(deps, actor=shop.member.actor, order_id=first.order.id)
    (desk,) = list_windows(deps, actor=shop.keeper.actor)
    assert desk.windows[0].spent_cents == 0
    an_order(deps, shop.member, kettle)


def test_an_order_keeps_its_price(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member)
    kettle = a_product(deps, shop, price=3)
    placed = an_order(deps, shop.member, kettle)
    edit_product(
        deps, actor=shop.keeper.actor, product_id=kettle.id, facts=ProductFacts("热水壶", Fraction(4))
    )
    assert open_my_order(deps, actor=shop.member.actor, order_id=placed.order.id).order.price == 3
    cancel_order(deps, actor=shop.member.actor, order_id=placed.order.id)
    assert balance_of(deps, shop.member) == 5


def test_cancelling_gives_both_back_once(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member)
    kettle = a_product(deps, shop)
    placed = an_order(deps, shop.member, kettle)
    ended = cancel_order(deps, actor=shop.member.actor, order_id=placed.order.id)
    assert (ended.order.status, ended.code, int(ended.balance)) == (OrderStatus.CANCELLED, "", 5)
    with pytest.raises(OrderClosed) as closed:
        cancel_order(deps, actor=shop.member.actor, order_id=placed.order.id)
    assert closed.value.facts() == {"status": "cancelled", "by_name": ""}
    assert (balance_of(deps, shop.member), stock_of(deps, kettle)) == (5, (5, 0))
    assert verify(deps)[1] == ()


def test_a_cancelled_order_counts_for_no_limit(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member)
    kettle = a_product(deps, shop, price=1, limit=1)
    placed = an_order(deps, shop.member, kettle)
    cancel_order(deps, actor=shop.member.actor, order_id=placed.order.id)
    assert an_order(deps, shop.member, kettle).order.id != placed.order.id


def test_a_ready_order_is_not_cancelled_by_the_member(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member)
    placed = an_order(deps, shop.member, a_product(deps, shop))
    prepare(deps, actor=shop.keeper.actor, order_id=placed.order.id)
    with pytest.raises(OrderClosed):
        cancel_order(deps, actor=shop.member.actor, order_id=placed.order.id)
    assert f"shop_ready:{placed.order.id}:ready" in shop_keys(deps)


def test_nobody_cancels_or_sees_anothers_order(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member)
    placed = an_order(deps, shop.member, a_product(deps, shop))
    for other in (shop.branch.members[1], shop.keeper):
        for act in (cancel_order, open_my_order):
            with pytest.raises(OrderUnknown):
                act(deps, actor=other.actor, order_id=placed.order.id)
        assert my_orders(deps, actor=other.actor).orders == ()


def test_an_order_expires_and_says_so(deps: Deps, shop: ShopBranch, clock: FixedClock) -> None:
    earn(deps, shop, shop.member)
    kettle = a_product(deps, shop)
    placed = an_order(deps, shop.member, kettle)
    tick(deps)
    clock.advance(timedelta(days=DAYS_TO_COLLECT))
    tick(deps)
    assert open_my_order(deps, actor=shop.member.actor, order_id=placed.order.id).code != ""
    clock.advance(timedelta(days=1))
    assert tick(deps) == 1
    assert tick(deps) == 0
    ended = open_my_order(deps, actor=shop.member.actor, order_id=placed.order.id)
    assert (ended.order.status, int(ended.balance)) == (OrderStatus.EXPIRED, 5)
    assert stock_of(deps, kettle) == (5, 0)
    assert f"shop_expired:{placed.order.id}:expire" in shop_keys(deps)
    assert verify(deps)[1] == ()


def test_what_was_partly_handed_over_gives_back_the_rest(
    deps: Deps, shop: ShopBranch, clock: FixedClock
) -> None:
    earn(deps, shop, shop.member, times=2)
    kettle = a_product(deps, shop)
    placed = an_order(deps, shop.member, kettle, quantity=3)
    hand_over(deps, actor=shop.keeper.actor, order_id=placed.order.id, quantity=1)
    clock.advance(timedelta(days=DAYS_TO_COLLECT + 1))
    tick(deps)
    assert (balance_of(deps, shop.member), stock_of(deps, kettle)) == (7, (4, 0))
    assert verify(deps)[1] == ()


def test_those_who_wait_are_told_in_turn_and_once(deps: Deps, shop: ShopBranch) -> None:
    first, second = shop.branch.members
    earn(deps, shop, first)
    kettle = a_product(deps, shop, count=1)
    placed = an_order(deps, first, kettle)
    for _ in range(2):
        assert wait_for(deps, actor=second.actor, product_id=kettle.id).is_waited_for
    wait_for(deps, actor=first.actor, product_id=kettle.id)
    cancel_order(deps, actor=first.actor, order_id=placed.order.id)
    assert [key for key in shop_keys(deps) if key.startswith("shop_back")] == ["shop_back:1"]
    assert not open_product(deps, actor=second.actor, product_id=kettle.id).is_waited_for
    stock_in(deps, actor=shop.keeper.actor, product_id=kettle.id, count=9, cause_key="a")
    assert len([key for key in shop_keys(deps) if key.startswith("shop_back")]) == 2


def test_the_shopkeeper_is_told_once_when_little_is_left(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member, times=2)
    kettle = a_product(deps, shop, price=1, count=4, low_stock=2)
    for _ in range(4):
        an_order(deps, shop.member, kettle)
    low = [key for key in shop_keys(deps) if key.startswith("shop_low")]
    assert low == [f"shop_low:{kettle.id}:2:{shop.keeper.member_id}"]


def test_opening_and_closing_are_told_once(deps: Deps, shop: ShopBranch, clock: FixedClock) -> None:
    assert tick(deps) == 1
    assert tick(deps) == 0
    branch = shop.branch
    everyone = [branch.secretary, *branch.recorders, *branch.members, shop.keeper]
    assert shop_keys(deps) == sorted(f"shop_opened:1:{person.member_id}" for person in everyone)
    clock.advance(timedelta(days=DAYS_OPEN))
    assert tick(deps) == 1
    assert [key for key in shop_keys(deps) if "closed" in key] == [f"shop_closed:1:{shop.keeper.member_id}"]


def test_what_one_could_order_is_known_beforehand(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member, times=2)
    kettle = a_product(deps, shop, price=3, count=9, limit=2)
    actor = shop.member.actor
    assert open_product(deps, actor=actor, product_id=kettle.id).quantity_max == 2
    an_order(deps, shop.member, kettle)
    assert open_product(deps, actor=actor, product_id=kettle.id).quantity_max == 1
    soap = a_product(deps, shop, price=3, count=9)
    assert open_product(deps, actor=actor, product_id=soap.id).quantity_max == 2
