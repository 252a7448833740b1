"""Writes who would change from one rulebook to another, through what, and how totals and grades spread."""

from collections.abc import Iterator
from typing import Any

from domain.periods import Period
from domain.points import show, show_signed
from domain.rulebooks import Rulebook
from domain.scoring.simulation import Difference, Simulation, Standing, SubjectChange
from templates.reasons.names import Names, reason_words
from templates.reasons.speech import Speech

_BAR_WIDTH_MAX = 30


def change_lines(
    speech: Speech, old: Rulebook, new: Rulebook, period: Period, simulation: Simulation
) -> Iterator[str]:
    """Yield who changes, through what, and how totals and grades are distributed before and after."""
    yield f"{period.label}  {old.name} {old.version} → {new.name} {new.version}"
    if not simulation.subjects:
        yield speech.say("没有任何变化。")
        return
    yield speech.say("有变化的共 %(count)s 个", count=len(simulation.subjects))
    told = _Changes(Names(old, speech), Names(new, speech))
    for change in simulation.subjects:
        yield ""
        yield told.headline(change)
        for difference in change.differences:
            yield f"  {told.difference(difference)}"
        yield from (f"  {words}" for words in told.standings(change))
    yield ""
    yield from _distribution(speech, simulation)


class _Changes:
    """The words of what changes between the rulebook before and the one after."""

    def __init__(self, old: Names, new: Names) -> None:
        self._old = old
        self._new = new
        self._speech = new.speech
        self._say = new.speech.say

    def headline(self, change: SubjectChange) -> str:
        """Return who changes, and by how much: `m1 王一  46 → 43（-3）`."""
        say, who = self._say, f"{change.subject} {change.name}".strip()
        if change.before is None:
            return say("%(who)s  改后才计分", who=who)
        if change.after is None:
            return say("%(who)s  改后不再计分", who=who)
        was, becomes = show(change.before.total), show(change.after.total)
        return say("%(who)s  %(was)s → %(becomes)s（%(change)s）", who=who, was=was, becomes=becomes,
                   change=show_signed(change.change))  # fmt: skip

    def difference(self, difference: Difference) -> str:
        """Return through which item and clause, and what made the lines count otherwise."""
        say = self._say
        names = self._new if difference.item in self._new.rulebook.items else self._old
        words = f"{names.item(difference.item)}  {show(difference.before)} → {show(difference.after)}"
        before, after = (
            self._speech.series(reason_words(self._speech, why) for why in whys)
            for whys in (difference.why_before, difference.why_after)
        )
        if before != after:
            words += say("（%(notes)s）", notes=f"{before or say('无')} → {after or say('无')}")
        clause = difference.clause or names.clause_of(difference.item)
        return words + (f"  {say('依据：%(clause)s', clause=clause)}" if clause else "")

    def standings(self, change: SubjectChange) -> Iterator[str]:
        """Yield what becomes of rank, grade, stars, awards, flags and lists, where it is not as before."""
        say, before, after = self._say, change.before, change.after
        if before is not None and after is not None:
            told: tuple[tuple[str, Any, Any], ...] = (
                (say("名次"), before.rank, after.rank),
                (say("等次"), before.grade, after.grade),
                (say("星级"), before.stars, after.stars),
                (say("评优"), self._awards(before), self._awards(after)),
                (say("标记"), _flags(self._old, before), _flags(self._new, after)),
            )
            for noun, was, becomes in told:
                if was != becomes:
                    yield f"{noun}  {self._or_none(was)} → {self._or_none(becomes)}"
        for code in change.gained:
            yield say("结果运用  增加 %(name)s", name=self._new.consequence(code))
        for code in change.lost:
            yield say("结果运用  取消 %(name)s", name=self._old.consequence(code))

    def _awards(self, standing: Standing) -> str:
        return self._say("可") if standing.is_eligible else self._say("不可")

    def _or_none(self, value: object) -> str:
        return self._say("无") if value in {None, ""} else str(value)


def _flags(names: Names, standing: Standing) -> str:
    return names.speech.series(map(names.flag, standing.flags))


def _distribution(speech: Speech, simulation: Simulation) -> Iterator[str]:
    yield speech.say("总分分布（改前 · 改后）")
    most = max((max(bar.before, bar.after) for bar in simulation.bars), default=0)
    for bar in simulation.bars:
        drawn = "█" * -(-bar.after * _BAR_WIDTH_MAX // most) if most else ""
        yield f"  [{show(bar.low)}, {show(bar.high)})  {bar.before} · {bar.after}  {drawn}".rstrip()
    for grade, (before, after) in simulation.grades.items():
        yield f"  {speech.say('等次 %(name)s', name=grade)}  {before} · {after}"
