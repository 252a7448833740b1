"""The keyboard at the bottom of the chat: everything one may do, and no row too wide for a phone."""

from itertools import product

import pytest

from bot.screen import main_menu
from templates.labels import Label
from templates.words import LANGUAGES, label

WIDEST = 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_menu_has_what_one_may_do_and_nothing_else(language: str) -> None:
    flags = ("may_decide", "may_announce", "has_panel", "has_shop", "keeps_shop", "may_freeze")
    places = {
        "may_decide": {Label.QUEUE},
        "may_announce": {Label.ANNOUNCE},
        "has_panel": {Label.PANEL},
        "has_shop": {Label.SHOP, Label.MY_ORDERS},
        "keeps_shop": {Label.COUNTER},
        "may_freeze": {Label.FREEZE, Label.PUBLISH},
    }
    for values in product([False, True], repeat=len(flags)):
        given = dict(zip(flags, values, strict=True))
        rows = main_menu(language, **given).keyboard
        shown = [button.text for row in rows for button in row]
        wanted = {Label.REPORT, Label.MY_POINTS, Label.MY_REPORTS}
        wanted |= {place for flag, is_set in given.items() if is_set for place in places[flag]}
        assert sorted(shown) == sorted(label(place, language) for place in wanted)
        assert all(1 <= len(row) <= WIDEST for row in rows)
