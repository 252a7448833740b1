"""Draws the products of the story's shop: plain things on a light ground, each with its name."""

import io
from collections.abc import Callable, Mapping
from enum import StrEnum

from PIL import Image, ImageDraw, ImageFont

from sandbox.story.drawings import FONT

SIZE = 800
QUALITY = 82
Colour = tuple[int, int, int]
Draw = ImageDraw.ImageDraw

INK: Colour = (70, 62, 56)
STEEL: Colour = (188, 194, 200)
RED: Colour = (196, 62, 52)
BLUE: Colour = (84, 136, 188)
GREEN: Colour = (104, 160, 104)
CREAM: Colour = (250, 244, 232)
PINK: Colour = (232, 170, 176)


class Goods(StrEnum):
    """What can be had in the story's shop; the value is its name."""

    TISSUES = "抽纸（三包）"
    SOAP = "香皂"
    TOWEL = "纯棉毛巾"
    UMBRELLA = "晴雨伞"
    DRYER = "电吹风"
    KETTLE = "电热水壶"


def draw_goods(goods: Goods) -> bytes:
    """Return the photo of a product as a JPEG, 800 × 800; the same bytes every time."""
    image = Image.new("RGB", (SIZE, SIZE), (238, 240, 238))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 560, SIZE, SIZE), fill=(222, 216, 206))
    draw.ellipse((170, 590, 630, 650), fill=(202, 194, 182))
    _PAINTERS[goods](draw)
    font = ImageFont.truetype(FONT, 56)
    draw.text((SIZE // 2, 740), goods.value, INK, font, anchor="ms")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _tissues(draw: Draw) -> None:
    for step, colour in enumerate((BLUE, GREEN, PINK)):
        top = 480 - 130 * step
        draw.rounded_rectangle((210, top, 590, top + 120), 18, colour)
        draw.rounded_rectangle((330, top + 35, 470, top + 85), 24, CREAM)
    draw.polygon([(350, 240), (400, 150), (450, 240)], fill=CREAM)


def _soap(draw: Draw) -> None:
    draw.rounded_rectangle((230, 430, 570, 600), 70, PINK)
    draw.rounded_rectangle((290, 480, 510, 550), 34, (244, 200, 204))
    for x, y, radius in ((240, 330, 40), (330, 280, 26), (560, 340, 34), (500, 270, 20)):
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=BLUE, width=5)


def _towel(draw: Draw) -> None:
    for step, colour in enumerate((CREAM, BLUE, CREAM)):
        top = 300 + 100 * step
        draw.rounded_rectangle((200, top, 600, top + 95), 40, colour, outline=STEEL, width=4)
        draw.line((240, top + 62, 560, top + 62), RED, 6)


def _umbrella(draw: Draw) -> None:
    draw.line((400, 170, 400, 560), INK, 12)
    draw.arc((340, 500, 400, 610), 0, 180, INK, 12)
    draw.pieslice((170, 180, 630, 640), 180, 360, RED)
    for x in (170, 285, 400, 515):
        draw.pieslice((x, 375, x + 115, 440), 180, 360, (238, 240, 238))


def _dryer(draw: Draw) -> None:
    draw.polygon([(400, 400), (490, 400), (450, 620), (370, 610)], fill=INK)
    draw.rounded_rectangle((240, 260, 560, 420), 78, BLUE)
    draw.polygon([(540, 290), (650, 260), (650, 420), (540, 390)], fill=STEEL)
    draw.ellipse((270, 290, 370, 390), fill=CREAM)


def _kettle(draw: Draw) -> None:
    draw.rectangle((270, 600, 530, 625), fill=INK)
    draw.polygon([(300, 270), (500, 270), (540, 600), (260, 600)], fill=STEEL)
    draw.polygon([(300, 330), (210, 280), (230, 260), (310, 290)], fill=STEEL)
    draw.arc((480, 300, 640, 560), 270, 90, INK, 28)
    draw.rounded_rectangle((330, 225, 470, 270), 18, INK)
    draw.ellipse((385, 195, 415, 228), fill=INK)
    draw.rectangle((340, 400, 370, 560), fill=(150, 190, 220))


_PAINTERS: Mapping[Goods, Callable[[Draw], None]] = {
    Goods.TISSUES: _tissues,
    Goods.SOAP: _soap,
    Goods.TOWEL: _towel,
    Goods.UMBRELLA: _umbrella,
    Goods.DRYER: _dryer,
    Goods.KETTLE: _kettle,
}
