"""Looks for what each section may say by itself but not beside the others."""

from domain.rulebooks.checks.bands import check_bands
from domain.rulebooks.checks.conditions import check_conditions
from domain.rulebooks.checks.idle import check_idle_keys
from domain.rulebooks.checks.items import check_items
from domain.rulebooks.checks.limits import check_limits
from domain.rulebooks.checks.references import check_references
from domain.rulebooks.checks.results import (
    check_consequences,
    check_grades,
    check_leaders,
    check_periods,
    check_weights,
)
from domain.rulebooks.language.book import RulebookSection
from domain.rulebooks.problems import Problem
from domain.rulebooks.tree import Table

_SEARCHES = (
    check_items,
    check_references,
    check_limits,
    check_bands,
    check_periods,
    check_leaders,
    check_weights,
    check_grades,
    check_consequences,
    check_conditions,
    check_idle_keys,
)


def check(file: RulebookSection, root: Table) -> tuple[Problem, ...]:
    """Return every contradiction between the sections of one file."""
    return tuple(found for search in _SEARCHES for found in search(file, root))
