"""Draws the photos of the story: simple pleasant scenes, each different, each with its date stamp."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFont

FONT = Path(__file__).parents[2] / "panel" / "static" / "fonts" / "noto-sans-sc.woff2"
WIDTH, HEIGHT = 1280, 960
QUALITY = 78

Colour = tuple[int, int, int]
Draw = ImageDraw.ImageDraw

RED: Colour = (196, 40, 40)
GOLD: Colour = (255, 222, 120)
STAMP: Colour = (255, 176, 64)
SHADOW: Colour = (60, 40, 20)
WOOD: Colour = (166, 124, 82)
SKIN: tuple[Colour, ...] = ((241, 200, 168), (226, 180, 144), (250, 214, 184))
VESTS: tuple[Colour, ...] = ((206, 44, 44), (206, 44, 44), (232, 120, 32), (40, 120, 190), (60, 140, 80))
TROUSERS: tuple[Colour, ...] = ((50, 60, 80), (80, 80, 84), (64, 52, 48), (40, 70, 110))
WALLS: tuple[Colour, ...] = (
    (226, 212, 190),
    (205, 190, 176),
    (214, 222, 228),
    (234, 220, 206),
    (190, 200, 190),
)
LEAVES: tuple[Colour, ...] = ((74, 140, 70), (100, 160, 80), (52, 118, 76), (150, 160, 60))
COVERS: tuple[Colour, ...] = ((250, 250, 246), (200, 60, 50), (70, 110, 160))
SILVER: Colour = (190, 190, 190)


class Scene(StrEnum):
    """Where a photo was taken."""

    STREET = "street"
    """Between houses, cleaning or going round."""
    MEETING = "meeting"
    """Round a table, under a banner."""
    TALK = "talk"
    """In front of a screen, with listeners."""
    RIVER = "river"
    """Along the water."""
    KITCHEN = "kitchen"
    """Behind the counter of a canteen."""
    NIGHT = "night"
    """Under the street lamps."""
    HOME = "home"
    """In somebody's sitting room."""
    OFFICE = "office"
    """Between screens."""
    PAPER = "paper"
    """A certificate or a page of writing."""
    GIFTS = "gifts"
    """Boxes on a table."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One photo to be drawn, 1280 × 960, or half as wide and high; equal pictures give equal bytes."""

    scene: Scene
    seed: int
    taken_at: datetime
    banner: str
    is_small: bool = False


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size)


def draw_picture(picture: Picture) -> bytes:
    """Return the photo as a JPEG; `taken_at` is stamped as it stands, in local time."""
    random = Random(picture.seed)  # noqa: S311  a drawing guards nothing
    image = _PAINTERS[picture.scene](random, picture.banner)
    draw = ImageDraw.Draw(image)
    stamp = f"{picture.taken_at:%Y-%m-%d %H:%M}"
    draw.text(
        (WIDTH - 40, HEIGHT - 40), stamp, STAMP, _font(40), anchor="rs", stroke_width=2, stroke_fill=SHADOW
    )
    out = io.BytesIO()
    (image.reduce(2) if picture.is_small else image).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _ground(top: Colour, bottom: Colour, floor: Colour, horizon: int) -> tuple[Image.Image, Draw]:
    """Return a sky or a wall that shades from top to bottom, over a floor."""
    column = Image.new("RGB", (1, 2))
    column.putpixel((0, 0), top)
    column.putpixel((0, 1), bottom)
    shaded = column.resize((1, HEIGHT), Image.Resampling.BILINEAR)
    image = shaded.resize((WIDTH, HEIGHT), Image.Resampling.NEAREST)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, horizon, WIDTH, HEIGHT), fill=floor)
    return image, draw


def _chance(random: Random, percent: int) -> bool:
    return random.randrange(100) < percent


def _shade(colour: Colour, by: int) -> Colour:
    red, green, blue = (max(0, min(255, part + by)) for part in colour)
    return red, green, blue


def _person(draw: Draw, random: Random, x: int, foot: int, height: int) -> None:
    head = height // 7
    vest, trousers = random.choice(VESTS), random.choice(TROUSERS)
    lean = random.randint(-head // 2, head // 2)
    hip, neck = foot - height * 45 // 100, foot - height + head * 3 // 2
    for side in (-1, 1):
        draw.line((x + side * head // 3, hip, x + side * head * 2 // 3, foot), trousers, head * 2 // 3)
        reach = neck + random.randint(head, head * 3)
        draw.line(
            (x + lean + side * head * 2 // 3, neck + head // 3, x + side * head * 2, reach), vest, head // 2
        )
    draw.rounded_rectangle((x - head + lean, neck, x + head, hip + head // 3), head // 2, vest)
    draw.line((x - head + lean, (neck + hip) // 2, x + head, (neck + hip) // 2), GOLD, max(2, head // 6))
    centre = x + lean
    box = (centre - head // 2, neck - head - head // 4, centre + head // 2, neck)
    draw.ellipse(box, random.choice(SKIN))
    draw.pieslice(box, 180, 360, (56, 46, 42) if _chance(random, 70) else (200, 200, 200))


def _people(draw: Draw, random: Random, foot: int, height: int) -> None:
    places = random.sample(range(120, WIDTH - 119, 130), random.randint(2, 5))
    for x in sorted(places):
        _person(draw, random, x, foot + random.randint(-30, 60), height + random.randint(-40, 40))


def _banner(draw: Draw, random: Random, words: str, y: int) -> None:
    left = random.randint(140, 320)
    draw.rectangle((left, y, WIDTH - left, y + 88), RED)
    draw.text((WIDTH // 2, y + 44), words, GOLD, _font(52), anchor="mm")


def _tree(draw: Draw, random: Random, x: int, foot: int) -> None:
    size = random.randint(90, 170)
    draw.rectangle((x - size // 10, foot - size, x + size // 10, foot), WOOD)
    leaves = random.choice(LEAVES)
    for _ in range(4):
        dx, dy, spread = (
            random.randint(-size // 2, size // 2),
            random.randint(-size // 3, size // 3),
            size // 2,
        )
        middle = foot - size * 3 // 2 + dy
        box = (x + dx - spread, middle - spread, x + dx + spread, middle + spread)
        draw.ellipse(box, _shade(leaves, random.randint(-14, 14)))


def _houses(draw: Draw, random: Random, foot: int, window: Colour) -> None:
    x = random.randint(-120, 0)
    while x < WIDTH:
        width, height = random.randint(160, 300), random.randint(200, 460)
        draw.rectangle((x, foot - height, x + width, foot), random.choice(WALLS))
        draw.rectangle((x, foot - height - 16, x + width, foot - height), _shade(random.choice(WALLS), -60))
        for wx in range(x + 24, x + width - 50, 66):
            for wy in range(foot - height + 30, foot - 90, 84):
                draw.rectangle((wx, wy, wx + 38, wy + 50), _shade(window, random.randint(-25, 25)))
        x += width + random.randint(0, 90)


def _street(random: Random, banner: str) -> Image.Image:
    horizon = random.randint(560, 640)
    sky = random.choice([(120, 180, 235), (150, 195, 225), (185, 200, 210), (110, 170, 220)])
    image, draw = _ground(sky, (236, 242, 246), random.choice([(168, 168, 164), (150, 154, 150)]), horizon)
    if _chance(random, 60):
        x = random.randint(80, 1100)
        draw.ellipse((x, 50, x + 110, 160), (255, 236, 160))
    _houses(draw, random, horizon, (150, 180, 200))
    draw.rectangle((0, horizon, WIDTH, horizon + 46), random.choice(LEAVES))
    for _ in range(random.randint(2, 5)):
        _tree(draw, random, random.randint(40, WIDTH - 40), horizon + 30)
    if _chance(random, 50):
        _banner(draw, random, banner, horizon - random.randint(120, 240))
    _people(draw, random, random.randint(820, 880), random.randint(300, 400))
    return image


def _meeting(random: Random, banner: str) -> Image.Image:
    wall = random.choice(WALLS)
    image, draw = _ground(_shade(wall, 16), wall, random.choice([(150, 120, 96), (176, 160, 140)]), 640)
    _banner(draw, random, banner, random.randint(70, 150))
    for x in range(random.randint(60, 160), WIDTH, random.randint(260, 420)):
        draw.rectangle((x, 290, x + 130, 450), _shade(wall, -26))
    for x in range(random.randint(150, 230), WIDTH - 100, random.randint(170, 240)):
        _person(draw, random, x, 800, random.randint(360, 410))
    top = random.randint(620, 670)
    draw.polygon(((120, top), (WIDTH - 120, top), (WIDTH, HEIGHT - 90), (0, HEIGHT - 90)), WOOD)
    for _ in range(random.randint(5, 9)):
        x, y = random.randint(160, WIDTH - 220), random.randint(top + 24, HEIGHT - 190)
        draw.rectangle(
            (x, y, x + 90, y + 44), random.choice([(250, 250, 246), (200, 60, 50), (70, 110, 160)])
        )
    return image


def _talk(random: Random, banner: str) -> Image.Image:
    wall = random.choice(WALLS)
    image, draw = _ground(_shade(wall, -20), wall, (120, 110, 104), 660)
    left = random.randint(180, 420)
    draw.rectangle((left, 90, left + 660, 480), (246, 248, 250), (90, 90, 90), 8)
    draw.text((left + 330, 150), banner, random.choice([RED, (40, 90, 160)]), _font(52), anchor="mm")
    for row in range(random.randint(3, 5)):
        length = random.randint(200, 540)
        y = 224 + row * 52
        draw.rectangle(
            (left + 60, y, left + 60 + length, y + 18), random.choice([(150, 170, 190), (190, 190, 190)])
        )
    _person(draw, random, left + random.choice((-90, 760)), 780, 420)
    for x in range(random.randint(40, 120), WIDTH, random.randint(130, 170)):
        shirt = random.choice(VESTS + TROUSERS)
        draw.ellipse((x - 44, 690, x + 44, 790), (52, 44, 42))
        draw.rounded_rectangle((x - 80, 785, x + 80, HEIGHT + 40), 50, shirt)
    return image


def _river(random: Random, banner: str) -> Image.Image:
    horizon = random.randint(380, 460)
    image, draw = _ground((140, 190, 230), (230, 240, 244), (90, 150, 170), horizon)
    for x in range(-100, WIDTH, random.randint(180, 260)):
        y = random.randint(60, 150)
        hill = (x, horizon - y, x + 420, horizon + y)
        draw.pieslice(hill, 180, 360, _shade((110, 150, 120), random.randint(-20, 20)))
    for _ in range(26):
        x, y = random.randint(0, WIDTH), random.randint(horizon + 20, 720)
        draw.line((x, y, x + random.randint(40, 160), y), (150, 196, 210), 4)
    bank = random.randint(700, 760)
    slope = random.randint(-60, 60)
    draw.polygon(
        ((0, bank + slope), (WIDTH, bank - slope), (WIDTH, HEIGHT), (0, HEIGHT)), random.choice(LEAVES)
    )
    for _ in range(random.randint(2, 4)):
        _tree(draw, random, random.randint(30, WIDTH - 30), bank + 20)
    if _chance(random, 40):
        _banner(draw, random, banner, bank - 190)
    _people(draw, random, 890, random.randint(280, 360))
    return image


def _kitchen(random: Random, banner: str) -> Image.Image:
    image, draw = _ground((238, 236, 228), (224, 228, 222), (186, 180, 170), 700)
    tile = random.choice([(206, 222, 226), (232, 214, 200), (214, 226, 206)])
    for x in range(0, WIDTH, 80):
        draw.line((x, 0, x, 700), tile, 3)
    for y in range(0, 700, 80):
        draw.line((0, y, WIDTH, y), tile, 3)
    _banner(draw, random, banner, random.randint(50, 110))
    for x in range(random.randint(180, 300), WIDTH - 100, random.randint(260, 360)):
        _person(draw, random, x, 840, 480)
    draw.rectangle((0, 690, WIDTH, HEIGHT - 60), (206, 208, 212))
    draw.rectangle((0, 670, WIDTH, 700), (170, 174, 180))
    for x in range(random.randint(30, 110), WIDTH - 120, random.randint(150, 210)):
        dish = random.choice([(186, 70, 40), (90, 140, 60), (226, 190, 90), (240, 236, 226), (140, 90, 60)])
        draw.ellipse((x, 690, x + 130, 770), (238, 240, 242))
        draw.ellipse((x + 16, 700, x + 114, 754), dish)
    return image


def _night(random: Random, banner: str) -> Image.Image:
    horizon = random.randint(560, 620)
    image, draw = _ground((14, 22, 52), (52, 56, 96), (60, 60, 68), horizon)
    for _ in range(40):
        x, y = random.randint(0, WIDTH), random.randint(0, 300)
        draw.ellipse((x, y, x + 4, y + 4), (230, 230, 210))
    x = random.randint(100, 1000)
    draw.ellipse((x, 60, x + 90, 150), (244, 240, 210))
    _houses(draw, random, horizon, (220, 190, 110))
    for x in range(random.randint(60, 260), WIDTH, random.randint(320, 420)):
        draw.rectangle((x, horizon - 260, x + 12, horizon + 80), (40, 40, 46))
        draw.ellipse((x - 40, horizon - 300, x + 52, horizon - 220), (255, 226, 140))
        draw.ellipse((x - 130, horizon + 60, x + 142, horizon + 130), (96, 92, 84))
    if _chance(random, 30):
        _banner(draw, random, banner, horizon - 130)
    _people(draw, random, random.randint(830, 880), random.randint(300, 380))
    return image


def _home(random: Random, banner: str) -> Image.Image:
    wall = random.choice(WALLS)
    image, draw = _ground(
        _shade(wall, 12), _shade(wall, -8), random.choice([(190, 160, 124), (170, 150, 130)]), 690
    )
    x = random.randint(90, 700)
    draw.rectangle((x, 120, x + 280, 430), (190, 220, 236), (250, 250, 250), 14)
    draw.line((x + 140, 120, x + 140, 430), (250, 250, 250), 10)
    draw.rectangle((x - 60, 100, x, 470), random.choice(VESTS))
    draw.rectangle((x + 280, 100, x + 340, 470), random.choice(VESTS))
    hanging = (x + 620) % (WIDTH - 200)
    draw.rectangle((hanging, 130, hanging + 150, 330), RED)
    draw.text((hanging + 75, 230), banner[:1], GOLD, _font(110), anchor="mm")
    sofa = random.choice([(120, 90, 70), (90, 110, 130), (150, 120, 90), (110, 120, 90)])
    left = random.randint(160, 420)
    draw.rounded_rectangle((left, 530, left + 640, 780), 40, sofa)
    draw.rounded_rectangle((left - 40, 600, left + 680, 800), 40, _shade(sofa, 18))
    for place in random.sample(range(left + 80, left + 600, 150), random.randint(2, 3)):
        _person(draw, random, place, 870, random.randint(390, 440))
    draw.ellipse((left + 700, 760, left + 900, 860), WOOD)
    return image


def _office(random: Random, banner: str) -> Image.Image:
    image, draw = _ground((222, 230, 236), (206, 216, 224), (130, 140, 150), 680)
    for x in range(random.randint(0, 60), WIDTH, 220):
        draw.rectangle((x, 60, x + 180, 330), (176, 210, 232))
        draw.rectangle((x + 20, random.randint(160, 240), x + 90, 330), (150, 176, 200))
    if _chance(random, 60):
        _banner(draw, random, banner, random.randint(340, 400))
    for x in range(random.randint(120, 220), WIDTH - 60, random.randint(240, 320)):
        _person(draw, random, x, 860, random.randint(400, 450))
        draw.rectangle((x + 40, 560, x + 200, 670), (34, 40, 50))
        draw.rectangle(
            (x + 50, 570, x + 190, 660), random.choice([(60, 120, 190), (50, 60, 80), (70, 150, 130)])
        )
        draw.rectangle((x + 112, 670, x + 128, 710), (60, 64, 70))
    draw.rectangle((0, 705, WIDTH, 750), (232, 228, 220))
    return image


def _paper(random: Random, banner: str) -> Image.Image:
    desk = random.choice([WOOD, (120, 96, 76), (186, 160, 130), (90, 100, 110)])
    image, draw = _ground(_shade(desk, 14), _shade(desk, -14), _shade(desk, -14), HEIGHT - 1)
    left, top = random.randint(120, 260), random.randint(80, 150)
    right, bottom = WIDTH - random.randint(120, 260), HEIGHT - random.randint(90, 160)
    draw.rectangle((left + 14, top + 14, right + 14, bottom + 14), _shade(desk, -40))
    draw.rectangle(
        (left, top, right, bottom), random.choice([(252, 248, 236), (250, 250, 250), (248, 240, 222)])
    )
    draw.rectangle((left + 24, top + 24, right - 24, bottom - 24), outline=RED, width=8)
    draw.text(((left + right) // 2, top + 120), banner, RED, _font(64), anchor="mm")
    for y in range(top + 210, bottom - 160, random.randint(44, 60)):
        draw.line((left + 100, y, right - random.randint(90, 320), y), (110, 110, 110), 6)
    x, y = right - 260, bottom - 210
    draw.ellipse((x, y, x + 140, y + 140), outline=RED, width=8)
    draw.regular_polygon((x + 70, y + 70, 34), 5, fill=RED)
    return image


def _gifts(random: Random, banner: str) -> Image.Image:
    image, draw = _ground((226, 232, 226), (210, 216, 214), (160, 156, 150), 640)
    _banner(draw, random, banner, random.randint(60, 160))
    _people(draw, random, 820, 430)
    draw.rectangle((60, 720, WIDTH - 60, 780), WOOD)
    draw.rectangle((60, 780, WIDTH - 60, HEIGHT - 60), RED)
    x = random.randint(90, 150)
    while x < WIDTH - 240:
        width, height = random.randint(90, 170), random.randint(70, 160)
        box = random.choice([(196, 156, 106), (210, 170, 120), (90, 140, 180), (220, 90, 70), (240, 210, 90)])
        draw.rectangle((x, 720 - height, x + width, 720), box)
        draw.rectangle((x + width // 2 - 8, 720 - height, x + width // 2 + 8, 720), _shade(box, 40))
        x += width + random.randint(10, 60)
    return image


_PAINTERS: Mapping[Scene, Callable[[Random, str], Image.Image]] = {
    Scene.STREET: _street,
    Scene.MEETING: _meeting,
    Scene.TALK: _talk,
    Scene.RIVER: _river,
    Scene.KITCHEN: _kitchen,
    Scene.NIGHT: _night,
    Scene.HOME: _home,
    Scene.OFFICE: _office,
    Scene.PAPER: _paper,
    Scene.GIFTS: _gifts,
}
