"""Looks for keys that would do nothing beside the others, so that nobody relies on them."""

from collections.abc import Iterator

from domain.rulebooks.checks.places import Path, at_value
from domain.rulebooks.language.book import RulebookSection
from domain.rulebooks.language.results import ConsequenceSection
from domain.rulebooks.problems import Problem, ProblemCode
from domain.rulebooks.results import Normalisation
from domain.rulebooks.tree import Table

_NO_LIST = ("只有写了 top 或 bottom 才有名单", "only a top or bottom list has it")
_UNITS_UNRANKED = ("单位不排名，没有名次可取", "units are not ranked, so no list of them can be cut")


def check_idle_keys(file: RulebookSection, root: Table) -> Iterator[Problem]:
    """Return every key whose company leaves it without an effect."""
    for path, (chinese, english) in _idle_keys(file):
        facts = {"key": path[-1], "why_zh": chinese, "why_en": english}
        yield at_value(root, ProblemCode.IDLE_KEY, path, **facts)


def _idle_keys(file: RulebookSection) -> Iterator[tuple[Path, tuple[str, str]]]:
    for code, item in file.items.items():
        if item.effect is not None and item.effect.frozen and not item.effect.clears:
            yield (
                ("items", code, "effect", "frozen"),
                ("没有写 clears: true，没有清零就谈不上冻结", "nothing is cleared without clears: true"),
            )
    if file.units is not None and file.units.prorated:
        yield (
            ("units", "prorated"),
            ("单位没有入会和离开的日子", "units have no days of joining and leaving"),
        )
    if "missing_months" in file.model_fields_set and not any(way.of for way in file.periods.values()):
        yield ("missing_months",), ("没有哪个周期取平均", "no kind of period is a mean")
    if file.weights is not None:
        for code, part in file.weights.parts.items():
            if part.normalise is Normalisation.MAX and part.times is not None:
                yield (
                    ("weights", "parts", code, "times"),
                    ("normalise: max 已经换成百分制", "normalise: max makes it a percentage already"),
                )
    for code, one in file.consequences.items():
        yield from _of_consequence(("consequences", code), one)


def _of_consequence(path: Path, one: ConsequenceSection) -> Iterator[tuple[Path, tuple[str, str]]]:
    if one.top is None and one.bottom is None:
        yield from (((*path, key), _NO_LIST) for key in ("by", "ties") if key in one.model_fields_set)
    elif one.subjects != "members":
        yield (*path, "subjects"), _UNITS_UNRANKED
