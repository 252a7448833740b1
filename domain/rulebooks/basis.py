"""Where a rule comes from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Basis:
    """The clause that people are shown and the words it was taken from."""

    clause: str = ""
    quote: str = ""
