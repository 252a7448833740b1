"""The shop from the shopkeeper's side of the counter: orders, the shelf, and new goods."""

from bot.handlers.counter import orders, shelf
from bot.handlers.counter.goods import add_by_photo, is_product_photo
from bot.handlers.counter.orders import open_by_code, show_counter

SCREEN_TAPS = {**orders.SCREEN_TAPS, **shelf.SCREEN_TAPS}
ANYWHERE_TAPS = {**orders.ANYWHERE_TAPS, **shelf.ANYWHERE_TAPS}
TYPED = {**orders.TYPED, **shelf.TYPED}

__all__ = [
    "ANYWHERE_TAPS",
    "SCREEN_TAPS",
    "TYPED",
    "add_by_photo",
    "is_product_photo",
    "open_by_code",
    "show_counter",
]
