"""Reads the worked cases and plays one of them."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from domain.periods import parse_period
from domain.points import show_exact
from domain.rulebooks import Rulebook
from domain.rulebooks.shelf import ROOM
from domain.scoring import Proposal, ProposalRefused, Recorded, ScoreSheet, preview, price, score_sheet

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
        return {entry["item"] for entry in self.entries}


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a file; every scalar stays the text that was written."""
    file = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  texts only
    return [
        Case(file["rulebook"], case["name"], case.get("entries", []), case, case["expect"])
        for case in file["cases"]
    ]


def play(rulebook: Rulebook, case: Case) -> dict[str, Any]:
    """Return what the engine answers, in the case's own words and only for what the case expects."""
    recorded = _record(rulebook, case.entries)
    if "propose" in case.question:
        answer = _proposed(rulebook, recorded, _proposal(case.question["propose"]))
    else:
        answer = _scored(rulebook, recorded, case.question["period"])
    return {key: answer.get(key) for key in case.expect}


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
