"""The rulebook language: YAML in, a frozen `Rulebook` or every problem with its line out."""

from domain.rulebooks.amounts import (
    Amount,
    FixedAmount,
    Level,
    LevelAmount,
    QuantityAmount,
    RangeAmount,
    Scale,
    ScaledAmount,
)
from domain.rulebooks.basis import Basis
from domain.rulebooks.intervals import Interval
from domain.rulebooks.model import (
    Band,
    Bands,
    Base,
    Best,
    Cap,
    Category,
    Effect,
    Item,
    Rulebook,
    Scope,
    Shop,
    Window,
)
from domain.rulebooks.problems import Problem, ProblemCode, RulebookInvalid, Sentence
from domain.rulebooks.reading import flatten, load_rulebook, parse_rulebook, read_source
from domain.rulebooks.schema import dump_schema
from domain.rulebooks.shelf import shipped_rulebooks

__all__ = [
    "Amount",
    "Band",
    "Bands",
    "Base",
    "Basis",
    "Best",
    "Cap",
    "Category",
    "Effect",
    "FixedAmount",
    "Interval",
    "Item",
    "Level",
    "LevelAmount",
    "Problem",
    "ProblemCode",
    "QuantityAmount",
    "RangeAmount",
    "Rulebook",
    "RulebookInvalid",
    "Scale",
    "ScaledAmount",
    "Scope",
    "Sentence",
    "Shop",
    "Window",
    "dump_schema",
    "flatten",
    "load_rulebook",
    "parse_rulebook",
    "read_source",
    "shipped_rulebooks",
]
