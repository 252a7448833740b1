"""A list that the rulebook has read out today, as the secretary sees it."""

from bot.screen import Screen
from services.dated_lists import ShownList
from templates.words import render

NAMES_MAX = 50


def dated_list_screen(found: ShownList, language: str) -> Screen:
    """Show who is on the list, and between whom the committee still decides."""
    return Screen(render("messages/standings/dated.j2", language, {"found": found, "shown": NAMES_MAX}))
