"""Plays one worked case of a rulebook: what happened goes in, what the engine makes of it comes out."""

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from domain.cases.case import Case, CaseBroken, Wrong
from domain.periods import parse_period
from domain.points import show_exact
from domain.rulebooks import Rulebook, parse_rulebook, shipped_rulebooks
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
from domain.scoring.posting import EventProblem, Refused
from domain.scoring.tables import TableProblem, read_ballots, read_events, read_roster

Written = Mapping[str, str]
_TABLES = ("roster", "events", "ballots")


def play(rulebook: Rulebook, case: Case, *, texts: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return what the engine answers, in the case's own words and only for what the case expects.

    `texts` are the books, beside the shipped ones, that a case may vary with `with`.

    Raises:
        CaseBroken: a row cannot be read or entered.
        RulebookInvalid: what `with` changes does not fit the book.
        PeriodUnreadable
    """
    if case.is_whole:
        return _evaluated(rulebook, case, texts or {})
    recorded = _record(rulebook, case.entries)
    if "propose" in case.question:
        answer = _proposed(rulebook, recorded, _proposal("propose", 1, case.question["propose"]))
    else:
        answer = _scored(rulebook, recorded, case.question["period"])
    return {key: answer.get(key) for key in case.expect}


def world_of(rulebook: Rulebook, case: Case) -> World:
    """Return the roster, events and ballots of a case; without a roster there is one member in one unit.

    Raises: CaseBroken.
    """
    rows = {name: list(enumerate(case.question.get(name, []), start=1)) for name in _TABLES}
    roster, of_roster = read_roster(rows["roster"] or [(1, {"member": "m1", "unit": "a"})])
    events, of_events = read_events(rows["events"])
    members = {stay.member for stay in roster.stays}
    ballots, of_ballots = read_ballots(rows["ballots"], rulebook, members)
    found = zip(_TABLES, (of_roster, of_events, of_ballots), strict=True)
    wrong = [_wrong(table, one) for table, problems in found for one in problems]
    if wrong:
        raise CaseBroken(*wrong)
    return World(tuple(roster.stays), tuple(events), tuple(ballots), roster.parents)


def _wrong(table: str, one: TableProblem) -> Wrong:
    return Wrong(table, one.line, one.code, one.facts)


def varied(rulebook: Rulebook, changes: dict[str, Any] | None, texts: Mapping[str, str]) -> Rulebook:
    """Return the book with a case's changes laid over it, as a branch's book would lay them."""
    if not changes:
        return rulebook
    shipped = {code: path.read_text(encoding="utf-8") for code, path in shipped_rulebooks().items()}
    shelf = {**shipped, **texts}
    head = {"id": "varied", "name": "varied", "version": "1", "extends": rulebook.id}
    return parse_rulebook(
        json.dumps(head | without_null(changes), ensure_ascii=False), file="with", parents=shelf.get
    )


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
    if evaluation.refused:
        raise CaseBroken(*(_refused(case, one) for one in evaluation.refused))
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


def _refused(case: Case, one: Refused) -> Wrong:
    row = case.question["events"][one.number - 1]
    return Wrong("events", one.number, one.code, {"item": row["item"], "on": row["date"]} | dict(one.facts))


def _told(score: SubjectScore, wanted: Any) -> Any:
    """Return of a score what the case asks for; of components only those that it names."""
    assert isinstance(wanted, dict), "whoever read the case made sure of it"
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


def _proposal(table: str, row: int, written: Written) -> Proposal:
    """Return what a row proposes.

    Raises: CaseBroken.
    """
    for column in ("item", "on"):
        if column not in written:
            raise CaseBroken(Wrong(table, row, "empty", {"column": column}))
    try:
        on = date.fromisoformat(written["on"])
    except ValueError as error:
        facts = {"column": "on", "value": written["on"]}
        raise CaseBroken(Wrong(table, row, "not-a-date", facts)) from error
    return Proposal(
        item=written["item"],
        on=on,
        level=written.get("level"),
        quantity=_number(table, row, written, "quantity"),
        points=_number(table, row, written, "points"),
    )


def _number(table: str, row: int, written: Written, column: str) -> Fraction | None:
    text = written.get(column)
    try:
        return None if text is None else Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        facts = {"column": column, "value": text}
        raise CaseBroken(Wrong(table, row, "not-a-number", facts)) from error


def _record(rulebook: Rulebook, entries: list[dict[str, str]]) -> list[Recorded]:
    recorded: list[Recorded] = []
    for sequence, written in enumerate(entries, start=1):
        proposal = _proposal("entries", sequence, written)
        reverses = written.get("reverses")
        if reverses is None:
            points = _priced(rulebook, proposal, sequence)
        else:
            points = -_reversed(recorded, reverses, sequence)
        key = written.get("key", f"e{sequence}")
        recorded.append(Recorded(key, proposal.item, proposal.on, points, sequence, reverses))
    return recorded


def _priced(rulebook: Rulebook, proposal: Proposal, row: int) -> Fraction:
    try:
        return price(rulebook, proposal).points
    except ProposalRefused as refusal:
        facts = {"item": proposal.item, "on": proposal.on} | refusal.fields
        raise CaseBroken(Wrong("entries", row, refusal.code, facts)) from refusal


def _reversed(recorded: list[Recorded], key: str, row: int) -> Fraction:
    for entry in recorded:
        if entry.key == key:
            return entry.points
    raise CaseBroken(Wrong("entries", row, EventProblem.REVERSAL_UNKNOWN, {"key": key}))


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
