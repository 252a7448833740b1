"""Writes what changes from one rulebook to another, for programs and for people."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from cli.score.wording import Complaint
from domain.points import show, show_exact, show_signed
from domain.rulebooks import Rulebook
from domain.scoring.simulation import Difference, Simulation, Standing, SubjectChange
from templates.reasons.names import Names, reason_words
from templates.reasons.speech import Speech

_BAR_WIDTH_MAX = 30
_SPEECH = Speech(shows_codes=True)


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


def simulation_text(old: Rulebook, new: Rulebook, period: str, simulation: Simulation) -> Iterator[str]:
    """Yield who changes, through what, and how totals and grades are distributed before and after."""
    yield f"{period}  {old.name} {old.version} → {new.name} {new.version}"
    if not simulation.subjects:
        yield "没有任何变化。"
        return
    yield f"有变化的共 {len(simulation.subjects)} 个"
    for change in simulation.subjects:
        yield ""
        yield _headline(change)
        for difference in change.differences:
            yield f"  {_difference(old, new, difference)}"
        yield from _standings(old, new, change)
    yield ""
    yield "总分分布（改前 · 改后）"
    most = max(max(bar.before, bar.after) for bar in simulation.bars) if simulation.bars else 0
    for bar in simulation.bars:
        yield f"  [{show(bar.low)}, {show(bar.high)})  {bar.before} · {bar.after}  {_drawn(bar.after, most)}"
    for grade, (before, after) in simulation.grades.items():
        yield f"  等次 {grade}  {before} · {after}"


def left_out(complaints: Iterable[Complaint], which: str) -> list[dict[str, Any]]:
    """Return rows that one of the rulebooks, `old` or `new`, cannot enter."""
    return [
        {"rulebook": which, "code": one.code, "file": one.file, "line": one.line, "message": one.message}
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


def _headline(change: SubjectChange) -> str:
    who = f"{change.subject} {change.name}".strip()
    if change.before is None or change.after is None:
        return f"{who}  {'改后才计分' if change.before is None else '改后不再计分'}"
    return f"{who}  {show(change.before.total)} → {show(change.after.total)}（{show_signed(change.change)}）"


def _difference(old: Rulebook, new: Rulebook, difference: Difference) -> str:
    book = new if difference.item in new.items else old
    words = (
        f"{Names(book, _SPEECH).item(difference.item)}  {show(difference.before)} → {show(difference.after)}"
    )
    before, after = (
        "、".join(reason_words(_SPEECH, why) for why in whys)
        for whys in (difference.why_before, difference.why_after)
    )
    if before != after:
        words += f"（{before or '无'} → {after or '无'}）"
    return words + (f"  依据：{difference.clause}" if difference.clause else "")


def _standings(old: Rulebook, new: Rulebook, change: SubjectChange) -> Iterator[str]:
    before, after = change.before, change.after
    if before is not None and after is not None:
        told: tuple[tuple[str, Any, Any], ...] = (
            ("名次", before.rank, after.rank),
            ("等次", before.grade, after.grade),
            ("星级", before.stars, after.stars),
            ("评优", *_pair(before, after, lambda one: "可" if one.is_eligible else "不可")),
            ("标记", _flags(old, before), _flags(new, after)),
        )
        for noun, was, becomes in told:
            if was != becomes:
                yield f"  {noun}  {_or_none(was)} → {_or_none(becomes)}"
    for code in change.gained:
        yield f"  结果运用  增加 {_named(new, code)}"
    for code in change.lost:
        yield f"  结果运用  取消 {_named(old, code)}"


def _pair(before: Standing, after: Standing, words: Callable[[Standing], str]) -> tuple[str, str]:
    return words(before), words(after)


def _flags(rulebook: Rulebook, standing: Standing) -> str:
    return "、".join(map(Names(rulebook, _SPEECH).flag, standing.flags))


def _named(rulebook: Rulebook, code: str) -> str:
    return next((one.name for one in rulebook.consequences if one.code == code), code)


def _or_none(value: object) -> str:
    return "无" if value in {None, ""} else str(value)


def _drawn(count: int, most: int) -> str:
    return "█" * -(-count * _BAR_WIDTH_MAX // most) if most else ""
