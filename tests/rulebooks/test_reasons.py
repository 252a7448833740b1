"""The reasons of every worked case lead to its results: whoever reads only them comes to the same."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import get_args

import pytest

from cli.cases.reading import read_cases
from domain.cases import varied, world_of
from domain.periods import Period
from domain.rulebooks import Rulebook, load_rulebook, shipped_rulebooks
from domain.rulebooks.expressions import Call, Expression, Literal, Name, Operation
from domain.scoring import Evaluation, PeriodScores, SubjectScore
from domain.scoring.conditions import Asked, Value, holds
from domain.scoring.reasons import (
    Averaged,
    ByBallots,
    ByBand,
    ByEntry,
    Class,
    Classified,
    Closed,
    Composed,
    Condition,
    Flagged,
    Leading,
    LeftOpen,
    Listed,
    OverQuota,
    Reason,
    Required,
    reasons_for,
)
from tests.rulebooks.case_files import CASE_FILES

CASES = [case for path in CASE_FILES for case in read_cases(path) if case.is_whole]


@dataclass(frozen=True, slots=True)
class Played:
    """A case's period, worked out."""

    evaluation: Evaluation
    scores: PeriodScores
    name: str

    @property
    def rulebook(self) -> Rulebook:
        return self.evaluation.rulebook

    @property
    def period(self) -> Period:
        return self.scores.period

    def told(self) -> Iterator[tuple[SubjectScore, tuple[Reason, ...]]]:
        """Yield every result with its reasons."""
        for score in self.scores.subjects:
            yield score, reasons_for(self.evaluation, self.period, score.subject)


def played(code: str) -> Iterator[Played]:
    """Play every case of a shipped rulebook that names a period."""
    shipped = load_rulebook(shipped_rulebooks()[code])
    for case in CASES:
        if case.rulebook == code and "period" in case.question and "refused" not in case.expect:
            book = varied(shipped, case.question.get("with"), {})
            evaluation = Evaluation(book, world_of(book, case))
            yield Played(evaluation, evaluation.of(book.period(case.question["period"])), case.name)


class Nothing:
    """Knows only what nobody knows."""

    def named(self, _name: str) -> Value:
        return None

    def told(self, function: str, _about: str) -> Value:
        raise AssertionError(f"{function} was asked, and no fact tells it")

    def before(self) -> Asked | None:
        return None


def comes_out(condition: Condition) -> bool:
    """Work a condition out from its facts alone."""
    facts = {fact.asked: fact for fact in condition.facts}

    def filled(part: Expression) -> Expression:
        match part:
            case Name() | Call() if part in facts:
                value = facts[part].value
                return Name("nothing") if value is None else Literal(value)
            case Call(arguments=inner):
                return replace(part, arguments=tuple(map(filled, inner)))
            case Operation(operands=inner):
                return replace(part, operands=tuple(map(filled, inner)))
            case _:
                return part

    return holds(filled(condition.expression), Nothing())


def class_by(classified: Classified, rulebook: Rulebook) -> str | None:
    """Follow the steps as a reader would."""
    order = rulebook.grade_order
    label: str | None = None
    for step in classified.steps:
        is_worse_of_both = isinstance(step, ByBallots) or (isinstance(step, ByEntry) and step.is_ceiling)
        if isinstance(step, ByBand) and step.interval is not None:
            assert step.interval.contains(step.total)
        if is_worse_of_both and label is not None and step.label is not None:
            label = max(label, step.label, key=order.index)
        else:
            label = step.label
    return label


@pytest.mark.parametrize("code", shipped_rulebooks())
def test_grades_and_stars_follow_from_their_steps(code: str) -> None:
    for case in played(code):
        for score, reasons in case.told():
            found = {one.what: one for one in reasons if isinstance(one, Classified)}
            grade, stars = found.get(Class.GRADE), found.get(Class.STARS)

            assert (None if grade is None else class_by(grade, case.rulebook)) == score.grade, case.name
            stars_by = None if stars is None else class_by(stars, case.rulebook)
            assert stars_by == (None if score.stars is None else str(score.stars)), case.name


@pytest.mark.parametrize("code", shipped_rulebooks())
def test_consequences_follow_from_their_conditions_and_places(code: str) -> None:
    for case in played(code):
        for score, reasons in case.told():
            listed = [one for one in reasons if isinstance(one, Listed)]
            rules = {one.code: one for one in case.rulebook.consequences}

            assert [one.code for one in listed] == [due.code for due in score.consequences], case.name
            for one in listed:
                rule = rules[one.code]
                is_asked = [rule.when is not None, rule.among.where is not None and score.kind != "unit"]
                assert len(one.conditions) == sum(is_asked), case.name
                assert all(map(comes_out, one.conditions)), case.name
                assert (one.place is None) == (rule.selection is None), case.name
                assert one.place is None or one.place.place <= one.place.places, case.name


@pytest.mark.parametrize("code", shipped_rulebooks())
def test_flags_requirements_and_closed_awards_have_their_reasons(code: str) -> None:
    for case in played(code):
        for score, reasons in case.told():
            required = [one for one in reasons if isinstance(one, Required)]
            flags = [(one.flag, one.entries) for one in reasons if isinstance(one, Flagged)]
            closed = [one for one in reasons if isinstance(one, Closed)]
            unmet = [f"unmet.{one.code}" for one in required if not one.is_met]

            assert [comes_out(one.condition) for one in required] == [one.is_met for one in required]
            assert [*(flag for flag, _ in flags), *unmet] == list(score.flags), case.name
            assert all(entries for _, entries in flags), case.name
            assert [bool(one.entries or one.requirements or one.consequences) for one in closed] == (
                [] if score.is_eligible else [True]
            ), case.name


@pytest.mark.parametrize("code", shipped_rulebooks())
def test_totals_follow_from_what_they_are_made_of(code: str) -> None:
    for case in played(code):
        rounded = sum(
            (
                line.counted
                for score in case.scores.subjects
                for line in score.trace
                if line.item == "rounding"
            ),
            Fraction(0),
        )
        for score, reasons in case.told():
            for one in reasons:
                match one:
                    case Composed(parts=parts):
                        whole = sum((part.counted for part in parts), Fraction(0))
                    case Leading(sources=sources, is_mean=is_mean):
                        whole = sum((source.total for source in sources), Fraction(0))
                        whole /= max(len(sources), 1) if is_mean else 1
                        lines = [line.counted for source in sources for line in source.lines]
                        assert sum(lines, Fraction(0)) == sum(source.total for source in sources)
                    case Averaged(parts=means):
                        whole = sum((part.total for part in means), Fraction(0)) / len(means)
                    case _:
                        continue
                assert whole == score.total or rounded, case.name


@pytest.mark.parametrize("code", shipped_rulebooks())
def test_whom_a_quota_or_a_tie_leaves_out_is_told_so(code: str) -> None:
    for case in played(code):
        problems = {
            (problem.code, problem.about, subject)
            for problem in case.scores.problems
            for subject in problem.subjects
        }
        told = set()
        for score, reasons in case.told():
            told |= {("quota", one.item, score.subject) for one in reasons if isinstance(one, OverQuota)}
            told |= {("tie-at-cut", one.code, score.subject) for one in reasons if isinstance(one, LeftOpen)}

        assert told == problems, case.name


def test_the_cases_have_every_kind_of_reason_that_shipped_rulebooks_can_give() -> None:
    kinds = {
        type(one)
        for code in shipped_rulebooks()
        for case in played(code)
        for _, reasons in case.told()
        for one in reasons
    }
    # No shipped rulebook has requirements; tests/domain/test_reasons.py has.
    assert kinds == set(get_args(Reason)) - {Required}


def test_facts_look_back_where_the_condition_does() -> None:
    looks = {
        fact.asked.function: fact.earlier
        for case in played("dianshang")
        for _, reasons in case.told()
        for one in reasons
        if isinstance(one, Listed)
        for condition in one.conditions
        for fact in condition.facts
        if isinstance(fact.asked, Call)
    }
    assert set(looks) == {"had", "streak"}
    assert len(looks["had"]) == 1
    assert {[fact.value for fact in look.facts] == [1] for look in looks["streak"]} == {True}
    assert len(looks["streak"]) >= 6
