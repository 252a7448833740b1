"""The shopkeeper at the counter: codes, handing over, the shelf, and a product by photo."""

import io

from aiogram.methods import GetFile
from aiogram.types import Message

from bot.callbacks import PAGE_MAX, Act, Tap, page_of
from bot.conversation import Conversation
from bot.fetcher import FETCH_SECONDS_MAX
from bot.screens.counter import CounterStep, StockDone, counter_screen, desk_screen, kept_screen, shelf_screen
from bot.screens.shop import STEP
from domain.errors import JifenError, ReasonMissing
from domain.reports import storable
from domain.shop import ProductFacts, lacks_count, read_caption, read_count, read_price, typed_code
from domain.shop.refusals import CodesLocked, ProductRefused, QuantityRefused
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
    try:
        desk = await conv.run(
            shop.hand_over, actor=conv.actor, order_id=order_id, quantity=quantity, note=note
        )
    except JifenError as refused:
        await conv.refuse(refused)
        await _show_desk(conv, await _open(conv, order_id))
        return
    await _show_desk(conv, desk, done="handed")


async def tap_proxy(conv: Conversation, tap: Tap) -> None:
    """别人代领: the next text says who."""
    await _show_desk(conv, await _open(conv, tap.id), ask="proxy")


async def type_proxy(conv: Conversation, text: str) -> None:
    """Who collects was typed."""
    await _hand(conv, int(conv.dialog.data["order_id"]), note=text)


async def tap_prepare(conv: Conversation, tap: Tap) -> None:
    """备好了: the member is told."""
    try:
        desk = await conv.run(shop.prepare, actor=conv.actor, order_id=tap.id)
    except JifenError as refused:
        await conv.refuse(refused)
        await _show_desk(conv, await _open(conv, tap.id))
        return
    await _show_desk(conv, desk, done="prepared")


async def tap_call_off(conv: Conversation, tap: Tap) -> None:
    """取消这单: the next text is the reason."""
    await _show_desk(conv, await _open(conv, tap.id), ask="call_off")


async def type_call_off(conv: Conversation, text: str) -> None:
    """The reason was typed."""
    order_id = int(conv.dialog.data["order_id"])
    try:
        desk = await conv.run(shop.call_off, actor=conv.actor, order_id=order_id, reason=text)
    except JifenError as refused:
        await conv.refuse(refused)
        await _show_desk(conv, await _open(conv, order_id))
        return
    await _show_desk(conv, desk, done="called_off")


async def tap_take_back(conv: Conversation, tap: Tap) -> None:
    """退货: ask first whether others can have it."""
    await _show_desk(conv, await _open(conv, tap.id), ask="back")


async def tap_take_back_as(conv: Conversation, tap: Tap) -> None:
    """货是好的 or 货坏了: the next text is the reason."""
    await _show_desk(conv, await _open(conv, tap.id), ask="take_back", is_sound=bool(int(tap.arg)))


async def type_take_back(conv: Conversation, text: str) -> None:
    """Why it came back was typed."""
    order_id, is_sound = int(conv.dialog.data["order_id"]), bool(conv.dialog.data["is_sound"])
    try:
        desk = await conv.run(
            shop.take_back, actor=conv.actor, order_id=order_id, reason=text, is_sound=is_sound
        )
    except JifenError as refused:
        await conv.refuse(refused)
        await _show_desk(conv, await _open(conv, order_id))
        return
    await _show_desk(conv, desk, done="taken_back")


async def tap_shelf(conv: Conversation, tap: Tap) -> None:
    """商品与库存."""
    page = page_of(str(min(tap.id, PAGE_MAX)))
    found = await conv.run(shop.list_kept_products, actor=conv.actor, is_archived=None, page=page)
    await conv.show(shelf_screen(found, conv.language), STEP)


async def _show_kept(
    conv: Conversation, product_id: int, *, ask: str = "", problem: str = "", done: StockDone | None = None
) -> None:
    product = await conv.run(shop.open_kept_product, actor=conv.actor, product_id=product_id)
    step = {
        "": STEP,
        "stock_in": CounterStep.STOCK_IN,
        "count": CounterStep.COUNT,
        "write_off": CounterStep.WRITE_OFF,
        "price": CounterStep.PRICE,
    }[ask]
    screen = kept_screen(product, conv.language, ask=ask, problem=problem, done=done)
    await conv.show(screen, step, product_id=product_id)


async def tap_kept(conv: Conversation, tap: Tap) -> None:
    """One product of the shelf."""
    await _show_kept(conv, tap.id)


async def tap_stock_in(conv: Conversation, tap: Tap) -> None:
    """进货: the next text is how many."""
    await _show_kept(conv, tap.id, ask="stock_in")


async def tap_count(conv: Conversation, tap: Tap) -> None:
    """盘点: the next text is how many there are."""
    await _show_kept(conv, tap.id, ask="count")


async def tap_write_off(conv: Conversation, tap: Tap) -> None:
    """报损: the next text is how many, and why."""
    await _show_kept(conv, tap.id, ask="write_off")


async def tap_price(conv: Conversation, tap: Tap) -> None:
    """改价: the next text is the new price."""
    await _show_kept(conv, tap.id, ask="price")


async def type_price(conv: Conversation, text: str) -> None:
    """The new price was typed."""
    product_id = int(conv.dialog.data["product_id"])
    try:
        price = read_price(text)
        await conv.run(shop.change_price, actor=conv.actor, product_id=product_id, price=price)
    except JifenError as refused:
        await _show_kept(conv, product_id, ask="price", problem=conv.error_words(refused))
        return
    await _show_kept(conv, product_id)


async def tap_archive(conv: Conversation, tap: Tap) -> None:
    """下架 or 重新上架."""
    is_archived = bool(int(tap.arg))
    await conv.run(shop.archive_product, actor=conv.actor, product_id=tap.id, is_archived=is_archived)
    await _show_kept(conv, tap.id)


async def type_stock_in(conv: Conversation, text: str) -> None:
    """How many came was typed."""
    await _change_stock(conv, "stock_in", text)


async def type_count(conv: Conversation, text: str) -> None:
    """How many were counted was typed."""
    await _change_stock(conv, "count", text)


async def type_write_off(conv: Conversation, text: str) -> None:
    """How many are lost, and why, was typed."""
    await _change_stock(conv, "write_off", text)


async def _change_stock(conv: Conversation, ask: str, text: str) -> None:
    product_id = int(conv.dialog.data["product_id"])
    cause = f"say:{conv.desk.bot.id}:{conv.chat_id}:{conv.update_id}"
    try:
        number, words = read_count(text)
    except QuantityRefused:
        await _show_kept(conv, product_id, ask=ask, problem="number")
        return
    actor, missing = conv.actor, 0
    try:
        if ask == "stock_in":
            await conv.run(
                shop.stock_in,
                actor=actor,
                product_id=product_id,
                count=number,
                cause_key=cause,
                reason=words,
            )
        elif ask == "count":
            before = await conv.run(shop.open_kept_product, actor=actor, product_id=product_id)
            await conv.run(
                shop.count_stock,
                actor=actor,
                product_id=product_id,
                found=number,
                cause_key=cause,
                reason=words,
            )
            missing = before.on_shelf - number
        else:
            await conv.run(
                shop.write_off,
                actor=actor,
                product_id=product_id,
                count=number,
                cause_key=cause,
                reason=words,
            )
    except ReasonMissing:
        await _show_kept(conv, product_id, ask=ask, problem="reason")
        return
    except JifenError as refused:
        await _show_kept(conv, product_id, ask=ask, problem=conv.error_words(refused))
        return
    await _show_kept(conv, product_id, done=StockDone(ask, number, missing))


async def is_product_photo(conv: Conversation, message: Message) -> bool:
    """Tell whether this photo is a new product: its caption says so, and the sender keeps a shop.

    A caption that only forgets how many is meant as one too: it is told so and becomes no report.
    """
    caption = message.caption or ""
    if not message.photo or (read_caption(caption) is None and not lacks_count(caption)):
        return False
    try:
        await conv.run(shop.list_kept_units, actor=conv.actor)
    except JifenError:
        return False
    return True


async def add_by_photo(conv: Conversation, message: Message) -> None:
    """A photo with `热水壶 300分 5件`: put it on the shelf."""
    described = read_caption(message.caption or "")
    if described is None or not message.photo:
        raise ProductRefused(what="caption")
    largest = max(message.photo, key=lambda size: size.width * size.height)
    file = await conv.desk.bot(GetFile(file_id=largest.file_id))
    content = io.BytesIO()
    await conv.desk.bot.download_file(file.file_path or "", content, timeout=FETCH_SECONDS_MAX)
    product = await conv.run(
        shop.add_product,
        actor=conv.actor,
        unit_id=None,
        facts=ProductFacts(described.name, described.price),
        count=described.count,
        cause_key=f"photo:{conv.desk.bot.id}:{conv.chat_id}:{message.message_id}",
        photo=content.getvalue(),
    )
    await conv.show(kept_screen(product, conv.language, is_new=True), STEP, product_id=product.id)


SCREEN_TAPS = {
    Act.HAND: tap_hand,
    Act.PROXY: tap_proxy,
    Act.PREPARE: tap_prepare,
    Act.CALL_OFF: tap_call_off,
    Act.SHELF: tap_shelf,
    Act.STOCK_IN: tap_stock_in,
    Act.COUNT: tap_count,
    Act.WRITE_OFF: tap_write_off,
    Act.ARCHIVE: tap_archive,
    Act.PRICE: tap_price,
    Act.TAKE_BACK: tap_take_back,
    Act.TAKE_BACK_AS: tap_take_back_as,
}
ANYWHERE_TAPS = {Act.COUNTER: tap_counter, Act.ORDER: tap_order, Act.KEPT: tap_kept}
TYPED = {
    CounterStep.LIST: type_code,
    CounterStep.PROXY: type_proxy,
    CounterStep.CALL_OFF: type_call_off,
    CounterStep.STOCK_IN: type_stock_in,
    CounterStep.COUNT: type_count,
    CounterStep.WRITE_OFF: type_write_off,
    CounterStep.PRICE: type_price,
    CounterStep.TAKE_BACK: type_take_back,
}
