"""Puts into words how a grade and stars came about, step by step."""

from collections.abc import Iterator

from domain.periods import PeriodKind
from domain.points import show
from domain.rulebooks import Interval
from domain.scoring.reasons import (
    ByBallots,
    ByBand,
    ByConsequence,
    ByEntry,
    ByRule,
    Class,
    Classified,
    Entry,
    Step,
)
from templates.reasons.conditions import Conditions
from templates.reasons.names import Names


class Classes:
    """The words of grades and stars in a period of one kind."""

    def __init__(self, names: Names, kind: PeriodKind) -> None:
        self._names = names
        self._kind = kind
        self._say = names.speech.say

    def told(self, classified: Classified) -> tuple[str, list[str]]:
        """Return the class, and every step that led to it."""
        name = self._named(classified.what, classified.label)
        if classified.what is Class.STARS:
            return self._say("星级  %(name)s", name=name), list(self._steps(classified))
        return self._say("等次  %(name)s", name=name), list(self._steps(classified))

    def _named(self, what: Class, label: str) -> str:
        return self._say("%(count)s 星", count=label) if what is Class.STARS else label

    def _steps(self, classified: Classified) -> Iterator[str]:
        before = ""
        for step in classified.steps:
            yield self._step(step, self._named(classified.what, step.label or ""))
            label = step.label or ""
            if isinstance(step, ByBallots) and before:
                label = max(before, label, key=self._names.rulebook.grade_order.index)
                yield self._say("两者取较差的：%(name)s", name=label)
            before = label

    def _step(self, step: Step, name: str) -> str:  # noqa: PLR0911  one case a kind
        say = self._say
        match step:
            case ByBand(label=None, total=total):
                return say("总分 %(total)s，不在任何一档", total=show(total))
            case ByBand(interval=interval, total=total):
                return say(
                    "按总分：%(total)s 在 %(band)s，是 %(name)s",
                    total=show(total),
                    band=_interval(interval),
                    name=name,
                )
            case ByRule(condition=condition):
                words = Conditions(self._names, self._kind).words(condition)
                return say("按规则：是 %(name)s；%(words)s", name=name, words=words)
            case ByBallots():
                return self._ballots(step)
            case ByEntry(entry=entry, is_ceiling=True):
                return say(
                    "因 %(entry)s：最高只能是 %(name)s", entry=entry_words(self._names, entry), name=name
                )
            case ByEntry(entry=entry):
                return say("因 %(entry)s：定为 %(name)s", entry=entry_words(self._names, entry), name=name)
            case ByConsequence(consequence=code):
                return say("因列入“%(list)s”：%(name)s", list=self._names.consequence(code), name=name)

    def _ballots(self, step: ByBallots) -> str:
        say = self._say
        facts = {
            "sheet": self._names.rulebook.instruments[step.instrument].name,
            "counts": self._names.speech.series(
                say("%(mark)s %(count)s 票", mark=mark, count=count) for mark, count in step.marks.items()
            ),
            "name": step.label,
        }
        if step.is_tied:
            return say("按%(sheet)s：%(counts)s，最多的有并列，取其中较差的 %(name)s", **facts)
        return say("按%(sheet)s：%(counts)s，最多的是 %(name)s", **facts)


def entry_words(names: Names, entry: Entry) -> str:
    """Return an entry that does something beside its points: its day and its item."""
    return f"{names.speech.day(entry.on)} {names.item(entry.item)}"


def _interval(interval: Interval | None) -> str:
    if interval is None:
        return ""
    left, right = "[" if interval.is_low_included else "(", "]" if interval.is_high_included else ")"
    low = "-∞" if interval.low is None else show(interval.low)
    high = "∞" if interval.high is None else show(interval.high)
    return f"{left}{low}, {high}{right}"
