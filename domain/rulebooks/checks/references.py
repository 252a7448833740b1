"""Looks for items, categories and components that are named but not there."""

from collections.abc import Iterator

from domain.rulebooks.checks.places import BASE, at_key, at_value, listed
from domain.rulebooks.language.book import RulebookSection
from domain.rulebooks.places import codes_in, text_at
from domain.rulebooks.problems import Problem, ProblemCode
from domain.rulebooks.tree import Table


def check_references(file: RulebookSection, root: Table) -> Iterator[Problem]:
    """Look for what groups, best lists, debits and categories name but the book does not have."""
    items, categories = codes_in(root, "items"), codes_in(root, "categories")
    for table, parts in (("groups", file.groups), ("best", file.best)):
        for code, part in parts.items():
            for index, item in enumerate(part.items):
                if item not in items:
                    facts = {"value": item, "known": listed(items)}
                    yield at_value(root, ProblemCode.UNKNOWN_ITEM, (table, code, "items", index), **facts)
    for code, debit in file.debits.items():
        if debit.category not in categories:
            facts = {"value": debit.category, "known": listed(categories)}
            yield at_value(root, ProblemCode.UNKNOWN_CATEGORY, ("debits", code, "category"), **facts)
    yield from _components(file, root, categories)
    yield from _shop(file, root, items)


def _components(file: RulebookSection, root: Table, categories: list[str]) -> Iterator[Problem]:
    components = codes_in(root, "components")
    flows = {code: text_at(root, ("categories", code, "component")) or code for code in categories}
    known = [*components, *(name for name in (*categories, BASE) if name not in components)]
    for code, component in flows.items():
        if component not in known:
            facts = {"value": component, "known": listed(known)}
            yield at_value(root, ProblemCode.UNKNOWN_COMPONENT, ("categories", code, "component"), **facts)
    for code in file.components:
        if code not in {*flows.values(), *(one.component for one in file.instruments.values())}:
            yield at_key(root, ProblemCode.UNUSED_COMPONENT, ("components", code), value=code)


def _shop(file: RulebookSection, root: Table, items: list[str]) -> Iterator[Problem]:
    """Look for items that the shop names but the book does not have, and for a negative carry-over."""
    if file.shop is None:
        return
    for index, item in enumerate(file.shop.earns or ()):
        if item not in items:
            facts = {"value": item, "known": listed(items)}
            yield at_value(root, ProblemCode.UNKNOWN_ITEM, ("shop", "earns", index), **facts)
    if file.shop.carry_over is not None and file.shop.carry_over < 0:
        yield at_value(root, ProblemCode.NOT_POSITIVE, ("shop", "carry_over"), key="carry_over")
