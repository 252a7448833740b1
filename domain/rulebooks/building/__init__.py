"""Builds the rulebook out of a file's sections once they are known to be sound."""

from domain.rulebooks.building.book import build_rulebook

__all__ = ["build_rulebook"]
