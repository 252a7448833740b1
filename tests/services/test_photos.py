"""Photos: what is kept is small, exact in shape, and says nothing beyond the picture."""

import io

import pytest
from PIL import Image

from services.photos import take_photo


def a_jpeg(size: tuple[int, int], **extras: object) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, "JPEG", **extras)
    return out.getvalue()


@pytest.mark.parametrize(
    ("came", "kept"),
    [
        ((2560, 1920), (1280, 960)),
        ((1920, 2560), (960, 1280)),
        ((1281, 1280), (1280, 1279)),
        ((1000, 700), (1000, 700)),
        ((3, 4000), (1, 1280)),
        ((1, 1), (1, 1)),
    ],
)
def test_photo_is_kept_no_larger_than_needed(came: tuple[int, int], kept: tuple[int, int]) -> None:
    photo = take_photo(a_jpeg(came))
    with Image.open(io.BytesIO(photo.content)) as opened:
        assert (opened.size, (photo.width, photo.height)) == (kept, kept)


def test_comment_and_exif_stay_behind() -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    photo = take_photo(a_jpeg((640, 480), exif=exif, comment=b"secret place"))
    for content in (photo.content, photo.thumbnail):
        with Image.open(io.BytesIO(content)) as opened:
            assert (dict(opened.getexif()), opened.info.get("comment")) == ({}, None)


def test_exif_orientation_turns_the_picture() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = take_photo(a_jpeg((640, 480), exif=exif))
    assert (photo.width, photo.height) == (480, 640)
