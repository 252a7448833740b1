"""The shop as members see it: the list, a product, the confirmation, one's own orders, the statement."""

from fractions import Fraction

from bot.callbacks import Act
from bot.screen import Button, Picture, Row, Screen, button, in_rows, labelled
from domain.points import show_exact
from domain.shop import START_PREFIX, Order, OrderAction, Product, PurseKind, next_order_status, shown_code
from domain.shop.refusals import OrderClosed
from services.actors import local_day
from services.shop import (
    ORDERS_PER_PAGE,
    PAGE_LENGTH,
    MyPurse,
    OrderPage,
    OrderView,
    ProductView,
    ShopView,
    last_day,
)
from services.shop.purses import PAGE_LENGTH as LINES_PER_PAGE
from templates.labels import Label
from templates.words import label, render

QUANTITIES_OFFERED_MAX = 5
STEP = "shop"


def picture_of(product: Product) -> Picture | None:
    """Return a product's photo, where it has one."""
    return Picture(digest=product.photo_digest) if product.photo_digest is not None else None


def turning(language: str, act: Act, page: int, pages: int) -> Row:
    """Return the buttons that turn a list's pages."""
    before = [labelled(Label.PREVIOUS_PAGE, language, act, page - 1)] if page > 0 else []
    after = [labelled(Label.FOLLOWING_PAGE, language, act, page + 1)] if page + 1 < pages else []
    return (*before, *after)


def pages_of(total: int, length: int) -> int:
    """Return how many pages a list has, at least one."""
    return max(1, -(-total // length))


def _times(view: ShopView | ProductView) -> dict[str, object]:
    window, planned, unit = view.window, view.next_window, view.unit
    return {
        "closes_on": last_day(window.closes_at, unit) if window is not None else None,
        "opens_on": local_day(planned.opens_at, unit) if planned is not None else None,
    }


def shop_screen(view: ShopView, language: str) -> Screen:
    """Show one page of what there is, a number for each."""
    pages = pages_of(view.total, PAGE_LENGTH)
    text = render("messages/shop/list.j2", language, {"view": view, "pages": pages, **_times(view)})
    numbers = tuple(
        button(str(n), Act.PRODUCT, product.id, view.page) for n, product in enumerate(view.products, start=1)
    )
    own: list[Button] = [
        labelled(Label.MY_ORDERS, language, Act.MY_ORDERS),
        labelled(Label.STATEMENT, language, Act.PURSE),
    ]
    rows = (numbers, turning(language, Act.SHOP, view.page, pages), tuple(own))
    return Screen(text, tuple(row for row in rows if row))


def product_screen(view: ProductView, language: str, *, page: int, problem: str = "") -> Screen:
    """Show a product with its photo, and how many of it one may order now."""
    text = render("messages/shop/product.j2", language, {"view": view, "problem": problem, **_times(view)})
    about = view.product.id
    offered = min(view.quantity_max, QUANTITIES_OFFERED_MAX)
    wanted = [
        Button(
            label(Label.ORDER_NOW, language).format(count=count),
            button("", Act.WANT, about, count).tap,
            style="primary" if count == 1 else None,
        )
        for count in range(1, offered + 1)
    ]
    waiting: Row = ()
    if view.product.stock == 0 and view.is_for_me and not view.is_waited_for:
        waiting = (labelled(Label.TELL_ME, language, Act.WAIT, about),)
    back: Row = (labelled(Label.BACK, language, Act.SHOP, page),)
    rows = (*in_rows(wanted, 3), waiting, back)
    return Screen(text, tuple(row for row in rows if row), picture_of(view.product))


def confirm_screen(view: ProductView, language: str, *, quantity: int, cause: int) -> Screen:
    """Ask once more, with the balance before and after; `cause` makes every tap on it one order."""
    price = view.product.price
    unit, window = view.unit, view.window
    facts = {
        "view": view,
        "quantity": quantity,
        "cost": price * quantity,
        "after": view.balance - price * quantity,
        "collect_by": last_day(window.pick_up_until_at, unit) if window is not None else None,
    }
    text = render("messages/shop/confirm.j2", language, facts)
    arg = f"{quantity}.{cause}.{show_exact(price)}"
    confirm = labelled(
        Label.CONFIRM_ORDER, language, Act.CONFIRM_ORDER, view.product.id, arg, style="success"
    )
    back = labelled(Label.BACK, language, Act.PRODUCT, view.product.id)
    return Screen(text, ((confirm,), (back,)), picture_of(view.product))


def ordered_screen(view: OrderView, language: str) -> Screen:
    """Say what was ordered; the code comes as a message of its own."""
    text = render("messages/shop/ordered.j2", language, {"view": view})
    own: Row = (
        labelled(Label.MY_ORDERS, language, Act.MY_ORDERS),
        labelled(Label.SHOP, language, Act.SHOP),
    )
    return Screen(text, (own,), picture_of(view.product))


def orders_screen(page: OrderPage, language: str) -> Screen:
    """Show one page of one's own orders, a number for each."""
    pages = pages_of(page.total, ORDERS_PER_PAGE)
    text = render("messages/shop/orders.j2", language, {"page": page, "pages": pages})
    numbers = tuple(
        button(str(n), Act.MY_ORDER, order.id, page.page) for n, order in enumerate(page.orders, start=1)
    )
    shop: Row = (labelled(Label.SHOP, language, Act.SHOP),)
    rows = (numbers, turning(language, Act.MY_ORDERS, page.page, pages), shop)
    return Screen(text, tuple(row for row in rows if row))


def may_cancel(order: Order) -> bool:
    """Tell whether the member may still call the order off."""
    try:
        next_order_status(order.status, OrderAction.CANCEL)
    except OrderClosed:
        return False
    return True


def order_screen(view: OrderView, language: str, *, page: int = 0, is_asking: bool = False) -> Screen:
    """Show one of one's own orders; `is_asking` whether to call it off."""
    order, about = view.order, view.order.id
    facts = {"view": view, "is_asking": is_asking, "collect_by": last_day(order.expires_at, view.unit)}
    text = render("messages/shop/order.j2", language, facts)
    back: Row = (labelled(Label.BACK, language, Act.MY_ORDERS, page),)
    if is_asking:
        sure = labelled(Label.YES_CANCEL_ORDER, language, Act.DROP, about, style="danger")
        return Screen(text, ((sure,), (labelled(Label.BACK, language, Act.MY_ORDER, about),)))
    code: Row = (
        (labelled(Label.SHOW_CODE, language, Act.SHOW_CODE, about, style="primary"),) if view.code else ()
    )
    cancel: Row = (labelled(Label.CANCEL_ORDER, language, Act.ASK_DROP, about),) if may_cancel(order) else ()
    return Screen(text, tuple(row for row in (code, cancel, back) if row))


def code_screen(view: OrderView, language: str) -> Screen:
    """Show the pick-up code large, with the QR code that opens the order at the counter."""
    facts = {
        "view": view,
        "code": shown_code(view.code),
        "collect_by": last_day(view.order.expires_at, view.unit),
    }
    row: Row = (labelled(Label.MY_ORDERS, language, Act.MY_ORDER, view.order.id),)
    text = render("messages/shop/code.j2", language, facts)
    return Screen(text, (row,), Picture(start=f"{START_PREFIX}{view.code}"))


def purse_screen(mine: MyPurse, language: str) -> Screen:
    """Show what can be spent and how it came about, the newest first."""
    pages = pages_of(mine.total, LINES_PER_PAGE)
    facts = {"mine": mine, "pages": pages, "kinds": PurseKind}
    text = render("messages/shop/purse.j2", language, facts)
    back: Row = (labelled(Label.SHOP, language, Act.SHOP),)
    rows = (turning(language, Act.PURSE, mine.page, pages), back)
    return Screen(text, tuple(row for row in rows if row))


def read_confirmation(arg: str) -> tuple[int, int, Fraction]:
    """Return quantity, cause and price that a confirming button carries.

    Raises:
        ValueError: no button of ours carries this.
    """
    quantity, cause, price = arg.split(".", 2)
    return int(quantity), int(cause), Fraction(price)
