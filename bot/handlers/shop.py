"""The member in the shop: looking, ordering, one's own orders and the statement."""

from bot.callbacks import PAGE_MAX, Act, Tap, page_of
from bot.conversation import Conversation
from bot.screens.shop import (
    STEP,
    code_screen,
    confirm_screen,
    order_screen,
    ordered_screen,
    orders_screen,
    product_screen,
    purse_screen,
    read_confirmation,
    shop_screen,
)
from domain.errors import JifenError
from domain.shop import QUANTITY_MAX
from domain.shop.refusals import OrderUnknown, ProductUnknown, ShopUnknown
from services import shop


async def show_shop(conv: Conversation, page: int = 0) -> None:
    """商城."""
    view = await conv.run(shop.open_shop, actor=conv.actor, page=page)
    await conv.show(shop_screen(view, conv.language), STEP)


async def tap_shop(conv: Conversation, tap: Tap) -> None:
    """The list, or another page of it."""
    await show_shop(conv, page_of(str(min(tap.id, PAGE_MAX))))


async def tap_product(conv: Conversation, tap: Tap) -> None:
    """One product."""
    await _show_product(conv, tap.id, page=page_of(tap.arg))


async def _show_product(conv: Conversation, product_id: int, *, page: int = 0, problem: str = "") -> None:
    view = await conv.run(shop.open_product, actor=conv.actor, product_id=product_id)
    await conv.show(product_screen(view, conv.language, page=page, problem=problem), STEP)


async def tap_want(conv: Conversation, tap: Tap) -> None:
    """换 n 件: ask once more, with the balance before and after."""
    quantity = int(tap.arg)
    view = await conv.run(shop.open_product, actor=conv.actor, product_id=tap.id)
    if not 1 <= quantity <= min(view.quantity_max, QUANTITY_MAX):
        await conv.show(product_screen(view, conv.language, page=0), STEP)
        return
    screen = confirm_screen(view, conv.language, quantity=quantity, cause=conv.update_id)
    await conv.show(screen, STEP)


async def tap_confirm(conv: Conversation, tap: Tap) -> None:
    """确认兑换: hold points and goods; a second tap on the same question shows the same order."""
    quantity, cause, price = read_confirmation(tap.arg)
    try:
        view = await conv.run(
            shop.place_order,
            actor=conv.actor,
            product_id=tap.id,
            quantity=quantity,
            cause_key=f"tap:{conv.desk.bot.id}:{conv.chat_id}:{cause}",
            price_shown=price,
        )
    except (ProductUnknown, ShopUnknown, OrderUnknown):
        raise
    except JifenError as refused:
        await _show_product(conv, tap.id, problem=conv.error_words(refused))
        return
    await conv.show(ordered_screen(view, conv.language), STEP)


async def tap_wait(conv: Conversation, tap: Tap) -> None:
    """到货告诉我."""
    view = await conv.run(shop.wait_for, actor=conv.actor, product_id=tap.id)
    await conv.show(product_screen(view, conv.language, page=0), STEP)


async def show_my_orders(conv: Conversation, page: int = 0) -> None:
    """我的兑换."""
    found = await conv.run(shop.my_orders, actor=conv.actor, page=page)
    await conv.show(orders_screen(found, conv.language), STEP)


async def tap_my_orders(conv: Conversation, tap: Tap) -> None:
    """The list of one's orders, or another page of it."""
    await show_my_orders(conv, page_of(str(min(tap.id, PAGE_MAX))))


async def tap_my_order(conv: Conversation, tap: Tap) -> None:
    """One of one's orders."""
    view = await conv.run(shop.open_my_order, actor=conv.actor, order_id=tap.id)
    await conv.show(order_screen(view, conv.language, page=page_of(tap.arg)), STEP)


async def tap_code(conv: Conversation, tap: Tap) -> None:
    """看取货码: a message of its own, to be held up at the counter."""
    view = await conv.run(shop.open_my_order, actor=conv.actor, order_id=tap.id)
    if view.code:
        await conv.say(code_screen(view, conv.language))
    else:
        await conv.show(order_screen(view, conv.language), STEP)


async def tap_ask_drop(conv: Conversation, tap: Tap) -> None:
    """取消兑换: ask once more."""
    view = await conv.run(shop.open_my_order, actor=conv.actor, order_id=tap.id)
    await conv.show(order_screen(view, conv.language, is_asking=True), STEP)


async def tap_drop(conv: Conversation, tap: Tap) -> None:
    """确定取消: both go back."""
    try:
        view = await conv.run(shop.cancel_order, actor=conv.actor, order_id=tap.id)
    except JifenError as refused:
        await conv.refuse(refused)
        view = await conv.run(shop.open_my_order, actor=conv.actor, order_id=tap.id)
    await conv.show(order_screen(view, conv.language), STEP)


async def tap_purse(conv: Conversation, tap: Tap) -> None:
    """积分收支, or another page of it."""
    mine = await conv.run(shop.my_purse, actor=conv.actor, page=page_of(str(min(tap.id, PAGE_MAX))))
    await conv.show(purse_screen(mine, conv.language), STEP)


SCREEN_TAPS = {
    Act.WANT: tap_want,
    Act.CONFIRM_ORDER: tap_confirm,
    Act.WAIT: tap_wait,
    Act.SHOW_CODE: tap_code,
    Act.ASK_DROP: tap_ask_drop,
    Act.DROP: tap_drop,
    Act.PURSE: tap_purse,
}
ANYWHERE_TAPS = {
    Act.SHOP: tap_shop,
    Act.PRODUCT: tap_product,
    Act.MY_ORDERS: tap_my_orders,
    Act.MY_ORDER: tap_my_order,
}
