"""Holds every table of the reference page against the code: keys, functions, reasons, refusals."""

import re

import pytest

from cli.cases.reading import read_cases
from domain.rulebooks.allocations import Party
from domain.rulebooks.expressions import FUNCTIONS, NAMES
from domain.rulebooks.language import RulebookSection
from domain.rulebooks.language import items as of_items
from domain.rulebooks.language import publicity as of_publicity
from domain.rulebooks.language import reminders as of_reminders
from domain.rulebooks.language import results as of_results
from domain.rulebooks.language.items import Section
from domain.rulebooks.language.later import KEPT_FOR_LATER
from domain.rulebooks.shelf import ROOM
from domain.scoring import EventProblem, RefusalCode
from tests.rulebooks.case_files import CASE_FILES
from tests.rulebooks.test_readme import CASES

PAGE = (ROOM / "REFERENCE.md").read_text(encoding="utf-8")
PARTS = {part.splitlines()[0].strip(): part for part in re.split(r"^#{2,3} ", PAGE, flags=re.MULTILINE)[1:]}
SECTIONS: dict[str, tuple[type[Section], ...]] = {
    "全书 · The whole file": (RulebookSection,),
    "`population`、`items.*.for`": (of_items.PopulationSection,),
    "`requirements.*.among`、`consequences.*.among`": (of_results.AmongSection,),
    "`cycle`": (of_results.CycleSection,),
    "`base`、`units`": (of_results.BaseSection,),
    "`components.*`": (of_items.ComponentSection,),
    "`categories.*`": (of_items.CategorySection,),
    "`items.*`": (of_items.ItemSection,),
    "`points`": (
        of_items.LevelsSection,
        of_items.QuantitySection,
        of_items.StepsSection,
        of_items.EverySection,
        of_items.SlicesSection,
        of_items.RangeSection,
    ),
    "`points.levels.*`": (of_items.LevelSection,),
    "`items.*.to`": (of_items.SplitSection, of_items.AmountsSection),
    "`items.*.quota`": (of_items.QuotaSection,),
    "`items.*.repeat`": (of_items.RepeatSection,),
    "`items.*.effect`": (of_items.EffectSection,),
    "`groups.*`": (of_items.GroupSection,),
    "`best.*`": (of_items.BestSection,),
    "`debits.*`": (of_items.DebitSection,),
    "`total`": (of_items.Limited,),
    "`leaders.*`": (of_results.LeaderSection,),
    "`instruments.*`": (of_results.InstrumentSection,),
    "`weights`": (of_results.WeightsSection,),
    "`weights.parts.*`": (of_results.WeightedPartSection,),
    "`rounding`": (of_results.RoundingSection,),
    "`ranking`": (of_results.RankingSection,),
    "`stars`": (of_results.StarsSection,),
    "`grade`": (of_results.GradeSection,),
    "`requirements.*`": (of_results.RequirementSection,),
    "`consequences.*`": (of_results.ConsequenceSection,),
    "`shop`": (of_results.ShopSection,),
    "`shop.expires`": (of_results.ExpirySection,),
    "`workflow.*`": (of_results.WorkflowSection,),
    "`publicity`": (of_publicity.PublicitySection,),
    "`reminders`": (of_reminders.RemindersSection,),
}


def _listed(title: str) -> set[str]:
    """Return the words in the first column of a part's table."""
    rows = [row.split("|")[1] for row in PARTS[title].splitlines() if row.startswith("| `")]
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row)}


@pytest.mark.parametrize("title", SECTIONS)
def test_a_table_lists_the_keys_of_its_section(title: str) -> None:
    keys = {field.alias or name for one in SECTIONS[title] for name, field in one.model_fields.items()}
    forms = {"5", "any", "any positive", "any negative", "members", "[heads, members]"}

    assert _listed(title) - (forms if len(SECTIONS[title]) > 1 else set()) == keys


@pytest.mark.parametrize("title", [title for title, sections in SECTIONS.items() if len(sections) == 1])
def test_a_table_marks_the_keys_that_must_be_written(title: str) -> None:
    (section,) = SECTIONS[title]
    needed = {field.alias or name for name, field in section.model_fields.items() if field.is_required()}

    assert set(re.findall(r"`(\w+)` ✱", PARTS[title])) == needed


def test_every_section_of_the_language_has_a_table() -> None:
    told = {section for sections in SECTIONS.values() for section in sections}

    assert _below(Section) - told == {of_items.Founded}


def _below(section: type[Section]) -> set[type[Section]]:
    return {one for inner in section.__subclasses__() for one in (inner, *_below(inner))}


def test_the_list_of_keys_that_are_only_kept_is_that_of_the_code() -> None:
    assert _listed("只存不算的键 · Keys that are kept for other parts") == set(KEPT_FOR_LATER)


def test_every_name_and_function_of_conditions_is_explained() -> None:
    assert _listed("名字 · Names") == set(NAMES)
    assert _listed("函数 · Functions") == set(FUNCTIONS)


def test_every_party_is_named() -> None:
    (line,) = (line for line in PAGE.splitlines() if line.startswith("当事方"))

    assert set(re.findall(r"`(\w+)`", line)) == set(Party)


def test_every_reason_of_a_score_sheet_is_explained_and_shown_by_a_case_of_the_page() -> None:
    told = {_short(why) for why in _listed("为什么 · The reasons in a score sheet")}
    of_page = {_short(why) for case in CASES for why in _whys(case.expect)}
    of_books = {_short(why) for path in CASE_FILES for case in read_cases(path) for why in _whys(case.expect)}

    assert of_page == told
    assert of_books - told == set()


def _whys(expect: object) -> set[str]:
    if not isinstance(expect, dict):
        return set()
    own = set(expect.get("why", ())) - {""}
    return own | {why for value in expect.values() for why in _whys(value)}


def _short(why: str) -> str:
    return re.sub(r"^(cap|floor)\..*", r"\1", why)


def test_every_refusal_is_explained() -> None:
    assert _listed("不能记的 · Events that are refused") == {*RefusalCode, *EventProblem}
