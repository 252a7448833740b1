"""The shopkeeper opens and closes the shop: its windows, one unit on a page."""

from collections.abc import Callable, Sequence

from bot.callbacks import PAGE_MAX, Act, Tap, page_of
from bot.conversation import Conversation
from bot.screens.shop import STEP
from bot.screens.windows import AskedWindow, read_asked, windows_screen
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
    asked: AskedWindow | None = None,
    closing_id: int | None = None,
) -> None:
    screen = windows_screen(
        desks[page], conv.language, page=page, pages=len(desks), asked=asked, closing_id=closing_id
    )
    await conv.show(screen, STEP)


def _page_with(desks: Sequence[WindowDesk], is_it: Callable[[WindowDesk], bool]) -> int | None:
    return next((page for page, desk in enumerate(desks) if is_it(desk)), None)


async def tap_open(conv: Conversation, tap: Tap) -> None:
    """开放 n 天: ask once more, with the days."""
    desks = await _desks(conv)
    page = _page_with(desks, lambda desk: desk.unit.id == tap.id)
    if page is None:
        raise ShopUnknown
    desk = desks[page]
    today = local_day(desk.now, desk.unit)
    await _show(conv, desks, page, asked=read_asked(f"{today}.{tap.arg}"))


async def tap_open_surely(conv: Conversation, tap: Tap) -> None:
    """确认开放: a second tap finds the window there and is told so."""
    asked = read_asked(tap.arg)
    try:
        await conv.run(
            shop.open_window,
            actor=conv.actor,
            unit_id=tap.id,
            opens_on=asked.opens_on,
            closes_on=asked.closes_on,
            pick_up_until_on=asked.pick_up_until_on,
        )
    except JifenError as refused:
        await conv.refuse(refused)
    desks = await _desks(conv)
    await _show(conv, desks, _page_with(desks, lambda desk: desk.unit.id == tap.id) or 0)


async def tap_close(conv: Conversation, tap: Tap) -> None:
    """现在就结束: ask once more."""
    desks = await _desks(conv)
    page = _page_with(desks, lambda desk: any(window.id == tap.id for window in desk.windows))
    if page is None:
        raise WindowUnknown
    await _show(conv, desks, page, closing_id=tap.id)


async def tap_close_surely(conv: Conversation, tap: Tap) -> None:
    """确定结束: orders keep the time until which they can be collected."""
    await conv.run(shop.close_window, actor=conv.actor, window_id=tap.id)
    desks = await _desks(conv)
    page = _page_with(desks, lambda desk: any(window.id == tap.id for window in desk.windows))
    await _show(conv, desks, page or 0)


SCREEN_TAPS = {
    Act.WINDOWS: tap_windows,
    Act.OPEN_WINDOW: tap_open,
    Act.OPEN_SURELY: tap_open_surely,
    Act.CLOSE_WINDOW: tap_close,
    Act.CLOSE_SURELY: tap_close_surely,
}
