"""Turns a tree into the language's sections, and what does not fit into problems with their lines."""

from collections.abc import Sequence
from typing import cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.rulebooks.inheritance import BY_CODE
from domain.rulebooks.language.book import RulebookSection
from domain.rulebooks.language.items import (
    KEY_OF_SHAPE,
    AmountsSection,
    BestSection,
    CategorySection,
    ComponentSection,
    DebitSection,
    EffectSection,
    EverySection,
    GroupSection,
    ItemSection,
    LevelSection,
    LevelsSection,
    Limited,
    PopulationSection,
    QuantitySection,
    QuotaSection,
    RangeSection,
    RepeatSection,
    Section,
    SlicesSection,
    SplitSection,
    StepsSection,
)
from domain.rulebooks.language.publicity import PublicitySection
from domain.rulebooks.language.reminders import RemindersSection
from domain.rulebooks.language.results import (
    AmongSection,
    BaseSection,
    ConsequenceSection,
    CycleSection,
    ExpirySection,
    GradeSection,
    InstrumentSection,
    LeaderSection,
    RankingSection,
    RequirementSection,
    RoundingSection,
    ShopSection,
    StarsSection,
    WeightedPartSection,
    WeightsSection,
    WorkflowSection,
)
from domain.rulebooks.places import place_of_key, place_of_value
from domain.rulebooks.problems import Problem, ProblemCode
from domain.rulebooks.tree import Table, plain
from domain.rulebooks.wording import problem

_STAND_IN = {"id": "unnamed", "name": "?", "version": "?"}
_WANTED = {
    "string_type": ("一段文字", "a text"),
    "model_type": ("“键: 值” 的列表", "a list of “key: value”"),
    "model_attributes_type": ("“键: 值” 的列表", "a list of “key: value”"),
    "dict_type": ("“键: 值” 的列表", "a list of “key: value”"),
    "tuple_type": ("一个列表", "a list"),
}
_ABOUT_KEYS = frozenset(
    {ProblemCode.UNKNOWN_KEY, ProblemCode.MISSING_KEY, ProblemCode.EMPTY, ProblemCode.WRONG_SHAPE}
)
_OWN_KINDS = frozenset(ProblemCode)
_STARS = "0, 1, 2, 3, 4, 5"


def read_shapes(root: Table) -> tuple[RulebookSection | None, tuple[Problem, ...]]:
    """Return the sections that could be read, without what is broken, and a problem for each broken thing.

    The sections are None when nothing sensible remains. Beside problems they only serve to look for more.
    """
    data = cast("dict[str, object]", plain(root))
    problems: list[Problem] = []
    for _ in range(3):
        try:
            return RulebookSection.model_validate(data), tuple(problems)
        except ValidationError as error:
            details = error.errors(include_url=False)
        if not problems:
            problems = [_told(detail, root) for detail in details]
        for detail in details:
            _leave_out(data, detail)
        data = _STAND_IN | data
    return None, tuple(problems)


def _told(detail: ErrorDetails, root: Table) -> Problem:
    """Return one validation error as a problem in our words."""
    path = detail["loc"]
    code, facts = _reason(detail)
    is_about_key = code in _ABOUT_KEYS or path[-1] == "[key]"
    place = place_of_key(root, path) if is_about_key else place_of_value(root, path)
    return problem(code, file=place.file, line=place.line, **facts)


def _reason(detail: ErrorDetails) -> tuple[ProblemCode, dict[str, object]]:
    """Return what a validation error amounts to, with the facts that its sentence needs."""
    path, kind, context = detail["loc"], detail["type"], detail.get("ctx", {})
    name = _name(path)
    if kind == "extra_forbidden":
        form = _other_form(path)
        if form is not None:
            return ProblemCode.TWO_FORMS, {"key": path[-1], "form": form}
        known = ", ".join(_keys_of(_section_at(path[:-1])))
        return ProblemCode.UNKNOWN_KEY, {"key": path[-1], "known": known}
    if kind == "missing":
        return ProblemCode.MISSING_KEY, {"key": path[-1]}
    if detail["input"] is None or kind in {"too_short", "string_too_short"}:
        return ProblemCode.EMPTY, {"key": name}
    if kind in _WANTED:
        chinese, english = _WANTED[kind]
        return ProblemCode.WRONG_SHAPE, {"key": name, "wanted_zh": chinese, "wanted_en": english}
    return _reason_of_text(kind, name, str(detail["input"]), context)


def _reason_of_text(
    kind: str, name: str, written: str, context: dict[str, object]
) -> tuple[ProblemCode, dict[str, object]]:
    if kind == "string_too_long":
        return ProblemCode.TOO_LONG, {"key": name, "limit": context["max_length"]}
    if kind == ProblemCode.NOT_A_CONDITION and written.count("(") > written.count(")"):
        return ProblemCode.CONDITION_CUT, {"value": written}
    if kind in _OWN_KINDS:
        return ProblemCode(kind), {"value": written}
    known = _choices(kind, str(context.get("expected", "")))
    return ProblemCode.NOT_A_CHOICE, {"value": written, "known": known}


def _choices(kind: str, expected: str) -> str:
    if kind.startswith("bool"):
        return "true, false"
    return expected.replace("'", "").replace(" or ", ", ") or _STARS


def _name(path: Sequence[int | str]) -> str:
    """Return the name of the key that an error is about: the last step that the author wrote."""
    tags = {
        "[key]",
        "short",
        "long",
        "fixed",
        "any",
        *_POINTS_SECTIONS,
        "list",
        "amounts",
        "split",
        "count",
        "worth",
        "share",
    }
    words = [str(step) for step in path if isinstance(step, str)]
    while len(words) > 1 and words[-1] in tags:
        words.pop()
    return words[-1] if words else ""


def _other_form(path: tuple[int | str, ...]) -> str | None:
    """Return the key that chose the form of an item's points, where the last step belongs to another form."""
    match path:
        case ("items", _, "points", tag, key) if any(
            key in _keys_of(one) for one in _POINTS_SECTIONS.values()
        ):
            return next((chosen for chosen, shape in KEY_OF_SHAPE.items() if shape == tag), None)
        case _:
            return None


def _leave_out(data: dict[str, object], detail: ErrorDetails) -> None:
    """Take out of the data the smallest part whose loss leaves the rest worth checking."""
    path = detail["loc"]
    if detail["type"] != "extra_forbidden":
        path = path[:2] if path[0] in BY_CODE else path[:1]
    node: object = data
    for step in path[:-1]:
        node = node.get(str(step), node) if isinstance(node, dict) else node
    if isinstance(node, dict):
        node.pop(path[-1], None)


def _keys_of(section: type[Section]) -> list[str]:
    """Return the keys that a section knows, its own before those it shares with other sections."""
    inherited = [name for name in section.model_fields if name not in section.__annotations__]
    own = [name for name in section.model_fields if name in section.__annotations__]
    return [section.model_fields[name].alias or name for name in (*own, *inherited)]


def _section_at(path: tuple[int | str, ...]) -> type[Section]:  # noqa: PLR0911  one case a place
    """Return the section that stands at a path of the file; tags of choices are part of such a path."""
    match path:
        case ("items", _, "points", "levels", *_, "long"):
            return LevelSection
        case ("items", _, "points", tag):
            return _POINTS_SECTIONS[str(tag)]
        case ("items", _, "to", tag):
            return AmountsSection if tag == "amounts" else SplitSection
        case ("items", _, str() as key) if key in _ITEM_SECTIONS:
            return _ITEM_SECTIONS[key]
        case ("requirements" | "consequences", _, "among"):
            return AmongSection
        case ("shop", "expires"):
            return ExpirySection
        case ("weights", "parts", _):
            return WeightedPartSection
        case (str() as name, *_):
            return _SECTIONS[name]
        case _:
            return RulebookSection


_POINTS_SECTIONS: dict[str, type[Section]] = {
    "levels": LevelsSection,
    "quantity": QuantitySection,
    "steps": StepsSection,
    "every": EverySection,
    "slices": SlicesSection,
    "range": RangeSection,
}
_ITEM_SECTIONS: dict[str, type[Section]] = {
    "effect": EffectSection,
    "for": PopulationSection,
    "quota": QuotaSection,
    "repeat": RepeatSection,
}
_SECTIONS: dict[str, type[Section]] = {
    "base": BaseSection,
    "best": BestSection,
    "categories": CategorySection,
    "components": ComponentSection,
    "consequences": ConsequenceSection,
    "cycle": CycleSection,
    "debits": DebitSection,
    "grade": GradeSection,
    "groups": GroupSection,
    "instruments": InstrumentSection,
    "items": ItemSection,
    "leaders": LeaderSection,
    "population": PopulationSection,
    "publicity": PublicitySection,
    "ranking": RankingSection,
    "reminders": RemindersSection,
    "requirements": RequirementSection,
    "rounding": RoundingSection,
    "shop": ShopSection,
    "stars": StarsSection,
    "total": Limited,
    "units": BaseSection,
    "weights": WeightsSection,
    "workflow": WorkflowSection,
}
