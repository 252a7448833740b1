"""Turns a photo as it came into what is kept: small, upright, without metadata, with a picture hash."""

import contextlib
import io
import threading
from dataclasses import dataclass

from PIL import Image, ImageOps

from domain.errors import EvidenceRefusal, EvidenceRefused

PIXELS_MAX = 50_000_000
Image.MAX_IMAGE_PIXELS = (
    None  # Pillow would warn first and refuse late; the cap below is counted before decoding
)
LARGE_PIXELS = 12_000_000
"""A picture still larger when it is decoded takes more than a hundred megabytes: one at a time."""
_large = threading.Lock()
KEPT_SIDE_MAX = 1280
THUMBNAIL_SIDE_MAX = 320
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 85


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A re-encoded photo and its thumbnail, both JPEG, with the 64-bit difference hash of the picture."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int
    picture_hash: int


def take_photo(content: bytes) -> KeptPhoto:
    """Decode once, at the smallest scale that is enough, and encode anew; EXIF, GPS and comments stay behind.

    Pixels are counted before anything is decoded.

    Raises:
        EvidenceRefused: BROKEN when it cannot be decoded whole, TOO_MANY_PIXELS beyond 50 million.
        MemoryError: which says nothing of the picture.
    """
    try:
        picture = _decoded(content)
    except (EvidenceRefused, MemoryError):
        raise
    except Exception as error:  # a broken file makes the decoders raise nearly anything
        raise EvidenceRefused(reason=EvidenceRefusal.BROKEN) from error
    small = picture.copy()
    small.thumbnail((THUMBNAIL_SIDE_MAX, THUMBNAIL_SIDE_MAX), reducing_gap=2.0)
    return KeptPhoto(
        content=_encoded(picture),
        thumbnail=_encoded(small),
        width=picture.width,
        height=picture.height,
        picture_hash=difference_hash(small),
    )


def _decoded(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
        if opened.width * opened.height > PIXELS_MAX:
            raise EvidenceRefused(reason=EvidenceRefusal.TOO_MANY_PIXELS, limit=PIXELS_MAX // 1_000_000)
        opened.draft("RGB", _kept_size(opened.width, opened.height))
        is_large = opened.width * opened.height > LARGE_PIXELS
        with _large if is_large else contextlib.nullcontext():
            opened.load()
            ImageOps.exif_transpose(opened, in_place=True)
            return _small(opened)


def _small(opened: Image.Image) -> Image.Image:
    """Return a decoded picture as it is kept: no larger than needed, in RGB, on white where it is clear."""
    picture = opened
    if opened.mode != "RGB" or opened.has_transparency_data:
        picture = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    picture.info.clear()  # a JPEG comment would travel into the new file
    picture.thumbnail((KEPT_SIDE_MAX, KEPT_SIDE_MAX), reducing_gap=2.0)
    if picture.mode == "RGB":
        return picture
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    return paper.convert("RGB")


def _kept_size(width: int, height: int) -> tuple[int, int]:
    """Return the exact size to decode for: a square would make the decoder keep the longer side whole."""
    longer = max(width, height, KEPT_SIDE_MAX)
    return max(1, width * KEPT_SIDE_MAX // longer), max(1, height * KEPT_SIDE_MAX // longer)


def _encoded(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def difference_hash(picture: Image.Image) -> int:
    """Return the 8 × 8 difference hash: a bit for each pixel brighter than its left neighbour.

    Signed, so that it fits a 64-bit column. Re-encoding changes about one bit, a crop of 3 % about nine,
    unrelated pictures differ in about 24.
    """
    grey = picture.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            left, right = grey[row * 9 + column], grey[row * 9 + column + 1]
            bits = bits << 1 | (right > left)
    return bits - 2**64 if bits >= 2**63 else bits
