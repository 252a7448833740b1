"""What a rulebook says once it has been read: frozen, complete, free of files."""

from domain.rulebooks.model.book import Rulebook, Shop
from domain.rulebooks.model.classes import Band, Bands, Rounding
from domain.rulebooks.model.grants import Base, Debit
from domain.rulebooks.model.items import Category, Effect, Item, Repeat
from domain.rulebooks.model.limits import Best, Cap, Scope, Window

__all__ = [
    "Band",
    "Bands",
    "Base",
    "Best",
    "Cap",
    "Category",
    "Debit",
    "Effect",
    "Item",
    "Repeat",
    "Rounding",
    "Rulebook",
    "Scope",
    "Shop",
    "Window",
]
