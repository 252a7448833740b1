"""Worked cases of a rulebook: what happened, what must come out, and whether it does."""

from domain.cases.case import Case, CaseBroken, Wrong
from domain.cases.comparing import Mismatch, mismatches
from domain.cases.playing import play, varied, without_null, world_of

__all__ = [
    "Case",
    "CaseBroken",
    "Mismatch",
    "Wrong",
    "mismatches",
    "play",
    "varied",
    "without_null",
    "world_of",
]
