"""Writes results for people: one table of everybody, or one subject's way from line to total."""

from collections.abc import Iterator
from fractions import Fraction

from cli.score.words import flag_words, item_words, part_words, reason_words
from domain.points import show, show_signed
from domain.rulebooks import Rulebook
from domain.scoring.accounts import Contribution
from domain.scoring.scores import PeriodScores, SubjectScore

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]


def scores_table(rulebook: Rulebook, scores: PeriodScores) -> Table:
    """Return the header and a row for each subject; columns in which nobody has anything are left out."""
    names = rulebook.components
    present = dict.fromkeys(code for score in scores.subjects for code in score.components)
    columns: list[tuple[str, list[str]]] = [
        ("名次", ["" if score.rank is None else str(score.rank) for score in scores.subjects]),
        ("编号", [score.subject for score in scores.subjects]),
        ("姓名", [score.name for score in scores.subjects]),
        ("单位", [score.unit for score in scores.subjects]),
        ("总分", [show(score.total) for score in scores.subjects]),
        *(
            (
                names.get(code, code),
                [show(score.components.get(code, Fraction(0))) for score in scores.subjects],
            )
            for code in present
        ),
        ("等次", [score.grade or "" for score in scores.subjects]),
        ("星级", ["" if score.stars is None else f"{score.stars} 星" for score in scores.subjects]),
        ("评优", ["" if score.is_eligible else "不可" for score in scores.subjects]),
        ("标记", ["、".join(map(flag_words, score.flags)) for score in scores.subjects]),
        ("结果运用", ["、".join(due.name for due in score.consequences) for score in scores.subjects]),
    ]
    kept = [(name, cells) for name, cells in columns if name in {"编号", "总分"} or any(cells)]
    rows = list(zip(*(cells for _, cells in kept), strict=True))
    return tuple(name for name, _ in kept), rows


def explanation(rulebook: Rulebook, scores: PeriodScores, score: SubjectScore) -> Iterator[str]:
    """Yield the lines that lead from every event to the total, part by part, and what follows from it."""
    who = f"{score.subject} {score.name}".strip()
    where = "" if score.unit == score.subject else f"（{score.unit}）"
    yield f"{who}{where}  {scores.period.label}  {rulebook.name} {rulebook.version}"
    yield f"总分 {show(score.total)}{_standing(score)}"
    yield ""
    parts: dict[str, list[Contribution]] = {}
    for line in score.trace:
        parts.setdefault(line.component, []).append(line)
    for part, lines in parts.items():
        yield f"{part_words(rulebook, part)}  {show_signed(_sum(lines))}"
        for line in lines:
            yield f"  {_line(rulebook, line)}"
    if not parts:
        yield "本期没有任何记分。"
    sums = [_sum(lines) for lines in parts.values()]
    if len(sums) > 1:
        yield ""
        yield f"合计  {_addition(sums)} = {show(score.total)}"
    yield from _after(score)


def _standing(score: SubjectScore) -> str:
    words = [] if score.rank is None else [f"第 {score.rank} 名"]
    words += [] if score.grade is None else [f"等次 {score.grade}"]
    words += [] if score.stars is None else [f"{score.stars} 星"]
    words += [] if score.is_eligible else ["本期不可评优"]
    return "".join(f" · {word}" for word in words)


def _line(rulebook: Rulebook, line: Contribution) -> str:
    words = f"{line.on.isoformat()}  {item_words(rulebook, line.item)}  {show_signed(line.counted)}"
    is_base = line.why == "base"
    reason = reason_words("mean" if is_base and line.raw != line.counted else line.why)
    if line.raw != line.counted:
        words += f"（原为 {show_signed(line.raw)}{'，' + reason if reason else ''}）"
    elif reason and not is_base:
        words += f"（{reason}）"
    return words + (f"  依据：{line.clause}" if line.clause else "")


def _after(score: SubjectScore) -> Iterator[str]:
    if score.flags:
        yield f"标记  {'、'.join(map(flag_words, score.flags))}"
    for due in score.consequences:
        by = f"，{due.due_on.isoformat()} 前" if due.due_on is not None else ""
        to = f"，由 {due.to} 办理" if due.to else ""
        yield f"结果运用  {due.name}{to}{by}"


def _sum(lines: list[Contribution]) -> Fraction:
    return sum((line.counted for line in lines), Fraction(0))


def _addition(sums: list[Fraction]) -> str:
    words = show(sums[0])
    for points in sums[1:]:
        words += f" − {show(-points)}" if points < 0 else f" + {show(points)}"
    return words
