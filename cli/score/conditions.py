"""Writes a condition for people: its own text, and in Chinese what everything in it came to."""

from collections.abc import Callable
from fractions import Fraction

from cli.score.words import (
    about_words,
    consequence_words,
    flag_words,
    requirement_words,
    role_words,
    roster_word,
    these,
)
from domain.periods import PeriodKind
from domain.points import show
from domain.rulebooks import Rulebook
from domain.rulebooks.expressions import Call, Literal, Name
from domain.rulebooks.spelling import expression_text
from domain.scoring.conditions import Value
from domain.scoring.reasons import Condition, Fact, Look

_NAMES = {
    "total": "总分",
    "base": "基础分",
    "rank": "名次",
    "bottom": "倒数名次",
    "ranked": "参加排名人数",
    "grade": "等次",
    "stars": "星级",
    "eligible": "可以评优",
    "kind": "类别",
    "status": "状态",
    "class": "分类",
    "months": "在册月数",
}
_ROSTER = frozenset({"kind", "status"})
_SUMS = {
    "points": "计入得分",
    "raw": "经办原始分合计",
    "gains": "经办加分原始分合计",
    "losses": "经办扣分原始分合计",
    "count": "次数",
    "quantity": "数量合计",
}
_BALLOTS = {
    "mean": "测评平均",
    "mode": "测评最多的一档",
    "majority": "测评过半数的一档",
    "ballots": "测评人数",
}
_LOOKS_MAX = 12


def condition_words(rulebook: Rulebook, kind: PeriodKind, condition: Condition) -> str:
    """Return the text of a condition, then what it asked: `losses() > 10：本月经办扣分原始分合计 11`."""
    text = expression_text(condition.expression)
    told = [_fact(rulebook, kind, fact) for fact in condition.facts]
    return f"{text}：{'，'.join(told)}" if told else text


def _fact(rulebook: Rulebook, kind: PeriodKind, fact: Fact) -> str:
    asked = fact.asked
    if isinstance(asked, Name):
        noun = _NAMES.get(asked.code) or about_words(rulebook, asked.code)
        if asked.code in _ROSTER and isinstance(fact.value, str):
            return f"{noun} {roster_word(fact.value)}"
        return f"{noun} {_value(fact.value)}"
    return _call(rulebook, kind, asked, fact)


def _call(rulebook: Rulebook, kind: PeriodKind, call: Call, fact: Fact) -> str:  # noqa: PLR0911  one case a function
    about = _about(call)
    name = about_words(rulebook, about) if about else ""
    looks = [_look(rulebook, look) for look in fact.earlier[-_LOOKS_MAX:]]
    match call.function:
        case "last":
            return f"上期 {looks[0]}" if looks else "没有上期的记录"
        case "streak":
            left_out = "更早的略，" if len(fact.earlier) > _LOOKS_MAX else ""
            return f"连续 {_value(fact.value)} 期（{left_out}{'；'.join(looks)}）"
        case "had":
            listed = f"“{consequence_words(rulebook, about)}”"
            if not looks:
                return f"上期没有记录，没有{listed}"
            return f"上期（{looks[0]}）{'有' if fact.value is True else '没有'}{listed}"
        case "categories":
            return f"有得分的类别 {_value(fact.value)} 个"
        case function if function in _BALLOTS:
            return f"{name}{_BALLOTS[function]} {_value(fact.value)}"
        case function if function in _TRUTHS:
            return f"{'' if fact.value is True else '不'}{_TRUTHS[function](rulebook, about)}"
        case function:
            return f"{these(kind)}{name}{_SUMS.get(function, function)} {_value(fact.value)}"


_TRUTHS: dict[str, Callable[[Rulebook, str], str]] = {
    "role": lambda _, about: f"是{role_words(about)}",
    "flag": lambda _, about: f"带有标记“{flag_words(about)}”",
    "met": lambda rulebook, about: f"符合要求“{requirement_words(rulebook, about)}”",
}


def _look(rulebook: Rulebook, look: Look) -> str:
    told = [_fact(rulebook, look.period.kind, fact) for fact in look.facts]
    return f"{look.period.label} {'，'.join(told)}".rstrip()


def _about(call: Call) -> str:
    first = call.arguments[0] if call.arguments else None
    return first.value if isinstance(first, Literal) and isinstance(first.value, str) else ""


def _value(value: Value) -> str:
    if value is None:
        return "没有"
    if isinstance(value, bool):
        return "是" if value else "否"
    return show(value) if isinstance(value, Fraction) else value
