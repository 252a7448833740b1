"""The windows of a shop as its shopkeeper sees them, a unit on a page; opened and closed after a question."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.callbacks import Act
from bot.screen import Row, Screen, button, labelled
from bot.screens.days import coming_days
from bot.screens.shop import turning
from domain.shop import OPEN_DAYS, PICK_UP_DAYS
from services.actors import local_day
from services.shop import WindowDesk, last_day
from templates.labels import Label
from templates.words import label, render

LISTED_MAX = 3
DAYS_OFFERED = (3, 7, OPEN_DAYS)
PLANNED_DAYS_MAX = 365
"""How far ahead a window is planned in the chat, where days are shown without their year."""


@dataclass(frozen=True, slots=True)
class AskedWindow:
    """A window about to be opened: local days, all of them included."""

    opens_on: date
    days: int

    @property
    def closes_on(self) -> date:
        """The last day on which one may order."""
        return self.opens_on + timedelta(days=self.days - 1)

    @property
    def pick_up_until_on(self) -> date:
        """The last day on which one may collect."""
        return self.closes_on + timedelta(days=PICK_UP_DAYS)

    @property
    def arg(self) -> str:
        """How a button carries it."""
        return f"{self.opens_on}.{self.days}"


def read_asked(arg: str) -> AskedWindow:
    """Return the window that a confirming button carries.

    Raises:
        ValueError: no button of ours carries this.
    """
    opens_on, days = arg.split(".", 1)
    return AskedWindow(date.fromisoformat(opens_on), read_days(days))


def read_days(arg: str) -> int:
    """Return for how many days a button opens the shop.

    Raises:
        ValueError: no button of ours carries this.
    """
    if int(arg) not in DAYS_OFFERED:
        raise ValueError(arg)
    return int(arg)


def check_coming(on: date, today: date) -> str:
    """Return why a window cannot begin on a day: `past` or `far`; empty where it can."""
    if on < today:
        return "past"
    return "far" if on > today + timedelta(days=PLANNED_DAYS_MAX) else ""


def windows_screen(
    desk: WindowDesk,
    language: str,
    *,
    page: int,
    pages: int,
    asked: AskedWindow | None = None,
    problem: str = "",
    closing_id: int | None = None,
    done: str = "",
) -> Screen:
    """Show a unit's newest windows, without those that were called off before they opened.

    `asked` is about to be opened, with a `problem` of its day: past, far or unread; `closing_id` is about to
    be closed; `done` is what was done just now: opened, planned, closed or given_up.
    """
    unit, now = desk.unit, desk.now
    windows = [window for window in desk.windows if not window.is_called_off]
    live = [window for window in windows if window.closes_at > now]
    closing = next((window for window in live if window.id == closing_id), None)
    listed = [
        {
            "opens_on": local_day(window.opens_at, unit),
            "closes_on": max(local_day(window.opens_at, unit), last_day(window.closes_at, unit)),
            "is_open": window.is_open(now),
            "is_over": window.closes_at <= now,
        }
        for window in windows[: max(LISTED_MAX, len(live))]
    ]
    facts = {
        "desk": desk,
        "windows": listed,
        "pages": pages,
        "asked": asked,
        "problem": problem,
        "closing": closing,
        "done": done,
        "may_open": not live,
    }
    text = render("messages/shop/windows.j2", language, facts)
    back: Row = (labelled(Label.BACK, language, Act.WINDOWS, page),)
    if asked is not None:
        sure = labelled(Label.CONFIRM_OPENING, language, Act.OPEN_SURELY, unit.id, asked.arg, style="success")
        return Screen(text, ((sure,), _other_days(asked, unit.id, local_day(now, unit), language), back))
    if closing is not None:
        words = Label.CONFIRM_CLOSING if closing.is_open(now) else Label.CONFIRM_GIVING_UP
        end = labelled(words, language, Act.CLOSE_SURELY, closing.id, style="danger")
        return Screen(text, ((end,), back))
    rows: list[Row] = []
    for window in live:
        ending = Label.CLOSE_WINDOW if window.is_open(now) else Label.GIVE_UP_WINDOW
        rows.append((labelled(ending, language, Act.CLOSE_WINDOW, window.id),))
    if not live:
        open_for = label(Label.OPEN_FOR, language)
        rows.append(
            tuple(
                button(open_for.format(count=days), Act.OPEN_WINDOW, unit.id, days) for days in DAYS_OFFERED
            )
        )
    rows += [
        turning(language, Act.WINDOWS, page, pages),
        (labelled(Label.COUNTER, language, Act.COUNTER),),
    ]
    return Screen(text, tuple(row for row in rows if row))


def _other_days(asked: AskedWindow, unit_id: int, today: date, language: str) -> Row:
    """Return a button for each day on which the window could begin instead."""
    buttons, seen = [], {asked.opens_on}
    for words, on in coming_days(today):
        if on not in seen:
            seen.add(on)
            other = AskedWindow(on, asked.days)
            buttons.append(labelled(words, language, Act.OPEN_WINDOW, unit_id, other.arg))
    return tuple(buttons)
