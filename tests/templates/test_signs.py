"""The signs in the bot's words can be seen on a machine without an emoji font: our own has each of them."""

from pathlib import Path

from PIL import ImageFont

from templates.words import FOLDER

FONTS = Path(__file__).parents[2] / "panel" / "static" / "fonts"
JOINING = "\ufe0f"
"""Asks for the coloured form; has no form of its own."""


def signs_in_words() -> set[str]:
    """Return every sign of the messages that is neither letter, ideograph nor punctuation."""
    words = "".join(path.read_text() for path in FOLDER.rglob("*.j2"))
    return {sign for sign in words if sign > "\u2190" and not "\u2e80" < sign < "\uffff"} - {JOINING}


def test_each_sign_has_a_form() -> None:
    fonts = [ImageFont.truetype(FONTS / name, 40) for name in ("noto-sans-sc.woff2", "noto-emoji.woff2")]
    nothing = [bytes(font.getmask("\U0010ffff")) for font in fonts]

    def is_drawn(sign: str) -> bool:
        return any(bytes(font.getmask(sign)) != empty for font, empty in zip(fonts, nothing, strict=True))

    assert not is_drawn("\U000f0000")
    assert sorted(sign for sign in signs_in_words() if not is_drawn(sign)) == []
