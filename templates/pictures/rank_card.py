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
_ARROW, _GAP = 40, 28


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
    rest: Part | None
    """What the other parts come to, where there are more than `PARTS_MAX`; it takes the last row."""
    next_words: str


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)


def draw_rank_card(card: RankCard) -> bytes:
    """Return the card as a JPEG, 720 pixels wide, readable on a phone of 360.

    What is long is written smaller before it is shortened.
    """
    parts = [*card.parts, *([card.rest] if card.rest is not None else [])][:PARTS_MAX]
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
    _write(draw, (MARGIN, 62), card.name, 44, 340, "white", anchor="lm", smallest=28)
    right = WIDTH - MARGIN
    _write(draw, (right, 36), card.unit, 26, 264, (255, 236, 214), anchor="rt", smallest=24)
    draw.text((right, 76), card.period, (255, 236, 214), _font(26), anchor="rt")


def _score(draw: ImageDraw.ImageDraw, card: RankCard) -> None:
    draw.text((MARGIN, 172), card.score_word, PALE, _font(26), anchor="lt")
    right = WIDTH - MARGIN
    beside = 0.0
    if card.grade:
        grade = _fitted(card.grade, 30, 420)
        width = _font(30).getlength(grade) + 36
        draw.rounded_rectangle((right - width, 162, right, 212), 25, fill=GOLD)
        draw.text((right - width / 2, 187), grade, "white", _font(30), anchor="mm")
    if card.rank_words:
        beside = _write(draw, (right, 236), card.rank_words, 36, 360, INK, anchor="rt", smallest=26)
    if card.movement_words:
        colour = PALE if not card.movement else GREEN if card.movement > 0 else RED
        length = _write(draw, (right, 292), card.movement_words, 28, 330, colour, anchor="rt", smallest=22)
        left = right - length
        beside = max(beside, length + _ARROW)
        if card.movement:
            _arrow(draw, left - 22, 304, is_up=card.movement > 0, colour=colour)
    room = int(WIDTH - 2 * MARGIN - beside - (_GAP if beside else 0))
    _write(draw, (MARGIN, 262), show(card.total), 92, room, RED, anchor="lm", smallest=36)
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
    room = WIDTH - 2 * MARGIN - 40
    _write(draw, (WIDTH // 2, height - 58), words, 28, room, INK, anchor="mm", smallest=20)


def _write(
    draw: ImageDraw.ImageDraw,
    at: tuple[float, float],
    words: str,
    size: int,
    width: int,
    colour: str | tuple[int, int, int],
    *,
    anchor: str,
    smallest: int,
) -> float:
    """Write words no wider than this, smaller where they are long; return how wide they are."""
    while size > smallest and _font(size).getlength(words) > width:
        size -= 2
    text = _fitted(words, size, width)
    draw.text(at, text, colour, _font(size), anchor=anchor)
    return _font(size).getlength(text)


def _fitted(words: str, size: int, width: int) -> str:
    """Return the words, shortened with … where they are too wide."""
    font = _font(size)
    if font.getlength(words) <= width:
        return words
    while words and font.getlength(words + "…") > width:
        words = words[:-1]
    return words + "…"
