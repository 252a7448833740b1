"""Writes a condition for people, with what everything in it came to.

For those who write rulebooks its own text stands before that; for everybody else the figures stand in it.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction

from domain.periods import PeriodKind
from domain.points import show
from domain.rulebooks.expressions import Call, Expression, Literal, Name, Operation
from domain.rulebooks.spelling import expression_text
from domain.scoring.conditions import Value
from domain.scoring.reasons import Condition, Fact, Look
from templates.reasons.names import Names
from templates.reasons.speech import noted

_NAMES = {
    "total": noted("总分"),
    "base": noted("基础分"),
    "rank": noted("名次"),
    "bottom": noted("倒数名次"),
    "ranked": noted("参加排名人数"),
    "grade": noted("等次"),
    "stars": noted("星级"),
    "eligible": noted("可以评优"),
    "kind": noted("类别"),
    "status": noted("状态"),
    "class": noted("分类"),
    "months": noted("在册月数"),
}
_ROSTER = frozenset({"kind", "status"})
_SUMS = {
    "points": noted("计入得分"),
    "raw": noted("经办原始分合计"),
    "gains": noted("经办加分原始分合计"),
    "losses": noted("经办扣分原始分合计"),
    "count": noted("次数"),
    "quantity": noted("数量合计"),
}
_BALLOTS = {
    "mean": noted("测评平均"),
    "mode": noted("测评最多的一档"),
    "majority": noted("测评过半数的一档"),
    "ballots": noted("测评人数"),
}
_TRUTHS: Mapping[str, tuple[str, str]] = {
    "role": (noted("是%(name)s"), noted("不是%(name)s")),
    "flag": (noted("带有标记“%(name)s”"), noted("不带有标记“%(name)s”")),
    "met": (noted("符合要求“%(name)s”"), noted("不符合要求“%(name)s”")),
}
_SIGNS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "<": "<", ">": ">"}
_LOOKS_MAX = 12


class Conditions:
    """The words of conditions that are asked about periods of one kind."""

    def __init__(self, names: Names, kind: PeriodKind) -> None:
        self._names = names
        self._kind = kind
        self._speech = names.speech

    def words(self, condition: Condition) -> str:
        """Return a condition with what it asked: `losses() > 10：本月经办扣分原始分合计 11`."""
        if not self._speech.shows_codes:
            return self._spoken(condition.expression, {fact.asked: fact for fact in condition.facts})
        text = expression_text(condition.expression)
        told = [self._fact(fact, self._kind) for fact in condition.facts]
        if not told:
            return text
        return self._speech.say("%(words)s：%(how)s", words=text, how=self._speech.commas(told))

    def _spoken(self, expression: Expression, facts: Mapping[Expression, Fact]) -> str:  # noqa: PLR0911  one case a shape
        """Return an expression with its figures in place: `本月经办扣分原始分合计 11（规则：> 10）`."""
        say = self._speech.say
        match expression:
            case Literal(value=value):
                return self._value(value)
            case Name() | Call() if expression in facts:
                return self._fact(facts[expression], self._kind)
            case Call(function=function, arguments=arguments):
                inner = self._speech.commas(self._spoken(one, facts) for one in arguments)
                return f"{function}({inner})"
            case Operation(operator="and" | "or" as operator, operands=operands):
                told = [self._spoken(one, facts) for one in operands]
                return self._speech.commas(told) if operator == "and" else say(" 或 ").join(told)
            case Operation(operator="not", operands=(Call() | Name() as operand,)):
                return self._spoken(operand, facts)  # a fact says by itself whether it is so
            case Operation(operator="not", operands=(operand,)):
                return say("并非（%(words)s）", words=self._spoken(operand, facts))
            case Operation(operator="negate", operands=(operand,)):
                return f"−{self._spoken(operand, facts)}"
            case Operation(operator=operator, operands=operands) if operator in _SIGNS:
                return self._compared(operator, operands, facts)
            case Operation(operator=operator, operands=operands):
                sign = {"*": "×", "/": "÷", "-": "−"}.get(operator, operator)
                return f" {sign} ".join(self._spoken(one, facts) for one in operands)
            case _:
                return expression_text(expression)

    def _compared(
        self, operator: str, operands: tuple[Expression, ...], facts: Mapping[Expression, Fact]
    ) -> str:
        first, *others = operands
        told = [self._spoken(one, facts) for one in others]
        if isinstance(first, Name) and first.code in _ROSTER:
            told = [self._names.roster_word(one) for one in told]
        rule = " ".join(f"{_SIGNS[operator]} {one}" for one in told)
        return self._speech.say("%(words)s（规则：%(rule)s）", words=self._spoken(first, facts), rule=rule)

    def _fact(self, fact: Fact, kind: PeriodKind) -> str:
        asked = fact.asked
        if isinstance(asked, Call):
            return self._call(asked, fact, kind)
        known = _NAMES.get(asked.code)
        noun = self._names.about(asked.code) if known is None else self._speech.say(known)
        if asked.code in _ROSTER and isinstance(fact.value, str):
            return f"{noun} {self._names.roster_word(fact.value)}"
        return f"{noun} {self._value(fact.value)}"

    def _call(self, call: Call, fact: Fact, kind: PeriodKind) -> str:
        say, about = self._speech.say, _about(call)
        match call.function:
            case "last" | "streak" | "had":
                return self._back(call.function, about, fact)
            case "categories":
                return say("有得分的类别 %(count)s 个", count=self._value(fact.value))
            case function if function in _BALLOTS:
                return say(
                    "%(about)s%(what)s %(value)s",
                    about=self._names.about(about),
                    what=say(_BALLOTS[function]),
                    value=self._value(fact.value),
                )
            case function if function in _TRUTHS:
                return say(_TRUTHS[function][fact.value is not True], name=self._truth_names[function](about))
            case function:
                return self._sum(function, about, fact.value, kind)

    @property
    def _truth_names(self) -> Mapping[str, Callable[[str], str]]:
        return {"role": self._names.role, "flag": self._names.flag, "met": self._names.requirement}

    def _sum(self, function: str, about: str, value: Value, kind: PeriodKind) -> str:
        facts = {
            "these": self._names.these(kind),
            "what": self._speech.say(_SUMS.get(function, function)),
            "value": self._value(value),
        }
        if about:
            return self._speech.say(
                "%(these)s%(about)s%(what)s %(value)s", about=self._names.about(about), **facts
            )
        return self._speech.say("%(these)s%(what)s %(value)s", **facts)

    def _back(self, function: str, about: str, fact: Fact) -> str:
        """Return what was found in earlier periods."""
        say = self._speech.say
        looks = [self._look(look) for look in fact.earlier[-_LOOKS_MAX:]]
        if function == "last":
            return say("上期 %(look)s", look=looks[0]) if looks else say("没有上期的记录")
        if function == "streak":
            told = [say("更早的略")] if len(fact.earlier) > _LOOKS_MAX else []
            return say(
                "连续 %(count)s 期（%(looks)s）",
                count=self._value(fact.value),
                looks=self._speech.clauses([*told, *looks]),
            )
        name = self._names.consequence(about)
        if not looks:
            return say("上期没有记录，没有“%(name)s”", name=name)
        if fact.value is True:
            return say("上期（%(look)s）有“%(name)s”", look=looks[0], name=name)
        return say("上期（%(look)s）没有“%(name)s”", look=looks[0], name=name)

    def _look(self, look: Look) -> str:
        told = [self._fact(fact, look.period.kind) for fact in look.facts]
        return f"{look.period.label} {self._speech.commas(told)}".rstrip()

    def _value(self, value: Value) -> str:
        if value is None:
            return self._speech.say("没有")
        if isinstance(value, bool):
            return self._speech.say("是") if value else self._speech.say("否")
        return show(value) if isinstance(value, Fraction) else value


def _about(call: Call) -> str:
    first = call.arguments[0] if call.arguments else None
    return first.value if isinstance(first, Literal) and isinstance(first.value, str) else ""
