"""The shopkeeper opens and closes the shop: its windows, one unit on a page."""

from collections.abc import Callable, Sequence
from datetime import date

from bot.callbacks import PAGE_MAX, Act, Tap, page_of
from bot.conversation import Conversation
from bot.screens.counter import CounterStep
from bot.screens.days import read_coming_day
from bot.screens.shop import STEP
from bot.screens.windows import AskedWindow, check_coming, read_asked, read_days, windows_screen
from domain.errors import JifenError
from domain.shop.refusals import ShopUnknown, WindowUnknown
from services import shop
from services.actors import local_day
from services.shop import WindowDesk


async def tap_windows(conv: Conversation, tap: Tap) -> None:
    """兑换期: of the first unit, or of another."""
    desks = await _desks(conv)
    await _show(conv, desks, min(page_of(str(min(tap.id, PAGE_MAX))), len(desks) - 1))


async def _desks(conv: Conversation) -> Sequence[WindowDesk]:
    return await conv.run(shop.list_windows, actor=conv.actor)


async def _show(
    conv: Conversation,
    desks: Sequence[WindowDesk],
    page: int,
    *,
    closing_id: int | None = None,
    done: str = "",
) -> None:
    screen = windows_screen(
        desks[page], conv.language, page=page, pages=len(desks), closing_id=closing_id, done=done
    )
    await conv.show(screen, STEP)


async def _ask(
    conv: Conversation, unit_id: int, days: int, read_start: Callable[[date], date | None]
) -> None:
    """Ask whether to open for so many days; the next text is another day to begin on.

    `read_start` returns the first day, given today; the shop is asked about from today on where it cannot be.
    """
    desks = await _desks(conv)
    page = _page_with(desks, lambda desk: desk.unit.id == unit_id)
    if page is None:
        raise ShopUnknown
    today = local_day(desks[page].now, desks[page].unit)
    opens_on = read_start(today)
    problem = "unread" if opens_on is None else check_coming(opens_on, today)
    asked = AskedWindow(today if opens_on is None or problem else opens_on, days)
    screen = windows_screen(
        desks[page], conv.language, page=page, pages=len(desks), asked=asked, problem=problem
    )
    await conv.show(screen, CounterStep.WINDOW, unit_id=unit_id, days=days)


def _page_with(desks: Sequence[WindowDesk], is_it: Callable[[WindowDesk], bool]) -> int | None:
    return next((page for page, desk in enumerate(desks) if is_it(desk)), None)


async def tap_open(conv: Conversation, tap: Tap) -> None:
    """开放 n 天, or another day to begin on: ask once more, with the days."""
    if "." in tap.arg:
        asked = read_asked(tap.arg)
        await _ask(conv, tap.id, asked.days, lambda _today: asked.opens_on)
    else:
        await _ask(conv, tap.id, read_days(tap.arg), lambda today: today)


async def type_start(conv: Conversation, text: str) -> None:
    """The day on which to open was typed."""
    data = conv.dialog.data
    await _ask(conv, int(data["unit_id"]), int(data["days"]), lambda today: read_coming_day(text, today))


async def tap_open_surely(conv: Conversation, tap: Tap) -> None:
    """确认开放: a second tap finds the window there and is told so."""
    asked, done = read_asked(tap.arg), ""
    try:
        window = await conv.run(
            shop.open_window,
            actor=conv.actor,
            unit_id=tap.id,
            opens_on=asked.opens_on,
            closes_on=asked.closes_on,
            pick_up_until_on=asked.pick_up_until_on,
        )
        done = "opened" if window.is_open(conv.desk.deps.clock.now()) else "planned"
    except JifenError as refused:
        await conv.refuse(refused)
    desks = await _desks(conv)
    await _show(conv, desks, _page_with(desks, lambda desk: desk.unit.id == tap.id) or 0, done=done)


async def tap_close(conv: Conversation, tap: Tap) -> None:
    """现在就结束: ask once more."""
    desks = await _desks(conv)
    page = _page_with(desks, lambda desk: any(window.id == tap.id for window in desk.windows))
    if page is None:
        raise WindowUnknown
    await _show(conv, desks, page, closing_id=tap.id)


async def tap_close_surely(conv: Conversation, tap: Tap) -> None:
    """确定结束: orders keep the time until which they can be collected."""
    closed = await conv.run(shop.close_window, actor=conv.actor, window_id=tap.id)
    desks = await _desks(conv)
    page = _page_with(desks, lambda desk: any(window.id == tap.id for window in desk.windows))
    await _show(conv, desks, page or 0, done="given_up" if closed.is_called_off else "closed")


SCREEN_TAPS = {
    Act.WINDOWS: tap_windows,
    Act.OPEN_WINDOW: tap_open,
    Act.OPEN_SURELY: tap_open_surely,
    Act.CLOSE_WINDOW: tap_close,
    Act.CLOSE_SURELY: tap_close_surely,
}
TYPED = {CounterStep.WINDOW: type_start}
