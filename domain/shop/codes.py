"""Pick-up codes 取货码: eight letters and digits that nobody mixes up, made from a keyed hash."""

import hashlib
import hmac
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, O, 1, I and L: 31 signs, so eight of them are 850 thousand million codes."""
LENGTH = 8
START_PREFIX = "p_"
"""A deep link `?start=p_<code>` opens an order."""
TRIES_MAX = 5
"""So many wrong codes within `TRIES_MINUTES` and the next has to wait."""
TRIES_MINUTES = 10


def pickup_code(salt: str, *, key: bytes) -> str:
    """Return the code of an order: from its salt and the installation's key, so that it is kept nowhere."""
    number = int.from_bytes(hmac.new(key, f"pickup:{salt}".encode(), hashlib.sha256).digest())
    signs = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    return "".join(signs)


def shown_code(code: str) -> str:
    """Return a code as people read it aloud: `K7QX-M3TP`."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def typed_code(text: str) -> str | None:
    """Return the code that a person typed, spaces, dashes, case and width aside; None if it is none."""
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix(START_PREFIX).upper()
    plain = "".join(sign for sign in plain if sign not in " -—–_")
    is_code = len(plain) == LENGTH and all(sign in ALPHABET for sign in plain)
    return plain if is_code else None
