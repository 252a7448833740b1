"""What is shown in a chat: words and rows of buttons, before it becomes a Telegram message."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from bot.callbacks import Act, Tap
from templates.labels import Label
from templates.words import label

TEXT_LENGTH_MAX, CAPTION_LENGTH_MAX = 4096, 1024
_MARKS = re.compile(r"</?[a-z][^<>]*>")
Style = Literal["primary", "success", "danger"]


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button: a tap, or an address."""

    text: str
    tap: Tap | None = None
    url: str | None = None
    style: Style | None = None


Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture above the words: a kept photo by its digest, the QR code of a link to the bot, or a JPEG."""

    digest: str = ""
    start: str = ""
    drawn: bytes = b""

    @property
    def key(self) -> str:
        """What tells two pictures apart."""
        return self.digest or self.start or sha256(self.drawn).hexdigest()


@dataclass(frozen=True, slots=True)
class Screen:
    """Words in HTML and the buttons below them, perhaps under a picture."""

    text: str
    rows: tuple[Row, ...] = ()
    picture: Picture | None = None


def button(
    words: str, act: Act, about: int = 0, arg: str | int = "", *, style: Style | None = None
) -> Button:
    """Return a button with literal words."""
    return Button(words, Tap(act=act, id=about, arg=str(arg)), style=style)


def labelled(
    words: Label, language: str, act: Act, about: int = 0, arg: str | int = "", *, style: Style | None = None
) -> Button:
    """Return a button with one of the product's labels, in the person's language."""
    return button(label(words, language), act, about, arg, style=style)


def in_rows(buttons: Iterable[Button], width: int) -> tuple[Row, ...]:
    """Lay buttons out in rows of at most this width, as even as can be: 3 and 2 rather than 4 and 1."""
    every = tuple(buttons)
    width = -(-len(every) // max(1, -(-len(every) // width)))
    return tuple(every[start : start + width] for start in range(0, len(every), max(1, width)))


def inline_keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    """Return the screen's buttons for Telegram; None where there are none."""
    if not screen.rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(
                    text=b.text,
                    url=b.url,
                    callback_data=b.tap.pack() if b.tap is not None else None,
                    style=b.style,
                )
                for b in row
            ]
            for row in screen.rows
        ]
    )


def main_menu(
    language: str,
    *,
    may_decide: bool,
    has_panel: bool,
    may_announce: bool = False,
    has_shop: bool = False,
    keeps_shop: bool = False,
    may_freeze: bool = False,
) -> ReplyKeyboardMarkup:
    """Return the keyboard that stays at the bottom of the chat."""
    rows = [[Label.REPORT, Label.MY_POINTS], [Label.MY_REPORTS]]
    if may_decide:
        rows[1].append(Label.QUEUE)
    if has_shop:
        rows.append([Label.SHOP, Label.MY_ORDERS])
    desk = [
        *([Label.ANNOUNCE] if may_announce else []),
        *([Label.COUNTER] if keeps_shop else []),
        *([Label.PANEL] if has_panel else []),
    ]
    if may_freeze:
        rows.append([Label.FREEZE, Label.PUBLISH])
    if desk:
        rows.append(desk)
    return ReplyKeyboardMarkup(
        keyboard=[[KeyboardButton(text=label(words, language)) for words in row] for row in rows],
        resize_keyboard=True,
        is_persistent=True,
    )


def plain(text: str) -> str:
    """Return the words of HTML as they are read."""
    return html.unescape(_MARKS.sub("", text))


def text_length(text: str) -> int:
    """Return how long Telegram counts the words of HTML."""
    return len(plain(text).encode("utf-16-le")) // 2


def clipped(text: str, *, length_max: int = TEXT_LENGTH_MAX) -> str:
    """Return HTML whose words fit into one message; where they have to be cut, the marks go too."""
    if text_length(text) <= length_max:
        return text
    kept = plain(text).encode("utf-16-le")[: 2 * (length_max - 1)].decode("utf-16-le", errors="ignore")
    return html.escape(kept, quote=False) + "…"
