"""Writes results for people: one table of everybody, or one subject's way from line to total."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from cli.score.lines import line_words, sum_words
from cli.score.reasons import Reasoning
from cli.score.words import flag_words, part_words
from domain.points import show, show_signed
from domain.rulebooks import Rulebook
from domain.scoring.accounts import Contribution
from domain.scoring.drafts import Weighed
from domain.scoring.reasons import Composed, Leading, Reason
from domain.scoring.scores import PeriodScores, SubjectScore

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]


def scores_table(rulebook: Rulebook, scores: PeriodScores) -> Table:
    """Return the header and a row for each subject; columns in which nobody has anything are left out."""
    present = dict.fromkeys(code for score in scores.subjects for code in score.components)
    columns: list[tuple[str, list[str]]] = [
        ("名次", ["" if score.rank is None else str(score.rank) for score in scores.subjects]),
        ("编号", [score.subject for score in scores.subjects]),
        ("姓名", [score.name for score in scores.subjects]),
        ("单位", [score.unit for score in scores.subjects]),
        ("总分", [show(score.total) for score in scores.subjects]),
        *(
            (
                part_words(rulebook, code),
                [show(score.components.get(code, Fraction(0))) for score in scores.subjects],
            )
            for code in present
        ),
        ("等次", [score.grade or "" for score in scores.subjects]),
        ("星级", ["" if score.stars is None else f"{score.stars} 星" for score in scores.subjects]),
        ("评优", ["" if score.is_eligible else "不可" for score in scores.subjects]),
        (
            "标记",
            ["、".join(flag_words(flag, rulebook) for flag in score.flags) for score in scores.subjects],
        ),
        ("结果运用", ["、".join(due.name for due in score.consequences) for score in scores.subjects]),
    ]
    kept = [(name, cells) for name, cells in columns if name in {"编号", "总分"} or any(cells)]
    rows = list(zip(*(cells for _, cells in kept), strict=True))
    return tuple(name for name, _ in kept), rows


def explanation(
    rulebook: Rulebook,
    scores: PeriodScores,
    score: SubjectScore,
    reasons: Sequence[Reason],
    *,
    events: str,
) -> Iterator[str]:
    """Yield the lines that lead from every event to the total, part by part, and why what follows from it.

    `events` is the name of the file that the events stand in.
    """
    who = f"{score.subject} {score.name}".strip()
    where = "" if score.unit == score.subject else f"（{score.unit}）"
    yield f"{who}{where}  {scores.period.label}  {rulebook.name} {rulebook.version}"
    yield f"总分 {show(score.total)}{_standing(score)}"
    yield ""
    yield from _parts(rulebook, score, reasons)
    told = Reasoning(rulebook, scores.period, dues=score.consequences, events=events)
    for reason in reasons:
        yield from told.lines(reason)


def _parts(rulebook: Rulebook, score: SubjectScore, reasons: Iterable[Reason]) -> Iterator[str]:
    parts: dict[str, list[Contribution]] = {}
    for line in score.trace:
        parts.setdefault(line.component, []).append(line)
    weighed, below = _behind(reasons)
    for part, lines in parts.items():
        yield f"{part_words(rulebook, part)}  {show_signed(_sum(lines))}"
        for line in lines:
            yield f"  {line_words(rulebook, line, weighed)}"
            for inner in below.get(line.item, ()):
                yield f"    {line_words(rulebook, inner, {})}"
    if not parts:
        yield "本期没有任何记分。"
    yield ""
    sums = [_sum(lines) for lines in parts.values()]
    if len(sums) > 1:
        yield f"合计  {sum_words(sums)} = {show(score.total)}"


def _behind(
    reasons: Iterable[Reason],
) -> tuple[Mapping[str, Weighed], Mapping[str, tuple[Contribution, ...]]]:
    """Return the weighted parts by code, and the lines of every unit that a leader's score is made from."""
    weighed: dict[str, Weighed] = {}
    below: dict[str, tuple[Contribution, ...]] = {}
    for reason in reasons:
        match reason:
            case Composed(parts=parts):
                weighed = {one.part.code: one for one in parts}
            case Leading(sources=sources):
                below = {one.label: one.lines for one in sources if one.label.startswith("unit:")}
            case _:
                continue
    return weighed, below


def _standing(score: SubjectScore) -> str:
    words = [] if score.rank is None else [f"第 {score.rank} 名"]
    words += [] if score.grade is None else [f"等次 {score.grade}"]
    words += [] if score.stars is None else [f"{score.stars} 星"]
    words += [] if score.is_eligible else ["本期不可评优"]
    return "".join(f" · {word}" for word in words)


def _sum(lines: list[Contribution]) -> Fraction:
    return sum((line.counted for line in lines), Fraction(0))
