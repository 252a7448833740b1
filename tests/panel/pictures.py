"""Small photos for tests."""

import io

from PIL import Image


def a_jpeg(colour: str = "green") -> bytes:
    """Return a photo of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue()
