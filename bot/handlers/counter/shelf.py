"""The shopkeeper's shelf: products, what came in, what a count found, what is lost, a new price."""

from bot.callbacks import PAGE_MAX, Act, Tap, page_of
from bot.conversation import Conversation
from bot.screens.counter import CounterStep, PriceDone, StockDone, kept_screen, shelf_screen
from bot.screens.shop import STEP
from domain.errors import JifenError, ReasonMissing
from domain.shop import read_count, read_price
from domain.shop.refusals import QuantityRefused
from services import shop


async def tap_shelf(conv: Conversation, tap: Tap) -> None:
    """商品与库存."""
    page = page_of(str(min(tap.id, PAGE_MAX)))
    found = await conv.run(shop.list_kept_products, actor=conv.actor, is_archived=None, page=page)
    await conv.show(shelf_screen(found, conv.language), STEP)


async def _show_kept(
    conv: Conversation,
    product_id: int,
    *,
    ask: str = "",
    problem: str = "",
    done: StockDone | PriceDone | None = None,
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
    """入库: the next text is how many."""
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
        before = await conv.run(shop.open_kept_product, actor=conv.actor, product_id=product_id)
        await conv.run(shop.change_price, actor=conv.actor, product_id=product_id, price=price)
    except JifenError as refused:
        await _show_kept(conv, product_id, ask="price", problem=conv.error_words(refused))
        return
    await _show_kept(conv, product_id, done=PriceDone(before.price))


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


SCREEN_TAPS = {
    Act.SHELF: tap_shelf,
    Act.STOCK_IN: tap_stock_in,
    Act.COUNT: tap_count,
    Act.WRITE_OFF: tap_write_off,
    Act.ARCHIVE: tap_archive,
    Act.PRICE: tap_price,
}
ANYWHERE_TAPS = {Act.KEPT: tap_kept}
TYPED = {
    CounterStep.STOCK_IN: type_stock_in,
    CounterStep.COUNT: type_count,
    CounterStep.WRITE_OFF: type_write_off,
    CounterStep.PRICE: type_price,
}
