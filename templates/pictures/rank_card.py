"""Draws the rank card: a member's score, rank and movement, the parts as bars, what the next grade needs."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from domain.points import show, show_signed

FONT = Path(__file__).parents[2] / "panel" / "static" / "fonts" / "noto-sans-sc.woff2"
WIDTH, MARGIN = 720, 48
PARTS_MAX = 6
_HEAD, _ROW, _FOOT = 400, 76, 108
RED, GOLD = (178, 34, 34), (201, 143, 32)
INK, PALE, LINE, PAPER = (38, 38, 42), (120, 120, 128), (232, 228, 222), (255, 253, 250)
GREEN, TRACK = (46, 125, 80), (244, 238, 230)
_BAR_HEIGHT = 18
_QUALITY = 88


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the total: its name and points."""

    name: str
    points: Fraction


@dataclass(frozen=True, slots=True)
class RankCard:
    """What the card says, in the reader's language; empty words are left out.

    `movement` is how many places the member went up (down where negative); None where there is nothing to
    compare with.
    """

    name: str
    unit: str
    period: str
    total: Fraction
    score_word: str
    rank_words: str
    movement: int | None
    movement_words: str
    grade: str
    parts: Sequence[Part]
    next_words: str


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)


def draw_rank_card(card: RankCard) -> bytes:
    """Return the card as a JPEG, 720 pixels wide, readable on a phone of 360."""
    parts = list(card.parts)[:PARTS_MAX]
    height = _HEAD + _ROW * len(parts) + (_FOOT if card.next_words else MARGIN)
    picture = Image.new("RGB", (WIDTH, height), PAPER)
    draw = ImageDraw.Draw(picture)
    _head(draw, card)
    _score(draw, card)
    _bars(draw, parts)
    if card.next_words:
        _foot(draw, card.next_words, height)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _head(draw: ImageDraw.ImageDraw, card: RankCard) -> None:
    draw.rectangle((0, 0, WIDTH, 132), fill=RED)
    draw.text((MARGIN, 38), _fitted(card.name, 44, 330), "white", _font(44), anchor="lt")
    right = WIDTH - MARGIN
    draw.text((right, 36), _fitted(card.unit, 26, 270), (255, 236, 214), _font(26), anchor="rt")
    draw.text((right, 76), card.period, (255, 236, 214), _font(26), anchor="rt")


def _score(draw: ImageDraw.ImageDraw, card: RankCard) -> None:
    draw.text((MARGIN, 172), card.score_word, PALE, _font(26), anchor="lt")
    draw.text((MARGIN, 214), show(card.total), RED, _font(92), anchor="lt")
    right = WIDTH - MARGIN
    if card.grade:
        width = _font(30).getlength(card.grade) + 36
        draw.rounded_rectangle((right - width, 162, right, 212), 25, fill=GOLD)
        draw.text((right - width / 2, 187), card.grade, "white", _font(30), anchor="mm")
    if card.rank_words:
        draw.text((right, 236), card.rank_words, INK, _font(36), anchor="rt")
    if card.movement_words:
        colour = PALE if not card.movement else GREEN if card.movement > 0 else RED
        words = _font(28)
        left = right - words.getlength(card.movement_words)
        draw.text((right, 292), card.movement_words, colour, words, anchor="rt")
        if card.movement:
            _arrow(draw, left - 22, 304, is_up=card.movement > 0, colour=colour)
    draw.line((MARGIN, 352, right, 352), LINE, 2)


def _arrow(
    draw: ImageDraw.ImageDraw, x: float, y: float, *, is_up: bool, colour: tuple[int, int, int]
) -> None:
    """Draw a small triangle, since a font need not have one."""
    tip = y - 10 if is_up else y + 10
    base = y + 10 if is_up else y - 10
    draw.polygon([(x - 11, base), (x + 11, base), (x, tip)], fill=colour)


def _bars(draw: ImageDraw.ImageDraw, parts: Sequence[Part]) -> None:
    longest = max((abs(part.points) for part in parts), default=Fraction(0))
    for number, part in enumerate(parts):
        top = _HEAD - 24 + _ROW * number
        draw.text((MARGIN, top), _fitted(part.name, 26, 420), INK, _font(26), anchor="lt")
        is_loss = part.points < 0
        colour = RED if is_loss else GREEN
        words = show_signed(part.points) if is_loss else show(part.points)
        draw.text((WIDTH - MARGIN, top), words, RED if is_loss else INK, _font(26), anchor="rt")
        track = (MARGIN, top + 38, WIDTH - MARGIN, top + 38 + _BAR_HEIGHT)
        draw.rounded_rectangle(track, _BAR_HEIGHT // 2, fill=TRACK)
        if longest and part.points:
            length = max(float(abs(part.points) / longest) * (WIDTH - 2 * MARGIN), _BAR_HEIGHT)
            bar = (MARGIN, top + 38, MARGIN + length, top + 38 + _BAR_HEIGHT)
            draw.rounded_rectangle(bar, _BAR_HEIGHT // 2, fill=colour)


def _foot(draw: ImageDraw.ImageDraw, words: str, height: int) -> None:
    box = (MARGIN, height - 88, WIDTH - MARGIN, height - 28)
    draw.rounded_rectangle(box, 12, fill=TRACK)
    text = _fitted(words, 28, WIDTH - 2 * MARGIN - 40)
    draw.text((WIDTH // 2, height - 58), text, INK, _font(28), anchor="mm")


def _fitted(words: str, size: int, width: int) -> str:
    """Return the words, shortened with … where they are too wide."""
    font = _font(size)
    if font.getlength(words) <= width:
        return words
    while words and font.getlength(words + "…") > width:
        words = words[:-1]
    return words + "…"
