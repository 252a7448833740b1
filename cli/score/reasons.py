"""Puts reasons into words: why a grade, stars, a flag, a list, or nothing at all."""

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

from cli.score.conditions import condition_words
from cli.score.lines import sum_words, weighed_words
from cli.score.words import (
    consequence_words,
    each,
    flag_words,
    item_words,
    part_words,
    requirement_words,
    role_words,
    roster_word,
)
from domain.periods import Period
from domain.points import show
from domain.rulebooks import Interval, Rulebook
from domain.scoring.drafts import Due
from domain.scoring.reasons import (
    Absence,
    Averaged,
    ByBallots,
    ByBand,
    ByConsequence,
    ByEntry,
    ByRule,
    Class,
    Classified,
    Closed,
    Composed,
    Entry,
    Flagged,
    Leading,
    LeftOpen,
    Listed,
    NotScored,
    OverQuota,
    PassedOver,
    Place,
    Reason,
    Required,
    Step,
)

_ABSENCES = {
    Absence.STATUS: "状态",
    Absence.KIND: "类别",
    Absence.ROLE: "职务",
    Absence.CLASS: "分类",
}


class Reasoning:
    """The words of one subject's reasons; `events` is the name of the file that lines are counted in."""

    def __init__(self, rulebook: Rulebook, period: Period, *, dues: Iterable[Due], events: str) -> None:
        self._rulebook = rulebook
        self._period = period
        self._dues = {due.code: due for due in dues}
        self._events = events

    def lines(self, reason: Reason) -> Iterator[str]:
        """Yield the lines of a reason: what, and indented why."""
        head, *why = self._told(reason)
        yield head
        yield from (f"  {line}" for line in why)

    def _told(self, reason: Reason) -> list[str]:  # noqa: PLR0911  one case a kind
        match reason:
            case Averaged() | Composed() | Leading():
                return self._of_total(reason)
            case OverQuota():
                return [self._over_quota(reason)]
            case Required():
                return self._required(reason)
            case Classified():
                return self._classified(reason)
            case Flagged(flag=flag, entries=entries):
                return [f"标记  {flag_words(flag)}（{self._entries(entries)}）"]
            case Closed():
                return [f"本期不可评优  因为：{'；'.join(self._closed(reason))}"]
            case Listed():
                return self._listed(reason)
            case LeftOpen():
                return self._left_open(reason)
            case PassedOver(code=code):
                return [f"未列入  {consequence_words(self._rulebook, code)}：分数够，但本期不可评优"]

    def _of_total(self, reason: Averaged | Composed | Leading) -> list[str]:
        match reason:
            case Averaged(parts=parts):
                told = "，".join(f"{part.period.label} {show(part.total)}" for part in parts)
                return self._mean(each(parts[0].period.kind), [part.total for part in parts], told)
            case Composed(parts=parts):
                return [
                    "总分由以下各项合成",
                    *(
                        f"{part_words(self._rulebook, one.part.code)}  {weighed_words(one)} = "
                        f"{show(one.counted)}"
                        for one in parts
                    ),
                ]
            case Leading(role=role, is_mean=is_mean, sources=sources):
                told = "，".join(f"{self._source(one.label)} {show(one.total)}" for one in sources)
                totals = [one.total for one in sources]
                if is_mean and totals:
                    return self._mean(f"{role_words(role)}的得分取", totals, told)
                if not totals:
                    return [f"{role_words(role)}的得分来自别的得分，本期一个也没有，按 0 分"]
                whole = show(sum(totals, start=totals[0] * 0))
                return [f"{role_words(role)}的得分相加  {sum_words(totals)} = {whole}", told]

    def _mean(self, whose: str, totals: list[Fraction], told: str) -> list[str]:
        mean = show(sum(totals, Fraction(0)) / len(totals))
        return [f"{whose}平均  ({sum_words(totals)}) ÷ {len(totals)} = {mean}", told]

    def _source(self, label: str) -> str:
        return item_words(self._rulebook, label) if ":" in label else "本人所得"

    def _over_quota(self, full: OverQuota) -> str:
        item = item_words(self._rulebook, full.item)
        return (
            f"未记分  {full.on.isoformat()}  {item}：单位 {full.unit} 的名额 {full.places} 个已满"
            f"（{self._events}:{full.number}）"
        )

    def _required(self, required: Required) -> list[str]:
        words = f"要求  {required.name}：{'达到' if required.is_met else '没有达到'}"
        words += "，不可评优" if required.bars and not required.is_met else ""
        return [words, condition_words(self._rulebook, self._period.kind, required.condition)]

    def _classified(self, classified: Classified) -> list[str]:
        if classified.what is Class.STARS:
            return [f"星级  {classified.label} 星", *self._steps(classified, " 星")]
        return [f"等次  {classified.label}", *self._steps(classified, "")]

    def _steps(self, classified: Classified, mark: str) -> Iterator[str]:
        before = ""
        for step in classified.steps:
            yield self._step(step, mark)
            label = step.label or ""
            if isinstance(step, ByBallots) and before:
                order = self._rulebook.grade_order
                label = max(before, label, key=order.index)
                yield f"两者取较差的：{label}"
            before = label

    def _step(self, step: Step, mark: str) -> str:
        match step:
            case ByBand(label=None, total=total):
                return f"总分 {show(total)}，不在任何一档"
            case ByBand(label=label, interval=interval, total=total):
                return f"按总分：{show(total)} 在 {_interval(interval)}，是 {label}{mark}"
            case ByRule(label=label, condition=condition):
                words = condition_words(self._rulebook, self._period.kind, condition)
                return f"按规则：是 {label}{mark}；{words}"
            case ByBallots(label=label, instrument=instrument, marks=marks, is_tied=is_tied):
                counts = "、".join(f"{word} {count} 票" for word, count in marks.items())
                which = "最多的有并列，取其中较差的" if is_tied else "最多的是"
                name = self._rulebook.instruments[instrument].name
                return f"按{name}：{counts}，{which} {label}"
            case ByEntry(label=label, entry=entry, is_ceiling=is_ceiling):
                return f"因 {self._entry(entry)}：{'最高只能是' if is_ceiling else '定为'} {label}{mark}"
            case ByConsequence(label=label, consequence=code):
                return f"因列入“{consequence_words(self._rulebook, code)}”：{label}{mark}"

    def _entry(self, entry: Entry) -> str:
        return f"{entry.on.isoformat()} {item_words(self._rulebook, entry.item)}"

    def _entries(self, entries: Iterable[Entry]) -> str:
        return "；".join(map(self._entry, entries))

    def _closed(self, closed: Closed) -> Iterator[str]:
        yield from map(self._entry, closed.entries)
        for code in closed.requirements:
            yield f"没有达到要求“{requirement_words(self._rulebook, code)}”"
        for code in closed.consequences:
            yield f"列入“{consequence_words(self._rulebook, code)}”"

    def _listed(self, listed: Listed) -> list[str]:
        due = self._dues[listed.code]
        words = f"结果运用  {due.name}"
        words += f"，由{role_words(due.to)}办理" if due.to else ""
        words += f"，{due.due_on.isoformat()} 前" if due.due_on is not None else ""
        rule = next(one for one in self._rulebook.consequences if one.code == listed.code)
        told = [words + (f"  依据：{rule.basis.clause}" if rule.basis.clause else "")]
        if listed.roles:
            told.append(f"对象：{'、'.join(map(role_words, sorted(listed.roles)))}")
        if listed.place is not None:
            told.append(self._place(listed.place))
        told += [
            condition_words(self._rulebook, self._period.kind, condition) for condition in listed.conditions
        ]
        if rule.follows:
            told.append(f"接在“{consequence_words(self._rulebook, rule.follows)}”之后")
        return told

    def _place(self, place: Place) -> str:
        side = "从高到低" if place.is_top else "从低到高"
        equals = f"，{place.equals} 人并列" if place.equals > 1 else ""
        if place.place + place.equals - 1 > place.places:
            equals += "，都列入"
        return (
            f"{side}排第 {place.place}，名额 {place.places} 个，共 {place.ranked} 人："
            f"{self._measure(place.by)} {show(place.measure)}{equals}"
        )

    def _left_open(self, left: LeftOpen) -> list[str]:
        return [
            f"未定  {consequence_words(self._rulebook, left.code)}，请支委会决定",
            (
                f"{left.equals} 人{self._measure(left.by)}同为 {show(left.measure)}，"
                f"名额 {left.places} 个，只剩 {left.places_left} 个"
            ),
        ]

    def _measure(self, by: str) -> str:
        return "总分" if by == "total" else part_words(self._rulebook, by)


def absence_words(rulebook: Rulebook, period: Period, missing: NotScored) -> Iterator[str]:
    """Yield the lines that tell why somebody on the roster has no score."""
    who = f"{missing.member} {missing.name}".strip()
    yield f"{who}（{missing.unit}）  {period.label}  {rulebook.name} {rulebook.version}"
    clause = f"  依据：{missing.clause}" if missing.clause else ""
    if missing.absence is Absence.AWAY:
        days = "；".join(_days(since, until) for since, until in missing.days)
        yield f"本期不计分：{period.label} 不在册；名册里的在册日期是 {days}"
        return
    noun = _ABSENCES[missing.absence]
    own = "、".join(map(roster_word, missing.word.split(";"))) if missing.word else "没有填"
    scored = "、".join(map(roster_word, missing.scored))
    yield f"本期不计分：名册里的{noun}是 {own}；本规则本只给这些{noun}计分：{scored}{clause}"


def _interval(interval: Interval | None) -> str:
    if interval is None:
        return ""
    left, right = "[" if interval.is_low_included else "(", "]" if interval.is_high_included else ")"
    low = "-∞" if interval.low is None else show(interval.low)
    high = "∞" if interval.high is None else show(interval.high)
    return f"{left}{low}, {high}{right}"


def _days(since: date | None, until: date | None) -> str:
    first = "" if since is None else f"{since.isoformat()} 起"
    last = "" if until is None else f"{until.isoformat()} 前"
    return "，".join(filter(None, (first, last))) or "没有写"
