"""Writes results as the JSON object that other programs read."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from cli.score.wording import sentence
from domain.points import from_stored, show_exact, to_stored_together
from domain.rulebooks import Rulebook, Sentence
from domain.scoring.accounts import Contribution
from domain.scoring.drafts import Due
from domain.scoring.scores import PeriodScores, ScoreProblem, SubjectScore


def scores_json(rulebook: Rulebook, scores: PeriodScores, *, events: Path) -> Iterator[str]:
    """Yield the object of `jifen score --json` piece by piece, so that it never lies in memory whole.

    Amounts are decimal strings, exact to four places.
    """
    about = {"rulebook": {"id": rulebook.id, "version": rulebook.version}, "period": scores.period.label}
    yield f'{_json(about)[:-1]}, "subjects": ['
    for number, score in enumerate(scores.subjects):
        yield (",\n" if number else "\n") + _json(_subject(score))
    problems = [problem_object(problem, events=events) for problem in scores.problems]
    yield f'], "problems": {_json(problems)}}}\n'


def write_utf_8(pieces: Iterable[str]) -> None:
    """Write to stdout in UTF-8, whatever the terminal's own encoding is: other programs read it."""
    for piece in pieces:
        sys.stdout.buffer.write(piece.encode())
    sys.stdout.buffer.flush()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def problem_object(problem: ScoreProblem, *, events: Path) -> dict[str, Any]:
    """Return something that did not stop the run; `file` and `line` are null where no event is to blame."""
    return {
        "code": problem.code,
        "file": None if problem.number is None else events.name,
        "line": problem.number,
        "subjects": list(problem.subjects),
        "message": str(problem_sentence(problem)),
    }


def problem_sentence(problem: ScoreProblem) -> Sentence:
    """Return what did not stop the run as a sentence."""
    facts = {"about": problem.about, "places": problem.places, "subjects": problem.subjects}
    return sentence(problem.code, facts)


def _subject(score: SubjectScore) -> dict[str, Any]:
    return {
        "subject": score.subject,
        "kind": score.kind,
        "name": score.name,
        "unit": score.unit,
        "total": show_exact(score.total),
        "components": _amounts(score.components),
        "rank": score.rank,
        "grade": score.grade,
        "stars": score.stars,
        "eligible": score.is_eligible,
        "flags": list(score.flags),
        "consequences": [_consequence(due) for due in score.consequences],
        "trace": _trace(score),
    }


def _amounts(components: Mapping[str, Any]) -> dict[str, str]:
    return {code: show_exact(points) for code, points in components.items()}


def _consequence(due: Due) -> dict[str, Any]:
    return {
        "code": due.code,
        "to": due.to or None,
        "due": None if due.due_on is None else due.due_on.isoformat(),
    }


def _trace(score: SubjectScore) -> list[dict[str, Any]]:
    """Return the lines; rounded to four places, their counted points still add up to the rounded total."""
    counted = to_stored_together([line.counted for line in score.trace], whole=score.total)
    return [_line(line, from_stored(amount)) for line, amount in zip(score.trace, counted, strict=True)]


def _line(line: Contribution, counted: Fraction) -> dict[str, Any]:
    return {
        "date": line.on.isoformat(),
        "item": line.item,
        "raw": show_exact(line.raw),
        "counted": show_exact(counted),
        "why": line.why,
        "clause": line.clause,
    }
