"""The windows of a shop as its shopkeeper sees them, a unit on a page; opened and closed after a question."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.callbacks import Act
from bot.screen import Row, Screen, button, labelled
from bot.screens.shop import turning
from domain.shop import OPEN_DAYS, PICK_UP_DAYS
from services.actors import local_day
from services.shop import WindowDesk, last_day
from templates.labels import Label
from templates.words import label, render

LISTED_MAX = 3
DAYS_OFFERED = (3, 7, OPEN_DAYS)


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
    if int(days) not in DAYS_OFFERED:
        raise ValueError(arg)
    return AskedWindow(date.fromisoformat(opens_on), int(days))


def windows_screen(
    desk: WindowDesk,
    language: str,
    *,
    page: int,
    pages: int,
    asked: AskedWindow | None = None,
    closing_id: int | None = None,
) -> Screen:
    """Show a unit's newest windows; `asked` is about to be opened, `closing_id` about to be closed."""
    unit, now = desk.unit, desk.now
    live = [window for window in desk.windows if window.closes_at > now]
    listed = [
        {
            "opens_on": local_day(window.opens_at, unit),
            "closes_on": max(local_day(window.opens_at, unit), last_day(window.closes_at, unit)),
            "is_open": window.is_open(now),
            "is_over": window.closes_at <= now,
        }
        for window in desk.windows[: max(LISTED_MAX, len(live))]
    ]
    facts = {
        "desk": desk,
        "windows": listed,
        "pages": pages,
        "asked": asked,
        "is_closing": closing_id is not None,
        "may_open": not live,
    }
    text = render("messages/shop/windows.j2", language, facts)
    back: Row = (labelled(Label.BACK, language, Act.WINDOWS, page),)
    if asked is not None:
        sure = labelled(Label.CONFIRM_OPENING, language, Act.OPEN_SURELY, unit.id, asked.arg, style="success")
        return Screen(text, ((sure,), back))
    if closing_id is not None:
        end = labelled(Label.CONFIRM_CLOSING, language, Act.CLOSE_SURELY, closing_id, style="danger")
        return Screen(text, ((end,), back))
    rows: list[Row] = [
        (labelled(Label.CLOSE_WINDOW, language, Act.CLOSE_WINDOW, window.id),) for window in live
    ]
    if not live:
        words = label(Label.OPEN_FOR, language)
        rows.append(
            tuple(button(words.format(count=days), Act.OPEN_WINDOW, unit.id, days) for days in DAYS_OFFERED)
        )
    rows += [
        turning(language, Act.WINDOWS, page, pages),
        (labelled(Label.COUNTER, language, Act.COUNTER),),
    ]
    return Screen(text, tuple(row for row in rows if row))
