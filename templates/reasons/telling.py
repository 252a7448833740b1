"""Puts reasons into words: why a grade, stars, a flag, a list, or nothing at all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from domain.periods import Period
from domain.points import show
from domain.scoring.drafts import Due
from domain.scoring.reasons import (
    Averaged,
    Classified,
    Closed,
    Composed,
    Condition,
    Flagged,
    Leading,
    LeftOpen,
    Listed,
    OverQuota,
    PassedOver,
    Place,
    Reason,
    Required,
)
from templates.reasons.classes import Classes, entry_words
from templates.reasons.conditions import Conditions
from templates.reasons.lines import sum_words, weighed_words
from templates.reasons.names import Names


@dataclass(frozen=True, slots=True)
class ToldReason:
    """One reason in words: what is so, and below it why."""

    head: str
    why: tuple[str, ...] = ()


class Telling:
    """The words of one subject's reasons; `events` is the file that events are numbered in."""

    def __init__(self, names: Names, period: Period, *, dues: Iterable[Due], events: str = "") -> None:
        self._names = names
        self._rulebook = names.rulebook
        self._speech = names.speech
        self._say = names.speech.say
        self._period = period
        self._dues = {due.code: due for due in dues}
        self._events = events

    def told(self, reason: Reason) -> ToldReason:
        """Return a reason in words."""
        head, *why = self._lines(reason)
        return ToldReason(head, tuple(why))

    def _lines(self, reason: Reason) -> list[str]:  # noqa: PLR0911  one case a kind
        say, names = self._say, self._names
        match reason:
            case Averaged() | Composed() | Leading():
                return self._of_total(reason)
            case OverQuota():
                return [self._over_quota(reason)]
            case Required():
                return self._required(reason)
            case Classified():
                head, why = Classes(names, self._period.kind).told(reason)
                return [head, *why]
            case Flagged(flag=flag, entries=entries):
                told = self._speech.clauses(entry_words(names, entry) for entry in entries)
                return [say("标记  %(flag)s（%(entries)s）", flag=names.flag(flag), entries=told)]
            case Closed():
                told = self._speech.clauses(self._closed(reason))
                return [say("本期不可评优  因为：%(reasons)s", reasons=told)]
            case Listed():
                return self._listed(reason)
            case LeftOpen():
                return self._left_open(reason)
            case PassedOver(code=code):
                return [say("未列入  %(name)s：分数够，但本期不可评优", name=names.consequence(code))]

    def _of_total(self, reason: Averaged | Composed | Leading) -> list[str]:
        say, names = self._say, self._names
        match reason:
            case Averaged(parts=parts):
                told = self._speech.commas(f"{part.period.label} {show(part.total)}" for part in parts)
                return self._mean(names.mean_of(parts[0].period.kind), [part.total for part in parts], told)
            case Composed(parts=parts):
                return [
                    say("总分由以下各项合成"),
                    *(
                        f"{names.part(one.part.code)}  {weighed_words(names, one)} = {show(one.counted)}"
                        for one in parts
                    ),
                ]
            case Leading(role=role, is_mean=is_mean, sources=sources):
                told = self._speech.commas(f"{self._source(one.label)} {show(one.total)}" for one in sources)
                totals = [one.total for one in sources]
                leader = names.role(role)
                if not totals:
                    return [say("%(role)s的得分来自别的得分，本期一个也没有，按 0 分", role=leader)]
                if is_mean:
                    return self._mean(say("%(role)s的得分取平均", role=leader), totals, told)
                whole = show(sum(totals, start=totals[0] * 0))
                return [
                    say(
                        "%(role)s的得分相加  %(sum)s = %(whole)s",
                        role=leader,
                        sum=sum_words(totals),
                        whole=whole,
                    ),
                    told,
                ]

    def _mean(self, head: str, totals: list[Fraction], told: str) -> list[str]:
        mean = show(sum(totals, Fraction(0)) / len(totals))
        return [f"{head}  ({sum_words(totals)}) ÷ {len(totals)} = {mean}", told]

    def _source(self, label: str) -> str:
        return self._names.item(label) if ":" in label else self._say("本人所得")

    def _over_quota(self, full: OverQuota) -> str:
        told = self._say(
            "未记分  %(on)s  %(item)s：单位 %(unit)s 的名额 %(places)s 个已满",
            on=self._speech.day(full.on),
            item=self._names.item(full.item),
            unit=self._speech.who(full.unit),
            places=full.places,
        )
        place = f"{self._events}:{full.number}"
        return told + (self._say("（%(notes)s）", notes=place) if self._events else "")

    def _required(self, required: Required) -> list[str]:
        say = self._say
        if required.is_met:
            words = say("要求  %(name)s：达到", name=required.name)
        elif required.bars:
            words = say("要求  %(name)s：没有达到，不可评优", name=required.name)
        else:
            words = say("要求  %(name)s：没有达到", name=required.name)
        return [words, self._condition(required.condition)]

    def _condition(self, condition: Condition) -> str:
        return Conditions(self._names, self._period.kind).words(condition)

    def _closed(self, closed: Closed) -> Iterator[str]:
        for entry in closed.entries:
            yield entry_words(self._names, entry)
        for code in closed.requirements:
            yield self._say("没有达到要求“%(name)s”", name=self._names.requirement(code))
        for code in closed.consequences:
            yield self._say("列入“%(name)s”", name=self._names.consequence(code))

    def _listed(self, listed: Listed) -> list[str]:
        say, names, due = self._say, self._names, self._dues[listed.code]
        words = [say("结果运用  %(name)s", name=due.name)]
        words += [say("由%(role)s办理", role=names.role(due.to))] if due.to else []
        words += [say("%(on)s 前", on=self._speech.day(due.due_on))] if due.due_on is not None else []
        rule = next(one for one in self._rulebook.consequences if one.code == listed.code)
        clause = f"  {say('依据：%(clause)s', clause=rule.basis.clause)}" if rule.basis.clause else ""
        told = [self._speech.commas(words) + clause]
        if listed.roles:
            told.append(
                say("对象：%(roles)s", roles=self._speech.series(map(names.role, sorted(listed.roles))))
            )
        if listed.place is not None:
            told.append(self._place(listed.place))
        told += [self._condition(condition) for condition in listed.conditions]
        if rule.follows:
            told.append(say("接在“%(name)s”之后", name=names.consequence(rule.follows)))
        return told

    def _place(self, place: Place) -> str:
        say = self._say
        facts = {
            "place": place.place,
            "places": place.places,
            "ranked": self._counted(place.ranked),
            "measure": self._measure(place.by),
            "points": show(place.measure),
        }
        if place.is_top:
            words = say(
                "从高到低排第 %(place)s，名额 %(places)s 个，共 %(ranked)s：%(measure)s %(points)s",
                **facts,
            )
        else:
            words = say(
                "从低到高排第 %(place)s，名额 %(places)s 个，共 %(ranked)s：%(measure)s %(points)s",
                **facts,
            )
        told = [words]
        told += [say("%(count)s并列", count=self._counted(place.equals))] if place.equals > 1 else []
        told += [say("都列入")] if place.place + place.equals - 1 > place.places else []
        return self._speech.commas(told)

    def _left_open(self, left: LeftOpen) -> list[str]:
        return [
            self._say("未定  %(name)s，请支委会决定", name=self._names.consequence(left.code)),
            self._say(
                "%(count)s%(measure)s同为 %(points)s，名额 %(places)s 个，只剩 %(left)s 个",
                count=self._counted(left.equals),
                measure=self._measure(left.by),
                points=show(left.measure),
                places=left.places,
                left=left.places_left,
            ),
        ]

    def _counted(self, count: int) -> str:
        """Return how many are ranked together, by who they are: `3 户` where households share an account."""
        if self._rulebook.is_by_household:
            return self._say("%(count)s 户", count=count)
        return self._say("%(count)s 人", count=count)

    def _measure(self, by: str) -> str:
        return self._say("总分") if by == "total" else self._names.part(by)
