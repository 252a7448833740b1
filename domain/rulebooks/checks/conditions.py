"""Looks into every condition: names, functions and what they are about must be there."""

from collections.abc import Iterator

from domain.rulebooks.checks.places import Path, at_value, listed
from domain.rulebooks.checks.results import known_components
from domain.rulebooks.expressions import FUNCTIONS, NAMES, Call, Expression, Literal, Name, parts_of
from domain.rulebooks.language.book import RulebookSection
from domain.rulebooks.language.items import CategorySection
from domain.rulebooks.places import codes_in
from domain.rulebooks.problems import Problem, ProblemCode
from domain.rulebooks.tree import Table

_ABOUT_POINTS = frozenset({"points", "raw", "gains", "losses", "count", "quantity"})
_ABOUT_BALLOTS = frozenset({"mean", "mode", "majority", "ballots"})
_OF_WHAT = {"met": ProblemCode.UNKNOWN_REQUIREMENT, "had": ProblemCode.UNKNOWN_CONSEQUENCE}


def check_conditions(file: RulebookSection, root: Table) -> Iterator[Problem]:
    """Return every name and function of a condition that the book does not have."""
    for path, condition in _conditions(file):
        for part in parts_of(condition):
            if isinstance(part, Name):
                yield from _name(part, path, file, root)
            elif isinstance(part, Call):
                yield from _call(part, path, root)


def _conditions(file: RulebookSection) -> Iterator[tuple[Path, Expression]]:
    """Yield every condition with its place."""
    places: list[tuple[Path, object]] = [
        (("base", "points"), file.base and file.base.points),
        (("units", "points"), file.units and file.units.points),
    ]
    places += [
        (("categories", code, "only_if"), category.only_if)
        for code, category in file.categories.items()
        if isinstance(category, CategorySection)
    ]
    rules = {} if file.grade is None else file.grade.rules
    places += [(("grade", "rules", label), condition) for label, condition in rules.items()]
    for name, table in (("requirements", file.requirements), ("consequences", file.consequences)):
        for code, one in table.items():
            places.append(((name, code, "when"), one.when))
            places.append(((name, code, "among", "where"), one.among and one.among.where))
    for path, condition in places:
        if isinstance(condition, Expression):
            yield path, condition


def _name(name: Name, path: Path, file: RulebookSection, root: Table) -> Iterator[Problem]:
    known = [*sorted(NAMES), *known_components(file, root)]
    if name.code not in known:
        facts = {"value": name.code, "known": listed(dict.fromkeys(known))}
        yield at_value(root, ProblemCode.UNKNOWN_NAME, path, **facts)


def _call(call: Call, path: Path, root: Table) -> Iterator[Problem]:
    if call.function not in FUNCTIONS:
        facts = {"value": call.function, "known": listed(FUNCTIONS)}
        yield at_value(root, ProblemCode.UNKNOWN_FUNCTION, path, **facts)
        return
    if len(call.arguments) not in FUNCTIONS[call.function]:
        facts = {"value": call.function, "wanted": listed(map(str, FUNCTIONS[call.function]))}
        yield at_value(root, ProblemCode.WRONG_ARGUMENTS, path, **facts)
        return
    yield from _subject(call, path, root)


def _subject(call: Call, path: Path, root: Table) -> Iterator[Problem]:
    """Look for what the function is about: the code in its argument."""
    function = call.function
    if function in _ABOUT_POINTS:
        known = [
            name
            for table in ("items", "groups", "categories", "components")
            for name in codes_in(root, table)
        ]
        code = ProblemCode.UNKNOWN_ITEM
    elif function in _ABOUT_BALLOTS:
        known, code = codes_in(root, "instruments"), ProblemCode.UNKNOWN_INSTRUMENT
    elif function in _OF_WHAT:
        table = "requirements" if function == "met" else "consequences"
        known, code = codes_in(root, table), _OF_WHAT[function]
    else:
        return
    for argument in call.arguments:
        if not isinstance(argument, Literal) or not isinstance(argument.value, str):
            facts = {"value": function, "wanted": listed(f"'{one}'" for one in known[:3])}
            yield at_value(root, ProblemCode.WRONG_ARGUMENTS, path, **facts)
        elif argument.value not in known:
            yield at_value(root, code, path, value=argument.value, known=listed(known))
