"""Writes one subject's whole way in words, from every line to the total, and why what follows from it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from domain.periods import Period
from domain.points import show, show_signed
from domain.scoring.accounts import Contribution
from domain.scoring.drafts import Weighed
from domain.scoring.reasons import Composed, Leading, Reason
from domain.scoring.scores import SubjectScore
from templates.reasons.lines import ToldLine, line_words, sum_words, told_line
from templates.reasons.names import Names
from templates.reasons.telling import Telling, ToldReason


@dataclass(frozen=True, slots=True)
class ToldPart:
    """A part of the total with its lines."""

    name: str
    points: Fraction
    lines: tuple[ToldLine, ...]


@dataclass(frozen=True, slots=True)
class ToldSheet:
    """A subject's result in words; `sum` writes out how the parts come to the total, empty where one does."""

    total: str
    parts: tuple[ToldPart, ...]
    sum: str
    reasons: tuple[ToldReason, ...]


def told_sheet(
    names: Names, period: Period, score: SubjectScore, reasons: Sequence[Reason], *, events: str = ""
) -> ToldSheet:
    """Return a subject's result in words; `events` is the file that events are numbered in."""
    lines: dict[str, list[Contribution]] = {}
    for line in score.trace:
        lines.setdefault(line.component, []).append(line)
    weighed, below = _behind(reasons)
    parts = tuple(
        ToldPart(
            names.part(code),
            sum((line.counted for line in among), Fraction(0)),
            tuple(told_line(names, line, weighed, below.get(line.item, ())) for line in among),
        )
        for code, among in lines.items()
    )
    written = ""
    if len(parts) > 1:
        written = names.speech.say(
            "合计  %(sum)s = %(total)s", sum=sum_words(part.points for part in parts), total=show(score.total)
        )
    telling = Telling(names, period, dues=score.consequences, events=events)
    return ToldSheet(_total(names, score), parts, written, tuple(map(telling.told, reasons)))


def heading(names: Names, subject: str, name: str, unit: str, period: Period) -> str:
    """Return whose sheet it is, of which period, by which rulebook."""
    who = f"{subject} {name}".strip()
    where = "" if unit == subject else names.speech.say("（%(notes)s）", notes=unit)
    return f"{who}{where}  {period.label}  {names.rulebook.name} {names.rulebook.version}"


def account_words(names: Names, member: str, account: str) -> str:
    """Return that a member's points are kept under another name."""
    return names.speech.say("%(member)s 的积分记在 %(account)s 名下", member=member, account=account)


def sheet_lines(names: Names, sheet: ToldSheet) -> Iterator[str]:
    """Yield a sheet as lines of text: the total, the parts with every line, and the reasons."""
    yield sheet.total
    yield ""
    for part in sheet.parts:
        yield f"{part.name}  {show_signed(part.points)}"
        for line in part.lines:
            yield f"  {line_words(names, line)}"
            for inner in line.below:
                yield f"    {line_words(names, inner)}"
    if not sheet.parts:
        yield names.speech.say("本期没有任何记分。")
    yield ""
    if sheet.sum:
        yield sheet.sum
    for reason in sheet.reasons:
        yield reason.head
        yield from (f"  {why}" for why in reason.why)


def _total(names: Names, score: SubjectScore) -> str:
    say = names.speech.say
    words = [say("总分 %(total)s", total=show(score.total))]
    words += [] if score.rank is None else [say("第 %(rank)s 名", rank=score.rank)]
    words += [] if score.grade is None else [say("等次 %(name)s", name=score.grade)]
    words += [] if score.stars is None else [say("%(count)s 星", count=score.stars)]
    words += [] if score.is_eligible else [say("本期不可评优")]
    return " · ".join(words)


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
