"""Turns points into stored integers, into what a screen shows, and back from what a person types."""

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction

SCALE = 10_000
"""Stored integers are ten-thousandths of a point."""

_TYPED = re.compile(r"[+-]?\d{1,9}(\.\d{1,4})?", re.ASCII)
_LOOKALIKES = str.maketrans({"。": ".", "−": "-", "–": "-"})


def round_half_up(value: Fraction, *, places: int) -> Fraction:
    """Return `value` with `places` decimals; halves go away from zero, so a reversal mirrors its entry."""
    scale = 10**places
    magnitude = (abs(value) * scale * 2 + 1) // 2
    return Fraction(magnitude if value >= 0 else -magnitude, scale)


def to_stored(points: Fraction) -> int:
    """Return the stored integer of `points`, half up at 1/10 000."""
    scaled = abs(points.numerator) * SCALE * 2 // points.denominator
    magnitude = (scaled + 1) // 2
    return magnitude if points >= 0 else -magnitude


def to_stored_together(parts: Sequence[Fraction], *, whole: Fraction) -> list[int]:
    """Return the stored integers of parts so that they sum to that of the whole they add up to.

    Each is rounded half up; what the roundings leave over goes, one ten-thousandth each, to the parts that
    lost (or won) most by theirs.
    """
    stored = [to_stored(part) for part in parts]
    left = to_stored(whole) - sum(stored)
    step = 1 if left > 0 else -1
    by_loss = sorted(range(len(parts)), key=lambda at: step * (stored[at] - parts[at] * SCALE))
    for at in by_loss[: abs(left)]:
        stored[at] += step
    return stored


def from_stored(amount: int) -> Fraction:
    """Return the points of a stored integer."""
    return Fraction(amount, SCALE)


def _decimal_text(points: Fraction, *, places: int) -> str:
    """Return a decimal, half up, without zeros at its end; in integers, because a long answer has many."""
    scale = 10**places
    magnitude = (abs(points.numerator) * scale * 2 // points.denominator + 1) // 2
    whole, rest = divmod(magnitude, scale)
    text = f"{whole}.{rest:0{places}}".rstrip("0") if rest else str(whole)
    return f"-{text}" if points < 0 and magnitude else text


def show(points: Fraction) -> str:
    """Return points as people read them, at most two decimals: `40`, `7.5`, `-3.33`."""
    return _decimal_text(points, places=2)


def show_exact(points: Fraction) -> str:
    """Return points as other programs read them, exact to four decimals: `40`, `7.5`, `-3.3333`."""
    return _decimal_text(points, places=4)


def show_signed(points: Fraction) -> str:
    """Return points with their sign, for a change: `+5`, `-3`, `0`."""
    text = show(points)
    return text if text.startswith("-") or text == "0" else f"+{text}"


def parse_points(text: str) -> Fraction | None:
    """Return the number a person typed, full-width digits and a trailing 分 allowed; None if it is not one.

    At most nine digits before and four after the point, so that the number is stored exactly.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_LOOKALIKES).strip().removesuffix("分").strip()
    return Fraction(plain) if _TYPED.fullmatch(plain) else None
