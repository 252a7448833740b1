"""The stock book follows what really happens, once for each cause; the register has what was handed over."""

from collections.abc import Callable

import pytest

from domain.errors import NotAllowed, ReasonMissing
from domain.shop import StockKind
from domain.shop.refusals import CountTooLow, ProductRefused, ProductUnknown, QuantityRefused, StockShort
from services.actors import Actor
from services.deps import Deps
from services.ledger import verify
from services.shop import (
    add_product,
    archive_product,
    change_photo,
    count_stock,
    edit_product,
    hand_over,
    list_kept_products,
    most_wanted,
    read_photo,
    register,
    stock_book,
    stock_in,
    whole_stock_book,
    write_off,
)
from tests.journeys.phone import a_jpeg
from tests.services.shop.test_ordering import stock_of
from tests.shops import ShopBranch, a_product, a_shop, an_order, earn
from tests.together import in_threads


def test_stock_comes_in_once_for_each_cause(deps: Deps, shop: ShopBranch) -> None:
    kettle = a_product(deps, shop, count=0)

    def tap() -> None:
        stock_in(deps, actor=shop.keeper.actor, product_id=kettle.id, count=4, cause_key="form:1")

    in_threads(tap, tap, tap)
    assert stock_of(deps, kettle) == (4, 0)
    assert verify(deps)[1] == ()


def test_adding_a_product_twice_adds_it_once(deps: Deps, shop: ShopBranch) -> None:
    first = a_product(deps, shop, count=3)
    again = add_product(
        deps, actor=shop.keeper.actor, unit_id=None, facts=first.facts, count=3, cause_key="photo:7"
    )
    same = add_product(
        deps, actor=shop.keeper.actor, unit_id=None, facts=first.facts, count=3, cause_key="photo:7"
    )
    assert (again.id, same.stock) == (same.id, 3)
    assert list_kept_products(deps, actor=shop.keeper.actor).total == 2


def test_a_count_finds_more_or_fewer(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member, times=2)
    kettle = a_product(deps, shop, price=1, count=5)
    an_order(deps, shop.member, kettle, quantity=2)
    keeper = shop.keeper.actor
    assert count_stock(deps, actor=keeper, product_id=kettle.id, found=4, cause_key="a").stock == 2
    assert count_stock(deps, actor=keeper, product_id=kettle.id, found=6, cause_key="b").stock == 4
    assert count_stock(deps, actor=keeper, product_id=kettle.id, found=6, cause_key="c").stock == 4
    with pytest.raises(CountTooLow) as low:
        count_stock(deps, actor=keeper, product_id=kettle.id, found=1, cause_key="d")
    assert low.value.facts() == {"held": 2}
    kinds = [(e.line.kind, e.line.count) for e in stock_book(deps, actor=keeper).entries]
    assert kinds == [
        (StockKind.COUNT, 0),
        (StockKind.COUNT, 2),
        (StockKind.COUNT, -1),
        (StockKind.IN, 5),
    ]
    assert verify(deps)[1] == ()


def test_writing_off_takes_only_what_is_free_and_needs_a_reason(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member)
    kettle = a_product(deps, shop, count=3)
    an_order(deps, shop.member, kettle)
    keeper = shop.keeper.actor
    with pytest.raises(ReasonMissing):
        write_off(deps, actor=keeper, product_id=kettle.id, count=1, cause_key="a", reason=" ")
    with pytest.raises(StockShort) as short:
        write_off(deps, actor=keeper, product_id=kettle.id, count=3, cause_key="a", reason="坏了")
    assert short.value.facts() == {"stock": 2}
    write_off(deps, actor=keeper, product_id=kettle.id, count=2, cause_key="a", reason="坏了")
    assert stock_of(deps, kettle) == (0, 1)
    with pytest.raises(QuantityRefused):
        write_off(deps, actor=keeper, product_id=kettle.id, count=0, cause_key="b", reason="坏了")


def test_the_register_has_what_was_handed_over(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member, times=2)
    kettle = a_product(deps, shop, price=3)
    first = an_order(deps, shop.member, kettle, quantity=2).order
    an_order(deps, shop.member, kettle)
    hand_over(deps, actor=shop.keeper.actor, order_id=first.id)
    (row,) = register(deps, actor=shop.keeper.actor, unit_id=shop.unit_id)
    assert (row.member_name, row.product_name, row.handed_by_name) == (
        "chunfeng党员1",
        "热水壶",
        "chunfeng店主",
    )
    assert (row.order.handed, int(row.order.price), int(row.order.balance_after)) == (2, 3, 4)
    sheet = whole_stock_book(deps, actor=shop.keeper.actor, unit_id=shop.unit_id)
    assert [(entry.line.count, entry.shelf_after) for entry in sheet] == [(5, 5), (-2, 3)]
    (wanted,) = most_wanted(deps, actor=shop.keeper.actor)
    assert (wanted.product.name, wanted.orders, wanted.pieces, int(wanted.points)) == ("热水壶", 2, 3, 9)


def test_only_its_shopkeepers_keep_a_shop(deps: Deps, shop: ShopBranch) -> None:
    kettle = a_product(deps, shop)
    other = a_shop(deps, code="haizi")
    keepers_acts: list[Callable[[Actor], object]] = [
        lambda actor: edit_product(deps, actor=actor, product_id=kettle.id, facts=kettle.facts),
        lambda actor: archive_product(deps, actor=actor, product_id=kettle.id, is_archived=True),
        lambda actor: stock_in(deps, actor=actor, product_id=kettle.id, count=1, cause_key="x"),
        lambda actor: count_stock(deps, actor=actor, product_id=kettle.id, found=1, cause_key="x"),
        lambda actor: write_off(deps, actor=actor, product_id=kettle.id, count=1, cause_key="x", reason="x"),
        lambda actor: change_photo(deps, actor=actor, product_id=kettle.id, photo=a_jpeg()),
    ]
    for act in keepers_acts:
        with pytest.raises(NotAllowed):
            act(shop.member.actor)
        with pytest.raises(ProductUnknown):
            act(other.keeper.actor)
    assert stock_of(deps, kettle) == (5, 0)
    assert register(deps, actor=other.keeper.actor, unit_id=shop.unit_id) == ()
    assert whole_stock_book(deps, actor=other.keeper.actor, unit_id=shop.unit_id) == ()
    assert stock_book(deps, actor=other.keeper.actor).entries == ()


def test_photos_are_for_the_unit(deps: Deps, shop: ShopBranch) -> None:
    kettle = a_product(deps, shop, photo=a_jpeg(3))
    other = a_shop(deps, code="haizi")
    assert read_photo(deps, actor=shop.member.actor, product_id=kettle.id)[:2] == b"\xff\xd8"
    small = read_photo(deps, actor=shop.keeper.actor, product_id=kettle.id, is_thumbnail=True)
    assert small[:2] == b"\xff\xd8"
    for person in (other.member, other.keeper):
        with pytest.raises(ProductUnknown):
            read_photo(deps, actor=person.actor, product_id=kettle.id)
    with pytest.raises(ProductRefused):
        change_photo(deps, actor=shop.keeper.actor, product_id=kettle.id, photo=b"no photo")
