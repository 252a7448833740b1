"""The counter: numbers as people type them, even rows, and a used code that cannot pass for a new one."""

from fractions import Fraction

import pytest

from bot.callbacks import Act
from bot.screen import button, in_rows
from bot.screens.counter import PriceDone, StockDone, desk_screen, kept_screen
from domain.shop import read_count
from domain.shop.refusals import QuantityRefused
from services import shop as shops
from services.deps import Deps
from templates.words import LANGUAGES
from tests.shops import a_product, a_shop, an_order, earn


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20", (20, "")),
        ("20件", (20, "")),
        ("进了20件", (20, "")),
        (" ２０ 件 ", (20, "")),
        ("2 包装破损", (2, "包装破损")),
        ("2个摔坏了", (2, "摔坏了")),
        ("2件，第3箱进水", (2, "第3箱进水")),
        ("0", (0, "")),
    ],
)
def test_a_count_is_read_as_people_type_it(text: str, expected: tuple[int, str]) -> None:
    assert read_count(text) == expected


@pytest.mark.parametrize("text", ["", "两个", "-3", "2.5", "12345678", "第3批20件", "一共进货大约有20件"])
def test_what_is_no_clear_count_is_refused(text: str) -> None:
    with pytest.raises(QuantityRefused):
        read_count(text)


@pytest.mark.parametrize(
    ("count", "width", "expected"),
    [
        (5, 4, [3, 2]),
        (9, 5, [5, 4]),
        (6, 4, [3, 3]),
        (8, 4, [4, 4]),
        (5, 2, [2, 2, 1]),
        (1, 3, [1]),
        (0, 3, []),
    ],
)
def test_rows_are_even(count: int, width: int, expected: list[int]) -> None:
    every = [button(str(number), Act.ORDER, number) for number in range(count)]
    rows = in_rows(every, width)
    assert [len(row) for row in rows] == expected
    assert [one for row in rows for one in row] == every


def test_a_used_code_never_looks_like_a_fresh_hand_over(deps: Deps) -> None:
    shop = a_shop(deps, code="shangpu")
    earn(deps, shop, shop.member, times=2)
    placed = an_order(deps, shop.member, a_product(deps, shop, count=9), quantity=2)
    partly = shops.hand_over(deps, actor=shop.keeper.actor, order_id=placed.order.id, quantity=1)
    words = desk_screen(partly, "zh_Hans", done="handed")
    assert "还有 1 件没领" in words.text
    assert words.rows[0][0].text == "发放剩下的 1 件"
    whole = shops.hand_over(deps, actor=shop.keeper.actor, order_id=placed.order.id)
    fresh, again = desk_screen(whole, "zh_Hans", done="handed").text, desk_screen(whole, "zh_Hans").text
    assert "请把东西交给对方" in fresh
    assert "请不要重复发" not in fresh
    assert "请把东西交给对方" not in again
    assert "请不要重复发" in again


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_void_order_says_so(deps: Deps, language: str) -> None:
    shop = a_shop(deps, code="shangpu")
    earn(deps, shop, shop.member, times=2)
    placed = an_order(deps, shop.member, a_product(deps, shop, count=9))
    gone = shops.call_off(deps, actor=shop.keeper.actor, order_id=placed.order.id, reason="缺货")
    void = {"zh_Hans": "请不要发放", "en": "hand nothing over"}[language]
    assert void in desk_screen(gone, language).text
    assert void not in desk_screen(gone, language, done="called_off").text


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (StockDone("stock_in", 20), "已记：入库 20 件"),
        (StockDone("write_off", 2), "已记：报损 2 件"),
        (StockDone("count", 7, 2), "已记：盘点 7 件，比账上少 2 件"),
        (StockDone("count", 9, -1), "已记：盘点 9 件，比账上多 1 件"),
        (StockDone("count", 9), "已记：盘点 9 件，和账上一样"),
        (PriceDone(Fraction(5, 2)), "已改价：原来 2.5 分，现在 3 分"),
        (PriceDone(Fraction(3)), "价格没有变，还是 3 分"),
    ],
)
def test_what_was_written_down_is_said(deps: Deps, done: StockDone | PriceDone, words: str) -> None:
    product = a_product(deps, a_shop(deps, code="shangpu"), count=9)
    assert f"✅ <b>{words}</b>" in kept_screen(product, "zh_Hans", done=done).text
    assert "✅" not in kept_screen(product, "zh_Hans").text
