"""The shop from the shopkeeper's side of the counter: orders, the shelf, and new goods."""

from bot.handlers.counter import goods, orders, shelf
from bot.handlers.counter.goods import take_photo, take_words
from bot.handlers.counter.orders import open_by_code, show_counter

SCREEN_TAPS = {**orders.SCREEN_TAPS, **shelf.SCREEN_TAPS}
ANYWHERE_TAPS = {**orders.ANYWHERE_TAPS, **shelf.ANYWHERE_TAPS}
TYPED = {**orders.TYPED, **shelf.TYPED, **goods.TYPED}

__all__ = [
    "ANYWHERE_TAPS",
    "SCREEN_TAPS",
    "TYPED",
    "open_by_code",
    "show_counter",
    "take_photo",
    "take_words",
]
