"""Writes what changes from one rulebook to another as the JSON object that other programs read."""

import json
from collections.abc import Iterable
from typing import Any

from cli.score.wording import Complaint
from domain.points import show_exact
from domain.rulebooks import Rulebook
from domain.scoring.simulation import Simulation, Standing, SubjectChange


def simulation_json(
    old: Rulebook, new: Rulebook, period: str, simulation: Simulation, problems: list[dict[str, Any]]
) -> str:
    """Return the object of `jifen simulate --json`; amounts are decimal strings, exact to four places.

    `problems` are the events that only one of the rulebooks can enter.
    """
    answer = {
        "old": {"id": old.id, "version": old.version},
        "new": {"id": new.id, "version": new.version},
        "period": period,
        "subjects": [_subject(change) for change in simulation.subjects],
        "distribution": [
            {"from": show_exact(bar.low), "to": show_exact(bar.high), "old": bar.before, "new": bar.after}
            for bar in simulation.bars
        ],
        "grades": [
            {"grade": grade, "old": before, "new": after}
            for grade, (before, after) in simulation.grades.items()
        ],
        "problems": problems,
    }
    return json.dumps(answer, ensure_ascii=False) + "\n"


def left_out(complaints: Iterable[Complaint], which: str) -> list[dict[str, Any]]:
    """Return rows that one of the rulebooks, `old` or `new`, cannot enter."""
    return [
        {
            "rulebook": which,
            "code": one.code,
            "file": one.file,
            "line": one.line,
            "message": str(one.sentence),
        }
        for one in complaints
    ]


def _subject(change: SubjectChange) -> dict[str, Any]:
    return {
        "subject": change.subject,
        "kind": change.kind,
        "name": change.name,
        "unit": change.unit,
        "change": show_exact(change.change),
        "old": _standing(change.before),
        "new": _standing(change.after),
        "gained": list(change.gained),
        "lost": list(change.lost),
        "lines": [
            {
                "item": one.item,
                "clause": one.clause,
                "old": show_exact(one.before),
                "new": show_exact(one.after),
                "change": show_exact(one.change),
                "why": {"old": list(one.why_before), "new": list(one.why_after)},
            }
            for one in change.differences
        ],
    }


def _standing(standing: Standing | None) -> dict[str, Any] | None:
    if standing is None:
        return None
    return {
        "total": show_exact(standing.total),
        "rank": standing.rank,
        "grade": standing.grade,
        "stars": standing.stars,
        "eligible": standing.is_eligible,
        "flags": list(standing.flags),
        "consequences": list(standing.consequences),
    }
