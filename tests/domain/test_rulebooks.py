"""What a sound rulebook becomes: amounts, caps, components, and a branch's book over its parent's."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.periods import PeriodKind
from domain.rulebooks import (
    Amount,
    Base,
    Basis,
    Cap,
    Category,
    FixedAmount,
    Interval,
    Level,
    LevelAmount,
    QuantityAmount,
    RangeAmount,
    Rulebook,
    Scope,
    Shop,
    Window,
    flatten,
    parse_rulebook,
)
from domain.rulebooks.intervals import parse_interval
from tests.domain.rulebook_texts import CLUB, no_parents, rulebook

F = Fraction
SOUND_WITH_TWO = (
    "id: club\nname: 例\nversion: 1\ncategories: {all: 全部}\nitems:\n"
    "  talk: {name: 发言, category: all, points: 5}\n  walk: {name: 散步, category: all, points: 1}\n"
)


def one_item(item: str) -> Rulebook:
    return rulebook(
        f"id: x\nname: 例\nversion: 1\ncategories: {{all: 全部}}\n"
        f"items:\n  it: {{name: 项, category: all, {item}}}\n"
    )


@pytest.mark.parametrize(
    ("points", "amount"),
    [
        ("5", FixedAmount(F(5))),
        ("-0.5", FixedAmount(F(-1, 2))),
        ("any", RangeAmount(None, None)),
        ("any positive", RangeAmount(F(0), None)),
        ("any negative", RangeAmount(None, F(0))),
        ("{from: 1, to: 10}", RangeAmount(F(1), F(10))),
        ("{from: 3}", RangeAmount(F(3), None)),
        (
            "{levels: {支部: 1, city: {name: 市, points: 3}}}",
            LevelAmount((Level("支部", "支部", F(1)), Level("city", "市", F(3)))),
        ),
        ("{each: 1.5, unit: 小时}", QuantityAmount(F(3, 2), "小时", None, None, None)),
        ("{each: 2, unit: 次, from: 1, to: 5, step: 1}", QuantityAmount(F(2), "次", F(1), F(5), F(1))),
    ],
)  # fmt: skip
def test_points_are_written_in_four_ways(points: str, amount: Amount) -> None:
    item = one_item(f"points: {points}").items["it"]

    assert (item.amount, item.unit_of_quantity) == (amount, getattr(amount, "unit", ""))


@pytest.mark.parametrize(
    ("item", "is_reported"),
    [
        ("points: 5", True),
        ("points: 0", True),
        ("points: -5", False),
        ("points: any", True),
        ("points: any positive", True),
        ("points: any negative", False),
        ("points: {from: -5, to: -1}", False),
        ("points: {from: -5, to: 1}", True),
        ("points: {each: -1, unit: 次}", False),
        ("points: {levels: {a: -1, b: -2}}", False),
        ("points: 5, effect: {barred: true}", False),
        ("points: 5, reported_by: committee", False),
        ("points: -5, reported_by: members", True),
    ],
)
def test_losses_and_effects_are_not_for_members_to_report(item: str, *, is_reported: bool) -> None:
    assert one_item(item).items["it"].reported_by_members is is_reported


def test_an_item_keeps_what_people_are_shown() -> None:
    item = one_item("points: 1, hint: 拍照, clause: 第一条, quote: 原文, evidence: optional").items["it"]

    assert (item.hint, item.clause, item.quote, item.evidence_required) == ("拍照", "第一条", "原文", False)


@pytest.mark.parametrize(
    ("on", "is_offered"),
    [
        (date(2025, 5, 31), False),
        (date(2025, 6, 1), True),
        (date(2025, 8, 31), True),
        (date(2025, 9, 1), False),
    ],
)
def test_an_item_is_offered_from_its_first_day_until_before_its_last(on: date, *, is_offered: bool) -> None:
    assert CLUB.is_offered(CLUB.items["seasonal"], on) is is_offered


def test_caps_are_listed_in_the_order_in_which_they_apply() -> None:
    assert [(cap.code, cap.limit, cap.is_floor) for cap in CLUB.caps] == [
        ("talk.cap.month", F(10), False),
        ("hours.cap.event", F(9), False),
        ("hours.cap.day", F(10), False),
        ("free.cap.year", F(30), False),
        ("absence.floor.month", F(-5), True),
        ("group.busy.cap.month", F(20), False),
        ("category.study.cap.month", F(12), False),
        ("component.gains.cap.quarter", F(40), False),
        ("total.cap.month", F(130), False),
        ("total.floor.month", F(60), True),
    ]


def test_a_cap_knows_its_items_and_its_clause() -> None:
    assert CLUB.items["talk"].caps == (
        Cap(
            code="talk.cap.month",
            scope=Scope.ITEM,
            of="talk",
            name="发言",
            items=frozenset({"talk"}),
            per=Window.MONTH,
            limit=F(10),
            basis=Basis(clause="第一条"),
        ),
    )


def test_the_rest_of_a_book_is_read_as_written() -> None:
    assert CLUB.base == Base(F(100), PeriodKind.MONTH)
    assert CLUB.means == {PeriodKind.QUARTER: PeriodKind.MONTH, PeriodKind.YEAR: PeriodKind.QUARTER}
    assert CLUB.components == {"base": "基础分", "gains": "加分", "duty": "纪律"}
    assert CLUB.categories[2] == Category("duty", "纪律", component="duty")
    assert [item.code for item in CLUB.items_of("study")] == ["talk", "course"]
    assert (CLUB.item("talk"), CLUB.item("dance")) == (CLUB.items["talk"], None)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("[90, ∞)", Interval(F(90), True, None, False)),
        ("(60,90)", Interval(F(60), False, F(90), False)),
        ("（-inf，60]", Interval(None, False, F(60), True)),
        ("[-1.5, 2]", Interval(F(-3, 2), True, F(2), True)),
        ("[90, ∞]", None),
        ("90以上", None),
        ("[a, b]", None),
    ],
)
def test_bands_are_written_with_brackets(text: str, interval: Interval | None) -> None:
    assert parse_interval(text) == interval


def test_brackets_say_whether_the_ends_belong() -> None:
    band = Interval(F(60), False, F(90), True)

    assert [band.contains(F(n)) for n in ("60", "60.0001", "90", "90.0001")] == [False, True, True, False]


@given(st.text())
def test_any_text_is_a_band_or_not_but_never_an_error(text: str) -> None:
    interval = parse_interval(text)

    assert interval is None or isinstance(interval, Interval)


PARENT = """
id: parent
name: 上级
version: "1"
base: {points: 60, per: year}
categories: {study: 学习, service: {name: 服务, clause: 第二条}}
items:
  talk: {name: 发言, category: study, points: 5, caps: {month: 10}, clause: 第一条}
  help: {name: 帮扶, category: service, points: {levels: {a: 1, b: 2}}}
  gone: {name: 取消, category: service, points: 1}
groups: {both: {name: 合计, items: [talk, help], caps: {month: 9}}}
return_reasons: [看不清]
reject_reasons: [重复]
"""
CHILD = """
id: child
name: 下级
version: "2"
extends: parent
base:
categories: {study: {caps: {year: 50}}, extra: 其他}
items:
  gone: null
  talk: {points: 3, clause: null}
  help: {points: {levels: {a: 4}}}
  more: {name: 增加, category: extra, points: 2}
groups: {both: {caps: {month: 12}}}
return_reasons: [太暗, 太远]
"""
WHOLE = """
id: child
name: 下级
version: "2"
categories: {study: {name: 学习, caps: {year: 50}}, service: {name: 服务, clause: 第二条}, extra: 其他}
items:
  talk: {name: 发言, category: study, points: 3, caps: {month: 10}}
  help: {name: 帮扶, category: service, points: {levels: {a: 4}}}
  more: {name: 增加, category: extra, points: 2}
groups: {both: {name: 合计, items: [talk, help], caps: {month: 12}}}
return_reasons: [太暗, 太远]
reject_reasons: [重复]
"""
FAMILY = {"parent": PARENT}


def test_a_branch_book_changes_adds_and_removes_and_keeps_the_rest() -> None:
    child = parse_rulebook(CHILD, file="child.yaml", parents=FAMILY.get)

    assert child == rulebook(WHOLE)


def test_a_book_may_extend_one_that_extends_another() -> None:
    grandchild = (
        "id: third\nname: 三级\nversion: 1\nextends: child\nitems: {more: null}\ncategories: {extra: null}\n"
    )
    family = {**FAMILY, "child": CHILD}

    book = parse_rulebook(grandchild, file="third.yaml", parents=family.get)

    assert (book.id, list(book.items), [category.code for category in book.categories]) == (
        "third",
        ["talk", "help"],
        ["study", "service"],
    )


@pytest.mark.parametrize(
    "text", [CHILD, WHOLE, PARENT, PARENT.replace("看不清", '"null"').replace("重复", '"~ # x: y"')]
)
def test_a_flat_book_is_the_same_book_without_its_parents(text: str) -> None:
    flat = flatten(text, FAMILY.get)

    assert parse_rulebook(flat, file="flat", parents=no_parents) == parse_rulebook(
        text, file="deep", parents=FAMILY.get
    )


def test_words_that_yaml_takes_for_something_else_stay_words() -> None:
    book = rulebook(
        "id: on\nname: no\nversion: 1.10\ncategories: {off: yes}\n"
        "items: {y: {name: 1:30, category: off, points: 010}}\n"
    )

    assert (book.id, book.name, book.version, book.categories[0].name) == ("on", "no", "1.10", "yes")
    assert (book.items["y"].name, book.items["y"].amount) == ("1:30", FixedAmount(F(10)))


def test_a_shop_says_what_can_be_spent() -> None:
    shop = parse_rulebook(
        f"{SOUND_WITH_TWO}shop: {{earns: [talk], window: half, expires: {{months: 6}}, carry_over: 20.5, "
        "account: household}\n",
        file="club.yaml",
        parents=no_parents,
    ).shop
    assert shop == Shop(frozenset({"talk"}), PeriodKind.HALF, 6, Fraction(41, 2), "household")


def test_a_bare_shop_takes_every_item_for_ever() -> None:
    book = parse_rulebook(f"{SOUND_WITH_TWO}shop: {{}}\n", file="club.yaml", parents=no_parents)
    assert book.shop == Shop(frozenset({"talk", "walk"}), PeriodKind.QUARTER, None, None, "member")
    assert parse_rulebook(SOUND_WITH_TWO, file="club.yaml", parents=no_parents).shop is None
