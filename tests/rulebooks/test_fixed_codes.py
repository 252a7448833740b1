"""The codes that other programs rely on: which items and consequences a shipped book has, at which points."""

import pytest

from domain.points import show_exact
from domain.rulebooks import Item, Rulebook, load_rulebook, shipped_rulebooks
from domain.rulebooks.amounts import FixedAmount, LevelAmount, RangeAmount

GAIN, LOSS, EITHER, FEW = "0…", "…0", "…", "1…10"
ITEMS = {
    "juwei": {"conduct": EITHER},
    "chaiqianban": {
        "speech": "5",
        "lecture": "50",
        "suggestion": "proposed 10, adopted 20",
        "criticised": "-150",
        "violation": "0",
        "pioneer": EITHER,
        **dict.fromkeys(
            ("study", "article", "sharing", "relief", "volunteer", "performance", "democratic", "honour"), FEW
        ),
    },
    "bianban": {"merit": FEW, "fault": "-10…-1", "devotion": GAIN, "veto": "0"},
    "youzheng": {
        **dict.fromkeys(("contribution", "extra"), EITHER),
        **dict.fromkeys(("political-life", "discipline-model", "morals-model"), GAIN),
    },
    "fupinban": {
        **dict.fromkeys(("study", "party-day", "dues"), "1"),
        "pioneer": EITHER,
        "business": FEW,
        "absence": "-1",
    },
    "shequ": {
        **dict.fromkeys(
            ("policy", "culture", "opinion", "legal-aid", "mediation", "wish", "donation", "family", "city"),
            "2",
        ),
        "urgent": GAIN,
    },
}
CONSEQUENCES = {
    "juwei": {"recommend", "rectify"},
    "chaiqianban": {"commend", "reminder-talk", "not-recommended"},
    "bianban": {"honour-list", "talk", "barred", "explain"},
    "youzheng": {"commend", "educate", "interview", "dispose"},
    "fupinban": {"plaque", "talk", "award-eligible", "july"},
    "shequ": {"commend", "help-talk"},
    "shebao": {"medal"},
}


def _book(code: str) -> Rulebook:
    return load_rulebook(shipped_rulebooks()[code])


def _worth(item: Item) -> str:
    match item.amount:
        case FixedAmount(points=points):
            return show_exact(points)
        case LevelAmount(levels=levels):
            return ", ".join(f"{level.code} {show_exact(level.points)}" for level in levels)
        case RangeAmount(low=low, high=high):
            return "…".join("" if end is None else show_exact(end) for end in (low, high))
        case _:
            return "by quantity"


@pytest.mark.parametrize("code", ITEMS)
def test_a_book_has_its_items_at_their_points(code: str) -> None:
    assert {item.code: _worth(item) for item in _book(code).items.values()} == ITEMS[code]


@pytest.mark.parametrize("code", CONSEQUENCES)
def test_a_book_has_its_consequences(code: str) -> None:
    assert {one.code for one in _book(code).consequences} == CONSEQUENCES[code]


def test_shebao_has_29_indicators_in_eight_categories_each_with_a_gain_and_a_loss() -> None:
    book = _book("shebao")
    plain = [code for code in book.items if code[0] in "abcdefgh" and code[1:].isdigit()]

    assert (len(plain), [category.code for category in book.categories]) == (29, [*"abcdefgh", "x"])
    assert all(item.code.startswith(item.category) for item in book.items.values())
    for category in [*"abcdefgh", "x"]:
        assert _worth(book.items[f"{category}-plus"]) == GAIN
        assert _worth(book.items[f"{category}-minus"]) == LOSS


def test_shebao_keeps_the_lists_of_members_and_of_applicants_apart() -> None:
    kinds = {item.code[0]: set(item.population.kinds) for item in _book("shebao").items.values()}

    assert kinds == {
        **{letter: {"full", "probationary", "floating"} for letter in "abcdefgh"},
        "x": {"activist", "prospect"},
    }
    assert len({(item.code[0], item.population.kinds) for item in _book("shebao").items.values()}) == 9
