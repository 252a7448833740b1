"""A unit's own words: what may be saved, and that filling in can neither loop nor call."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import WordingProblem, WordingRefused
from domain.wording import (
    ALIASES,
    BRACES,
    LENGTH_MAX,
    NAMES,
    Name,
    Slot,
    check_wording,
    filled_in,
    left_standing,
)

VALUES = {Name.MEMBER: "林晓禾", Name.UNIT: "春风里支部"}


@pytest.mark.parametrize("slot", Slot)
def test_every_name_of_a_place_may_be_saved_there(slot: Slot) -> None:
    check_wording("、".join(f"{{{name}}}" for name in NAMES[slot]), slot)
    aliases = [alias for alias, name in ALIASES.items() if name in NAMES[slot]]
    check_wording(" ".join(f"{{{alias}}}" for alias in aliases), slot)


@pytest.mark.parametrize(
    ("text", "problem", "part"),
    [
        ("{姓名", WordingProblem.BRACES, "{"),
        ("姓名}", WordingProblem.BRACES, "}"),
        ("{{姓名}}", WordingProblem.BRACES, "{"),
        ("{% for x in y %}", WordingProblem.PLACEHOLDER, "{% for x in y %}"),
        ("{姓名.__class__}", WordingProblem.PLACEHOLDER, "{姓名.__class__}"),
        ("{}", WordingProblem.PLACEHOLDER, "{}"),
        ("{电话}", WordingProblem.PLACEHOLDER, "{电话}"),
        ("{得分}", WordingProblem.PLACEHOLDER, "{得分}"),
        ("好" * (LENGTH_MAX + 1), WordingProblem.TOO_LONG, ""),
        ("一\n二\n三\n四\n五", WordingProblem.LINES, ""),
    ],
)
def test_what_could_not_be_filled_in_is_refused(text: str, problem: WordingProblem, part: str) -> None:
    with pytest.raises(WordingRefused) as refused:
        check_wording(text, Slot.REMINDER_GREETING)
    assert (refused.value.problem, refused.value.part) == (problem, part)


def test_names_are_filled_in_once() -> None:
    assert filled_in("{姓名}，{ unit }的同志", VALUES) == "林晓禾，春风里支部的同志"
    assert filled_in("{姓名}", {Name.MEMBER: "{单位}", Name.UNIT: "x"}) == "{单位}"


def test_unknown_names_stay_as_they_were_written() -> None:
    assert filled_in("{电话} {月份} { {姓名}", VALUES) == "{电话} {月份} { 林晓禾"


def test_wide_braces_mean_the_same() -> None:
    assert filled_in("｛姓名｝、{单位｝", VALUES) == "林晓禾、春风里支部"
    check_wording("｛姓名｝，你好", Slot.REMINDER_GREETING)


def test_what_nothing_is_put_in_for_is_found_once() -> None:
    text = "{姓名} ｛UNIT｝ {楼层} {月份} {楼层} { 三楼 ｝"
    assert left_standing(text, (Name.MEMBER, Name.UNIT)) == ("{楼层}", "{月份}", "{ 三楼 ｝")
    assert left_standing("{姓名} 5} {", (Name.MEMBER,)) == ("}", "{")
    assert left_standing("{姓名}：周五开会", (Name.MEMBER,)) == ()


@given(st.text(max_size=60), st.dictionaries(st.sampled_from(list(Name)), st.text(max_size=20)))
def test_text_without_braces_never_changes(text: str, values: dict[Name, str]) -> None:
    plain = "".join(mark for mark in text if mark not in BRACES)
    assert filled_in(plain, values) == plain


@given(st.text(alphabet="{}姓名单位ab ", max_size=80), st.text(max_size=20))
def test_filling_in_grows_by_the_values_and_nothing_else(text: str, name: str) -> None:
    filled = filled_in(text, {Name.MEMBER: name})
    assert len(filled) <= len(text) + text.count("{") * len(name)
