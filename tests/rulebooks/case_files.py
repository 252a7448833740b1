"""Reads the worked cases and plays one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from domain.periods import parse_period
from domain.points import show_exact
from domain.rulebooks import Rulebook, parse_rulebook, shipped_rulebooks
from domain.rulebooks.shelf import ROOM
from domain.scoring import (
    Evaluation,
    Proposal,
    ProposalRefused,
    Recorded,
    ScoreSheet,
    SubjectScore,
    World,
    preview,
    price,
    score_sheet,
)
from domain.scoring.tables import read_ballots, read_events, read_roster

CASE_FILES = tuple(sorted((ROOM / "cases").glob("*.yaml")))


@dataclass(frozen=True)
class Case:
    """One worked case: what happened, what is asked, what must come out."""

    rulebook: str
    name: str
    entries: list[dict[str, str]]
    question: dict[str, Any]
    expect: dict[str, Any]

    @property
    def items(self) -> set[str]:
        return {entry["item"] for entry in (*self.entries, *self.question.get("events", []))}

    @property
    def is_whole(self) -> bool:
        """Whether the case has a roster's world around it instead of one member's entries."""
        return not {"events", "roster", "ballots", "with"}.isdisjoint(self.question)


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a file; every scalar stays the text that was written."""
    return cases_of(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))  # noqa: S506  texts only


def cases_of(file: dict[str, Any]) -> list[Case]:
    """Return the cases of a file that has been read as texts."""
    return [
        Case(file["rulebook"], case["name"], case.get("entries", []), case, case["expect"])
        for case in file["cases"]
    ]


def play(rulebook: Rulebook, case: Case, *, texts: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return what the engine answers, in the case's own words and only for what the case expects.

    `texts` are the books, beside the shipped ones, that a case may vary with `with`.
    """
    if case.is_whole:
        return _evaluated(rulebook, case, texts or {})
    recorded = _record(rulebook, case.entries)
    if "propose" in case.question:
        answer = _proposed(rulebook, recorded, _proposal(case.question["propose"]))
    else:
        answer = _scored(rulebook, recorded, case.question["period"])
    return {key: answer.get(key) for key in case.expect}


def _rows(written: list[dict[str, str]]) -> list[tuple[int, dict[str, str]]]:
    """Return rows with the lines they would stand on in a file with a header."""
    return list(enumerate(written, start=2))


def world_of(rulebook: Rulebook, case: Case) -> World:
    """Return the roster, events and ballots of a case; without a roster there is one member in one unit."""
    roster, wrong = read_roster(_rows(case.question.get("roster") or [{"member": "m1", "unit": "a"}]))
    events, wrong_events = read_events(_rows(case.question.get("events", [])))
    members = {stay.member for stay in roster.stays}
    ballots, wrong_ballots = read_ballots(_rows(case.question.get("ballots", [])), rulebook, members)
    assert [*wrong, *wrong_events, *wrong_ballots] == [], case.name
    return World(tuple(roster.stays), tuple(events), tuple(ballots), roster.parents)


def varied(rulebook: Rulebook, changes: dict[str, Any] | None, texts: Mapping[str, str]) -> Rulebook:
    """Return the book with a case's changes laid over it, as a branch's book would lay them."""
    if not changes:
        return rulebook
    shipped = {code: path.read_text(encoding="utf-8") for code, path in shipped_rulebooks().items()}
    shelf = {**shipped, **texts}
    head = {"id": "varied", "name": "varied", "version": "1", "extends": rulebook.id}
    text = yaml.safe_dump(head | without_null(changes), allow_unicode=True, sort_keys=False)
    return parse_rulebook(text, file="with", parents=shelf.get)


def without_null(changes: dict[str, Any]) -> dict[str, Any]:
    """Return the changes with nothing where `null` is written: what is to be removed."""
    return {
        key: without_null(value) if isinstance(value, dict) else None if value == "null" else value
        for key, value in changes.items()
    }


def _evaluated(rulebook: Rulebook, case: Case, texts: Mapping[str, str]) -> dict[str, Any]:
    book = varied(rulebook, case.question.get("with"), texts)
    evaluation = Evaluation(book, world_of(book, case))
    if "refused" in case.expect:
        return {"refused": next((str(one.code) for one in evaluation.refused), "none")}
    assert evaluation.refused == (), case.name
    scores = evaluation.of(book.period(case.question["period"]))
    answer: dict[str, Any] = {}
    for subject, wanted in case.expect.items():
        if subject == "problems":
            answer[subject] = [problem.code for problem in scores.problems]
            continue
        score = scores.of(subject)
        if score is None or wanted == "absent":
            answer[subject] = "absent" if score is None else "present"
        else:
            answer[subject] = _told(score, wanted)
    return answer


def _told(score: SubjectScore, wanted: Any) -> Any:
    """Return of a score what the case asks for; of components only those that it names."""
    assert isinstance(wanted, dict), "a subject's expectations are keys and values, or `absent`"
    components = {code: show_exact(points) for code, points in score.components.items()}
    told = {
        "total": show_exact(score.total),
        "components": {code: components.get(code) for code in wanted.get("components", {})},
        "rank": "null" if score.rank is None else str(score.rank),
        "grade": "null" if score.grade is None else score.grade,
        "stars": "null" if score.stars is None else str(score.stars),
        "eligible": str(score.is_eligible).lower(),
        "flags": list(score.flags),
        "consequences": [one.code for one in score.consequences],
        "to": {one.code: one.to for one in score.consequences if one.code in wanted.get("to", {})},
        "due": {one.code: str(one.due_on) for one in score.consequences if one.code in wanted.get("due", {})},
        "counted": [show_exact(line.counted) for line in score.trace],
        "raw": [show_exact(line.raw) for line in score.trace],
        "why": [line.why for line in score.trace],
    }
    return {key: told.get(key) for key in wanted}


def _number(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _proposal(written: dict[str, str]) -> Proposal:
    return Proposal(
        item=written["item"],
        on=date.fromisoformat(written["on"]),
        level=written.get("level"),
        quantity=_number(written.get("quantity")),
        points=_number(written.get("points")),
    )


def _record(rulebook: Rulebook, entries: list[dict[str, str]]) -> list[Recorded]:
    recorded: list[Recorded] = []
    for sequence, written in enumerate(entries, start=1):
        proposal = _proposal(written)
        reverses = written.get("reverses")
        if reverses is None:
            points = price(rulebook, proposal).points
        else:
            points = -next(entry.points for entry in recorded if entry.key == reverses)
        key = written.get("key", f"e{sequence}")
        recorded.append(Recorded(key, proposal.item, proposal.on, points, sequence, reverses))
    return recorded


def _scored(rulebook: Rulebook, recorded: list[Recorded], period: str) -> dict[str, Any]:
    sheet = score_sheet(rulebook, recorded, parse_period(period))
    return {
        "total": show_exact(sheet.total),
        "stars": "null" if sheet.stars is None else str(sheet.stars),
        "grade": "null" if sheet.grade is None else sheet.grade,
        "eligible": str(sheet.is_eligible).lower(),
        "components": {code: show_exact(points) for code, points in sheet.components.items()},
        "categories": {code: show_exact(points) for code, points in sheet.categories.items()},
        "counted": [show_exact(line.counted) for line in sheet.lines],
        "why": [line.why for line in sheet.lines],
        "parts": [show_exact(part.total) for part in sheet.parts],
        "spendable": show_exact(_spendable(rulebook, sheet)),
    }


def _spendable(rulebook: Rulebook, sheet: ScoreSheet) -> Fraction:
    earns = rulebook.shop.earns if rulebook.shop is not None else frozenset[str]()
    return sum((line.counted for line in sheet.lines if line.item in earns), Fraction(0))


def _proposed(rulebook: Rulebook, recorded: list[Recorded], proposal: Proposal) -> dict[str, Any]:
    try:
        told = preview(rulebook, recorded, proposal)
    except ProposalRefused as refusal:
        return {"refused": refusal.code.value}
    gains = (told.gains_low, told.gains_high)
    return {
        "gains": ["null" if gain is None else show_exact(gain) for gain in gains],
        "binding": "null" if told.binding_cap is None else told.binding_cap.code,
        "left": {one.cap.code: show_exact(one.left) for one in told.remaining},
    }
