"""The shop as its shopkeeper sees it: what waits to be collected, an order, the shelf, a product."""

from dataclasses import dataclass
from fractions import Fraction

from bot.callbacks import Act
from bot.screen import Button, Row, Screen, button, in_rows, labelled
from bot.screens.shop import pages_of, picture_of, turning
from domain.shop import Described, OrderAction, Product
from services.shop import CounterDesk, CounterPage, ProductPage, last_day
from services.shop.catalogue import PAGE_LENGTH as PRODUCTS_PER_PAGE
from services.shop.pickup import PAGE_LENGTH
from templates.labels import Label
from templates.words import label, render

HAND_CHOICES_MAX = 6


class CounterStep:
    """Names of the steps at the counter; the dialog keeps them."""

    LIST = "counter_list"
    """The next text is a pick-up code."""
    PROXY = "counter_proxy"
    """The next text says who collects."""
    CALL_OFF = "counter_call_off"
    """The next text is the reason."""
    TAKE_BACK = "counter_take_back"
    """The next text is why it came back."""
    PRICE = "counter_price"
    """The next text is the new price."""
    STOCK_IN = "counter_stock_in"
    """The next text is how many came."""
    COUNT = "counter_count"
    """The next text is how many were counted."""
    WRITE_OFF = "counter_write_off"
    """The next text is how many are lost, and why."""
    PHOTO = "counter_photo"
    """New goods were named: the next photo is theirs, the next text as at the list."""
    WINDOW = "counter_window"
    """The next text is the day on which the shop opens."""


@dataclass(frozen=True, slots=True)
class StockDone:
    """What was written down: stock_in, count or write_off, how many, and how many were missing in a count."""

    what: str
    count: int
    missing: int = 0


@dataclass(frozen=True, slots=True)
class PriceDone:
    """A price was written down; `before` is what one cost until then, in points."""

    before: Fraction


def counter_screen(found: CounterPage, language: str, *, name: str = "") -> Screen:
    """Show one page of the orders to be collected, a number for each; a typed code or name opens one too.

    With a `name` these are the first orders of people called so.
    """
    pages = 1 if name else pages_of(found.total, PAGE_LENGTH)
    text = render("messages/shop/counter.j2", language, {"found": found, "pages": pages, "name": name})
    numbers = [button(str(n), Act.ORDER, desk.order.id) for n, desk in enumerate(found.desks, start=1)]
    beside: Row = (labelled(Label.COUNTER, language, Act.COUNTER),)
    if not name:
        beside = (
            labelled(Label.SHELF, language, Act.SHELF),
            labelled(Label.WINDOWS, language, Act.WINDOWS),
        )
    rows = (*in_rows(numbers, 4), turning(language, Act.COUNTER, found.page, pages), beside)
    return Screen(text, tuple(row for row in rows if row))


def desk_screen(desk: CounterDesk, language: str, *, ask: str = "", done: str = "") -> Screen:
    """Show an order with the product's photo.

    `ask` is the open question: proxy, call_off, back (is it sound?) or take_back (why?); `done` is what was
    done just now: handed, prepared, called_off or taken_back. Without it a closed order warns, so that nobody
    hands over twice on a used code.
    """
    order, about = desk.order, desk.order.id
    facts = {
        "desk": desk,
        "ask": ask,
        "done": done,
        "collect_by": last_day(order.expires_at, desk.unit),
    }
    text = render("messages/shop/desk.j2", language, facts)
    if ask:
        sound: tuple[Row, ...] = ()
        if ask == "back":
            sound = (
                (labelled(Label.BACK_SOUND, language, Act.TAKE_BACK_AS, about, 1),),
                (labelled(Label.BACK_BROKEN, language, Act.TAKE_BACK_AS, about, 0),),
            )
        back: Row = (labelled(Label.BACK, language, Act.ORDER, about),)
        return Screen(text, (*sound, back), picture_of(desk.product))
    rows = (*_handing(desk, language), (labelled(Label.COUNTER, language, Act.COUNTER),))
    return Screen(text, tuple(row for row in rows if row), picture_of(desk.product))


def _handing(desk: CounterDesk, language: str) -> tuple[Row, ...]:
    about, held = desk.order.id, desk.order.held
    if OrderAction.RETURN in desk.actions and not desk.is_own:
        return ((labelled(Label.TAKE_BACK, language, Act.TAKE_BACK, about),),)
    if OrderAction.FULFIL not in desk.actions:
        return ()
    beside: list[Button] = []
    if OrderAction.PREPARE in desk.actions:
        beside.append(labelled(Label.PREPARED, language, Act.PREPARE, about))
    beside.append(labelled(Label.CALL_OFF, language, Act.CALL_OFF, about))
    if desk.is_own:
        return (tuple(beside),)
    words = label(Label.HAND_REST if desk.order.handed else Label.HAND_ALL, language).format(count=held)
    whole: Row = (button(words, Act.HAND, about, held, style="success"),)
    parts = [
        button(label(Label.HAND_SOME, language).format(count=count), Act.HAND, about, count)
        for count in range(1, min(held, HAND_CHOICES_MAX + 1))
    ]
    proxy: Row = (labelled(Label.BY_PROXY, language, Act.PROXY, about),)
    return (whole, *in_rows(parts, 3), proxy, tuple(beside))


def shelf_screen(found: ProductPage, language: str) -> Screen:
    """Show the shopkeeper's products with what is there of each, a number for each."""
    pages = pages_of(found.total, PRODUCTS_PER_PAGE)
    text = render("messages/shop/shelf.j2", language, {"found": found, "pages": pages})
    numbers = [button(str(n), Act.KEPT, product.id) for n, product in enumerate(found.products, start=1)]
    back: Row = (labelled(Label.COUNTER, language, Act.COUNTER),)
    rows = (*in_rows(numbers, 5), turning(language, Act.SHELF, found.page, pages), back)
    return Screen(text, tuple(row for row in rows if row))


def goods_screen(described: Described, language: str) -> Screen:
    """Ask for the photo of new goods that were named."""
    text = render("messages/shop/goods.j2", language, {"described": described})
    return Screen(text, ((labelled(Label.COUNTER, language, Act.COUNTER),),))


def kept_screen(
    product: Product,
    language: str,
    *,
    ask: str = "",
    problem: str = "",
    is_new: bool = False,
    done: StockDone | PriceDone | None = None,
) -> Screen:
    """Show a product to its shopkeeper.

    `ask` is the number asked for: stock_in, count, write_off or price; `done` is what was written down just
    now.
    """
    facts = {
        "product": product,
        "ask": ask,
        "problem": problem,
        "is_new": is_new,
        "done": done,
        "price_before": done.before if isinstance(done, PriceDone) else None,
    }
    text = render("messages/shop/kept.j2", language, facts)
    about = product.id
    if ask:
        back: Row = (labelled(Label.BACK, language, Act.KEPT, about),)
        return Screen(text, (back,), picture_of(product))
    is_archived = product.archived_at is not None
    changing: Row = (
        labelled(Label.STOCK_IN, language, Act.STOCK_IN, about),
        labelled(Label.COUNT, language, Act.COUNT, about),
        labelled(Label.WRITE_OFF, language, Act.WRITE_OFF, about),
    )
    words = Label.RESTORE if is_archived else Label.ARCHIVE
    ending: Row = (
        labelled(Label.PRICE, language, Act.PRICE, about),
        labelled(words, language, Act.ARCHIVE, about, 0 if is_archived else 1),
        labelled(Label.SHELF, language, Act.SHELF),
    )
    return Screen(text, (changing, ending), picture_of(product))
