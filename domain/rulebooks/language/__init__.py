"""The rulebook language: which keys a file may hold and what each may say."""

from domain.rulebooks.language.book import RulebookSection

__all__ = ["RulebookSection"]
