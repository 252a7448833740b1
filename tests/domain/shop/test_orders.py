"""Every pair of status and action of an order, codes, captions, windows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access import UnitTree, shopkeepers_of
from domain.members import Role, RoleGrant, Unit, UnitKind
from domain.periods import PeriodKind
from domain.shop import (
    Described,
    OrderAction,
    OrderStatus,
    ProductFacts,
    ShopWindow,
    check_product,
    check_window,
    lacks_count,
    next_order_status,
    offer_window,
    pickup_code,
    read_caption,
    read_price,
    shown_code,
    typed_code,
)
from domain.shop.codes import ALPHABET
from domain.shop.refusals import OrderClosed, ProductRefused, WindowRefused
from domain.shop.windows import months_after

S, A = OrderStatus, OrderAction
ALLOWED = {
    S.RESERVED: {
        A.PREPARE: S.READY,
        A.CANCEL: S.CANCELLED,
        A.FULFIL: S.FULFILLED,
        A.PARTLY: S.PARTLY,
        A.RELEASE: S.CANCELLED,
        A.EXPIRE: S.EXPIRED,
    },
    S.READY: {A.FULFIL: S.FULFILLED, A.PARTLY: S.PARTLY, A.RELEASE: S.CANCELLED, A.EXPIRE: S.EXPIRED},
    S.PARTLY: {A.FULFIL: S.FULFILLED, A.PARTLY: S.PARTLY, A.RELEASE: S.CANCELLED, A.EXPIRE: S.EXPIRED},
    S.FULFILLED: {A.RETURN: S.RETURNED},
}


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("action", A)
def test_every_status_and_action(status: OrderStatus, action: OrderAction) -> None:
    expected = ALLOWED.get(status, {}).get(action)
    if expected is not None:
        assert next_order_status(status, action) is expected
        return
    with pytest.raises(OrderClosed) as refused:
        next_order_status(status, action, by_name="李四")
    assert refused.value.facts() == {"status": status, "by_name": "李四"}


@given(st.text(min_size=1, max_size=32))
def test_a_code_is_eight_plain_signs_and_reads_back(salt: str) -> None:
    code = pickup_code(salt, key=b"key")
    assert (len(code), set(code) <= set(ALPHABET)) == (8, True)
    assert code == pickup_code(salt, key=b"key")
    assert code != pickup_code(salt, key=b"another key")
    assert typed_code(shown_code(code)) == typed_code(f" p_{code.lower()}\n") == code


@pytest.mark.parametrize(
    "text", ["", "AAAA222", "AAAA22222", "AAAA2220", "AAAAI222", "你好世界你好世界", "p_"]
)
def test_what_is_no_code(text: str) -> None:
    assert typed_code(text) is None


def test_full_width_codes_are_read() -> None:
    assert typed_code("ＡＢＣＤ－２３４５") == "ABCD2345"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("热水壶 300分 5件", Described("热水壶", Fraction(300), 5)),
        ("热水壶300分5", Described("热水壶", Fraction(300), 5)),
        ("抽纸 2.5积分，20包", Described("抽纸", Fraction(5, 2), 20)),
        ("  电 吹风 １２０ 分　３ 个 ", Described("电 吹风", Fraction(120), 3)),
        ("Kettle 300 points 5 pcs", Described("Kettle", Fraction(300), 5)),
        ("5号电池 10分 8盒", Described("5号电池", Fraction(10), 8)),
        ("热水壶 5件 300分", Described("热水壶", Fraction(300), 5)),
        ("5号电池 8盒，10分", Described("5号电池", Fraction(10), 8)),
        ("热水壶", None),
        ("热水壶 300分", None),
        ("热水壶 5 300分", None),
        ("300分 5件", None),
        ("昨天 社区清扫 2小时", None),
    ],
)
def test_a_caption_describes_a_product(text: str, expected: Described | None) -> None:
    assert read_caption(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("热水壶 300分", True),
        ("Kettle 300 points", True),
        ("热水壶 300分 5件", False),
        ("热水壶", False),
        ("打扫 30分钟", False),
        ("昨天 社区清扫 2小时", False),
    ],
)
def test_a_caption_that_forgets_how_many_is_told_from_a_report(text: str, *, expected: bool) -> None:
    assert lacks_count(text) is expected


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        (ProductFacts(" ", Fraction(1)), "name"),
        (ProductFacts("长" * 61, Fraction(1)), "name"),
        (ProductFacts("壶", Fraction(0)), "price"),
        (ProductFacts("壶", Fraction(1_000_001)), "price"),
        (ProductFacts("壶", Fraction(1), limit_per_window=0), "limit"),
        (ProductFacts("壶", Fraction(1), cost_cents=-1), "cost"),
    ],
)
def test_what_cannot_be_said_of_a_product(facts: ProductFacts, what: str) -> None:
    with pytest.raises(ProductRefused) as refused:
        check_product(facts)
    assert refused.value.facts() == {"what": what}


def test_words_of_a_product_are_tidied() -> None:
    tidy = check_product(ProductFacts(" 壶\x00 ", Fraction(1), description=" 铁的 ", low_stock=-3))
    assert (tidy.name, tidy.description, tidy.low_stock) == ("壶", "铁的", 0)


@pytest.mark.parametrize(
    ("today", "closes_on"),
    [
        (date(2026, 3, 10), date(2026, 3, 19)),
        (date(2026, 3, 25), date(2026, 3, 31)),
        (date(2026, 3, 31), date(2026, 3, 31)),
    ],
)
def test_the_offered_window_ends_with_the_period(today: date, closes_on: date) -> None:
    offered = offer_window(PeriodKind.QUARTER, today)
    assert (offered.period.label, offered.opens_on, offered.closes_on) == ("2026-Q1", today, closes_on)
    assert offered.pick_up_until_on == closes_on + timedelta(days=14)


NOW = datetime(2026, 3, 10, tzinfo=UTC)


def at(day: int) -> datetime:
    return NOW + timedelta(days=day)


@pytest.mark.parametrize(
    ("opens", "closes", "until", "what"),
    [
        (5, 5, 9, "reversed"),
        (1, 5, 4, "reversed"),
        (-5, 0, 9, "past"),
        (-1, 5, 9, "opens_past"),
        (1, 21, 30, "overlaps"),
        (29, 40, 50, "overlaps"),
        (22, 23, 24, "overlaps"),
    ],
)
def test_windows_that_cannot_be(opens: int, closes: int, until: int, what: str) -> None:
    other = ShopWindow(1, 1, "2026-Q1", at(20), at(30), at(40), None, 0, None, None)
    with pytest.raises(WindowRefused) as refused:
        check_window(at(opens), at(closes), at(until), now=NOW, today_at=NOW, others=[other])
    assert refused.value.facts() == {"what": what}
    check_window(at(10), at(20), at(20), now=NOW, today_at=NOW, others=[other])
    check_window(at(30), at(31), at(40), now=NOW, today_at=NOW, others=[other])


def test_a_window_opens_on_the_day_that_has_begun_and_past_one_that_was_called_off() -> None:
    called_off = ShopWindow(1, 1, "2026-Q1", at(20), at(20), at(40), None, 0, None, None)
    assert called_off.is_called_off
    noon = NOW + timedelta(hours=12)
    check_window(NOW, at(30), at(40), now=noon, today_at=NOW, others=[called_off])
    standing = replace(called_off, closes_at=at(21))
    assert not standing.is_called_off
    with pytest.raises(WindowRefused):
        check_window(NOW, at(30), at(40), now=noon, today_at=NOW, others=[standing])


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
        (date(2026, 10, 31), 2, date(2026, 12, 31)),
    ],
)
def test_months_later(on: date, months: int, expected: date) -> None:
    assert months_after(on, months) == expected


def test_who_keeps_a_shop() -> None:
    tree = UnitTree(
        [
            Unit(1, "c", "c", UnitKind.COMMITTEE, None, None, "Asia/Shanghai"),
            Unit(2, "b", "b", UnitKind.BRANCH, 1, None, "Asia/Shanghai"),
        ]
    )
    keeper, secretary = RoleGrant(7, 2, Role.SHOPKEEPER), RoleGrant(8, 2, Role.SECRETARY)
    admin, stranger = RoleGrant(9, 1, Role.ADMINISTRATOR), RoleGrant(6, 1, Role.SHOPKEEPER)
    assert shopkeepers_of(2, grants=[stranger, admin, secretary, keeper], tree=tree) == (7,)
    assert shopkeepers_of(2, grants=[stranger, admin, secretary], tree=tree) == (8,)
    assert shopkeepers_of(2, grants=[stranger, admin], tree=tree) == (9,)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("300", 300),
        (" 300分 ", 300),
        ("３００分", 300),
        ("2.5", Fraction(5, 2)),
        ("4 积分", 4),
        ("4 Points", 4),
    ],
)
def test_a_price_is_read(text: str, points: Fraction | int) -> None:
    assert read_price(text) == points


@pytest.mark.parametrize("text", ["", "分", "很贵", "abc", "3 5", "3 到 5", "三分"])
def test_what_is_no_price_is_told_from_one_out_of_bounds(text: str) -> None:
    with pytest.raises(ProductRefused) as refused:
        read_price(text)
    assert refused.value.what == "price_unread"
