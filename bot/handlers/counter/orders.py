"""The shopkeeper at the counter: what waits, codes and names, an order and what becomes of it."""

from collections.abc import Awaitable

from bot.callbacks import PAGE_MAX, Act, Tap, page_of
from bot.conversation import Conversation
from bot.screens.counter import CounterStep, counter_screen, desk_screen
from domain.errors import JifenError
from domain.reports import storable
from domain.shop import typed_code
from domain.shop.refusals import CodesLocked
from services import shop
from services.shop import CounterDesk

NAME_LENGTH_MAX = 60
"""So much of a typed text is looked up as a name."""


async def show_counter(conv: Conversation, page: int = 0) -> None:
    """兑换台: what waits to be collected; the next text is a pick-up code."""
    found = await conv.run(shop.list_orders, actor=conv.actor, page=page)
    await conv.show(counter_screen(found, conv.language), CounterStep.LIST)


async def tap_counter(conv: Conversation, tap: Tap) -> None:
    """The list, or another page of it."""
    await show_counter(conv, page_of(str(min(tap.id, PAGE_MAX))))


async def open_by_code(conv: Conversation, text: str) -> None:
    """A pick-up code was typed, or scanned as a link."""
    desk = await conv.run(shop.find_by_code, actor=conv.actor, text=text)
    await _show_desk(conv, desk)


async def type_code(conv: Conversation, text: str) -> None:
    """A text at the counter: a code, the name of who stands there, or told that it is neither."""
    try:
        if typed_code(text) is None and await _open_by_name(conv, text):
            return
        await open_by_code(conv, text)
    except CodesLocked:
        raise
    except JifenError as refused:
        await conv.refuse(refused)


async def _open_by_name(conv: Conversation, name: str) -> bool:
    """Show what waits for people of this name: the order itself where there is one; False for none."""
    name = storable(name)[:NAME_LENGTH_MAX]
    found = await conv.run(shop.list_orders, actor=conv.actor, name=name)
    if not name or not found.total:
        return False
    if found.total == 1:
        await _show_desk(conv, found.desks[0])
    else:
        await conv.show(counter_screen(found, conv.language, name=name), CounterStep.LIST)
    return True


async def _show_desk(
    conv: Conversation, desk: CounterDesk, *, ask: str = "", done: str = "", **data: bool
) -> None:
    step = {
        "": CounterStep.LIST,
        "proxy": CounterStep.PROXY,
        "call_off": CounterStep.CALL_OFF,
        "back": CounterStep.LIST,
        "take_back": CounterStep.TAKE_BACK,
    }[ask]
    screen = desk_screen(desk, conv.language, ask=ask, done=done)
    await conv.show(screen, step, order_id=desk.order.id, **data)


async def _open(conv: Conversation, order_id: int) -> CounterDesk:
    return await conv.run(shop.open_order, actor=conv.actor, order_id=order_id)


async def tap_order(conv: Conversation, tap: Tap) -> None:
    """One order."""
    await _show_desk(conv, await _open(conv, tap.id))


async def tap_hand(conv: Conversation, tap: Tap) -> None:
    """发放: all that is held, or so many."""
    await _hand(conv, tap.id, quantity=int(tap.arg))


async def _hand(conv: Conversation, order_id: int, *, quantity: int | None = None, note: str = "") -> None:
    act = conv.run(shop.hand_over, actor=conv.actor, order_id=order_id, quantity=quantity, note=note)
    await _show_after(conv, order_id, act, done="handed")


async def _show_after(conv: Conversation, order_id: int, act: Awaitable[CounterDesk], *, done: str) -> None:
    """Show the order after an act; one that was refused says why, and the order is shown as it is now."""
    try:
        desk = await act
    except JifenError as refused:
        await conv.refuse(refused)
        desk, done = await _open(conv, order_id), ""
    await _show_desk(conv, desk, done=done)


async def tap_proxy(conv: Conversation, tap: Tap) -> None:
    """别人代领: the next text says who."""
    await _show_desk(conv, await _open(conv, tap.id), ask="proxy")


async def type_proxy(conv: Conversation, text: str) -> None:
    """Who collects was typed."""
    await _hand(conv, int(conv.dialog.data["order_id"]), note=text)


async def tap_prepare(conv: Conversation, tap: Tap) -> None:
    """备好了: the member is told."""
    act = conv.run(shop.prepare, actor=conv.actor, order_id=tap.id)
    await _show_after(conv, tap.id, act, done="prepared")


async def tap_call_off(conv: Conversation, tap: Tap) -> None:
    """取消这单: the next text is the reason."""
    await _show_desk(conv, await _open(conv, tap.id), ask="call_off")


async def type_call_off(conv: Conversation, text: str) -> None:
    """The reason was typed."""
    order_id = int(conv.dialog.data["order_id"])
    act = conv.run(shop.call_off, actor=conv.actor, order_id=order_id, reason=text)
    await _show_after(conv, order_id, act, done="called_off")


async def tap_take_back(conv: Conversation, tap: Tap) -> None:
    """退货: ask first whether others can have it."""
    await _show_desk(conv, await _open(conv, tap.id), ask="back")


async def tap_take_back_as(conv: Conversation, tap: Tap) -> None:
    """货是好的 or 货坏了: the next text is the reason."""
    await _show_desk(conv, await _open(conv, tap.id), ask="take_back", is_sound=bool(int(tap.arg)))


async def type_take_back(conv: Conversation, text: str) -> None:
    """Why it came back was typed."""
    order_id, is_sound = int(conv.dialog.data["order_id"]), bool(conv.dialog.data["is_sound"])
    act = conv.run(shop.take_back, actor=conv.actor, order_id=order_id, reason=text, is_sound=is_sound)
    await _show_after(conv, order_id, act, done="taken_back")


SCREEN_TAPS = {
    Act.HAND: tap_hand,
    Act.PROXY: tap_proxy,
    Act.PREPARE: tap_prepare,
    Act.CALL_OFF: tap_call_off,
    Act.TAKE_BACK: tap_take_back,
    Act.TAKE_BACK_AS: tap_take_back_as,
}
ANYWHERE_TAPS = {Act.COUNTER: tap_counter, Act.ORDER: tap_order}
TYPED = {
    CounterStep.LIST: type_code,
    CounterStep.PROXY: type_proxy,
    CounterStep.CALL_OFF: type_call_off,
    CounterStep.TAKE_BACK: type_take_back,
}
