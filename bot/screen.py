"""What is shown in a chat: words and rows of buttons, before it becomes a Telegram message."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from bot.callbacks import Act, Tap
from templates.labels import Label
from templates.words import label

TEXT_LENGTH_MAX, CAPTION_LENGTH_MAX = 4096, 1024
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
class Screen:
    """Words in HTML and the buttons below them."""

    text: str
    rows: tuple[Row, ...] = ()


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
    """Lay buttons out in rows of this width."""
    every = tuple(buttons)
    return tuple(every[start : start + width] for start in range(0, len(every), width))


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


def main_menu(language: str, *, may_decide: bool, may_announce: bool, has_panel: bool) -> ReplyKeyboardMarkup:
    """Return the keyboard that stays at the bottom of the chat."""
    rows = [[Label.REPORT, Label.MY_POINTS], [Label.MY_REPORTS]]
    if may_decide:
        rows[1].append(Label.QUEUE)
    desk = [Label.ANNOUNCE] if may_announce else []
    if has_panel:
        desk.append(Label.PANEL)
    if desk:
        rows.append(desk)
    return ReplyKeyboardMarkup(
        keyboard=[[KeyboardButton(text=label(words, language)) for words in row] for row in rows],
        resize_keyboard=True,
        is_persistent=True,
    )
