"""Photo intake beside one full decode of the same JPEG."""

import io
import random
import time
from statistics import median

from PIL import Image

from benchmarks.measuring import Row, Sizes, milliseconds
from services.photos import take_photo

WIDTH, HEIGHT = 2560, 1920
TIMES_MAX = 1.5


def a_photo() -> bytes:
    """Return a JPEG of the size that phones send, with gradients, edges and grain as a photo has them."""
    chance = random.Random(7)  # noqa: S311  the same picture every time
    picture = Image.merge(
        "RGB",
        [Image.radial_gradient("L").resize((WIDTH, HEIGHT)).rotate(90 * turn) for turn in range(3)],
    )
    for _ in range(200):
        x, y = chance.randrange(WIDTH), chance.randrange(HEIGHT)
        colour = tuple(chance.randrange(256) for _ in range(3))
        picture.paste(colour, (x, y, x + chance.randrange(20, 300), y + chance.randrange(20, 300)))
    grain = Image.effect_noise((WIDTH, HEIGHT), 12).convert("RGB")
    out = io.BytesIO()
    Image.blend(picture, grain, 0.15).save(out, "JPEG", quality=87)
    return out.getvalue()


def decode(content: bytes) -> None:
    """Decode every pixel, once."""
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()


def measure_photos(sizes: Sizes) -> list[Row]:
    """Take and decode the same photo in turns."""
    content = a_photo()
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(sizes.photos):
        for work, spans in ((take_photo, ours), (decode, theirs)):
            begun = time.perf_counter()
            work(content)
            spans.append(time.perf_counter() - begun)
    ratio = median(ours) / median(theirs)
    return [
        Row(
            f"photo intake, {WIDTH}×{HEIGHT} JPEG of {len(content) // 1024} KB",
            milliseconds(median(ours)),
            f"one full decode {milliseconds(median(theirs))}",
            ratio,
            f"≤ {TIMES_MAX}×",
            ratio <= TIMES_MAX,
        )
    ]
