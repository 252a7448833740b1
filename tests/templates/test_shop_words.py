"""The shop has one word for each thing, in the chat, in the panel and on the sheets."""

import pytest

from domain.shop import OrderStatus, StockKind
from templates.labels import Label
from templates.words import FOLDER, LANGUAGES, MESSAGES, PANEL, _environment, label

GIVEN_UP = ("进货", "待领取")
"""Words that stood beside 入库 and 可以领取 for the same thing."""
ACTS = {
    StockKind.IN: Label.STOCK_IN,
    StockKind.COUNT: Label.COUNT,
    StockKind.WRITE_OFF: Label.WRITE_OFF,
}
"""What the shopkeeper does to the stock in the chat, and how the stock book calls it."""


def said(language: str, door: str, template: str, macro: str, code: str) -> str:
    """Return what a macro of a door's templates says of a code."""
    module = _environment(language, door).get_template(f"{door}/{template}").module
    return str(getattr(module, macro)(code)).strip()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", OrderStatus)
def test_an_order_stands_the_same_in_the_chat_and_in_the_panel(status: OrderStatus, language: str) -> None:
    in_chat = said(language, MESSAGES, "shop/status.j2", "order_status", status.value)
    assert in_chat == said(language, PANEL, "names.html", "order_status", status.value)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ACTS)
def test_an_act_is_called_the_same_on_the_button_and_in_the_stock_book(
    kind: StockKind, language: str
) -> None:
    assert label(ACTS[kind], language) == said(language, PANEL, "names.html", "stock_kind", kind.value)


@pytest.mark.parametrize("word", GIVEN_UP)
def test_a_word_that_was_given_up_is_said_nowhere(word: str) -> None:
    files = [path for path in FOLDER.rglob("*") if path.suffix in {".j2", ".html", ".py", ".po"}]
    assert len(files) > 100
    assert [path.name for path in files if word in path.read_text(encoding="utf-8")] == []
