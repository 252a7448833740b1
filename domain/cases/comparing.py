"""Tells where what came of a case differs from what was expected."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that came out otherwise; `about` leads to it: subject, then what of it.

    Both sides are texts, lists of them or tables; what never came at all is None.
    """

    about: tuple[str, ...]
    expected: Any
    came: Any


def mismatches(expected: Mapping[str, Any], came: Mapping[str, Any]) -> Iterator[Mismatch]:
    """Yield everything expected that came out otherwise, in the order of the case."""
    yield from _between((), expected, came)


def _between(about: tuple[str, ...], expected: Any, came: Any) -> Iterator[Mismatch]:
    if isinstance(expected, Mapping) and isinstance(came, Mapping):
        for key, wanted in expected.items():
            yield from _between((*about, key), wanted, came.get(key))
    elif expected != came:
        yield Mismatch(about, expected, came)
