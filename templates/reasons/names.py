"""Names the codes of results, in a person's language."""

from domain.periods import PeriodKind
from domain.rulebooks import Rulebook
from templates.reasons.speech import Speech, noted

_REASONS = {
    "base": noted("基础分"),
    "prorated": noted("只算在册的月份"),
    "mean": noted("取平均"),
    "cleared": noted("当年积分清零"),
    "valid": noted("有效期内继续计分"),
    "debit": noted("按期自动计入"),
    "only-if": noted("本项条件未满足，不计"),
    "review": noted("测评平均"),
    "weight": noted("按权重折算"),
    "unit": noted("单位得分"),
    "rounding": noted("按规则取整"),
    "reversed": noted("已冲正"),
    "reversal": noted("冲正"),
    "replaced": noted("只补与前一级次的差额"),
    "quantity": noted("超出可计数量"),
    "scale": noted("按累计数量折算"),
    "best": noted("只计最好的几次"),
    "split": noted("按比例分配"),
    "factor": noted("乘以系数"),
    "repeat": noted("有效期内再次发生，加倍"),
    "broadcast": noted("按对象分别计分"),
    "closed": noted("已定稿，不再变动"),
    "limit": noted("封顶或保底"),
    "cap.event": noted("每次封顶"),
    "cap.day": noted("每日封顶"),
    "cap.month": noted("每月封顶"),
    "cap.quarter": noted("每季封顶"),
    "cap.half": noted("每半年封顶"),
    "cap.year": noted("每年封顶"),
    "floor.event": noted("每次保底"),
    "floor.day": noted("每日保底"),
    "floor.month": noted("每月保底"),
    "floor.quarter": noted("每季保底"),
    "floor.half": noted("每半年保底"),
    "floor.year": noted("每年保底"),
}
QUANTITY_CAPS = {
    "event": noted("每次最多 %(limit)s %(unit)s"),
    "day": noted("每日最多 %(limit)s %(unit)s"),
    "month": noted("每月最多 %(limit)s %(unit)s"),
    "quarter": noted("每季最多 %(limit)s %(unit)s"),
    "half": noted("每半年最多 %(limit)s %(unit)s"),
    "year": noted("每年最多 %(limit)s %(unit)s"),
}
"""What a cap on the quantity says, by its window."""
_FLAGS = {
    "barred": noted("不得评先评优"),
    "disqualified": noted("取消评选资格"),
    "cleared": noted("积分清零"),
    "veto": noted("一票否决"),
}
_UNMET = "unmet."
_NAMES_MAX = 4
_ROLES = {
    "secretary": noted("支部书记"),
    "parent-secretary": noted("上级党组织书记"),
    "deputy": noted("分管领导"),
    "head": noted("主要负责人"),
    "manager": noted("管理人员"),
    "recorder": noted("积分记录员"),
    "supervisor": noted("纪检委员"),
    "committee": noted("支委会"),
    "assembly": noted("党员大会"),
    "member": noted("本人"),
}
_KINDS = {
    "full": noted("正式党员"),
    "probationary": noted("预备党员"),
    "activist": noted("入党积极分子"),
    "prospect": noted("发展对象"),
    "floating": noted("流动党员"),
}
_STATUSES = {
    "active": noted("在册"),
    "retired": noted("退休"),
    "frail": noted("年老体弱"),
    "incapacitated": noted("丧失行为能力"),
    "away": noted("外出"),
}
_THESE = {
    PeriodKind.MONTH: noted("本月"),
    PeriodKind.QUARTER: noted("本季"),
    PeriodKind.HALF: noted("本半年"),
    PeriodKind.YEAR: noted("全年"),
}
_MEANS = {
    PeriodKind.MONTH: noted("各月平均"),
    PeriodKind.QUARTER: noted("各季平均"),
    PeriodKind.HALF: noted("各半年平均"),
    PeriodKind.YEAR: noted("各年平均"),
}


def reason_words(speech: Speech, why: str) -> str:
    """Return why a line counts what it does, in words; nothing where nothing changed it."""
    return speech.say(_REASONS.get(why, why))


class Names:
    """The names behind the codes of one rulebook."""

    def __init__(self, rulebook: Rulebook, speech: Speech) -> None:
        self.rulebook = rulebook
        self.speech = speech

    def flag(self, flag: str) -> str:
        """Return what a flag says, in words where we have them."""
        if flag.startswith(_UNMET):
            code = flag.removeprefix(_UNMET)
            return self.speech.say("未达到要求 %(name)s", name=self.requirement(code))
        return self.speech.say(_FLAGS.get(flag, flag))

    def role(self, role: str) -> str:
        """Return the name of a role; one that a rulebook made up stays as it is."""
        return self.speech.say(_ROLES.get(role, role))

    def roster_word(self, word: str) -> str:
        """Return what the roster says about somebody's kind or status, with its code where codes show."""
        known = _KINDS.get(word) or _STATUSES.get(word) or _ROLES.get(word)
        if known is None:
            return word
        name = self.speech.say(known)
        return (
            self.speech.say("%(name)s（%(code)s）", name=name, code=word) if self.speech.shows_codes else name
        )

    def these(self, kind: PeriodKind) -> str:
        """Return how one speaks of the period at hand: 本月."""
        return self.speech.say(_THESE[kind])

    def mean_of(self, kind: PeriodKind) -> str:
        """Return how one speaks of the mean of all periods of a kind: 各月平均."""
        return self.speech.say(_MEANS[kind])

    def consequence(self, code: str) -> str:
        """Return the name of a consequence."""
        return next((one.name for one in self.rulebook.consequences if one.code == code), code)

    def requirement(self, code: str) -> str:
        """Return the name of a requirement."""
        return next((one.name for one in self.rulebook.requirements if one.code == code), code)

    def part(self, code: str) -> str:
        """Return the name of a part of the total."""
        if code == "base":
            return self.speech.say(self.rulebook.components.get(code, _REASONS["base"]))
        if code in self.rulebook.components:
            return self.rulebook.components[code]
        if self.rulebook.weights is not None:
            for part in self.rulebook.weights.parts:
                if part.code == code:
                    return part.name
        return self.item(code)

    def about(self, code: str) -> str:
        """Return the name behind a code that a condition asks about; of a group, those of its items."""
        rulebook = self.rulebook
        if code in rulebook.items:
            return rulebook.items[code].name
        if code in rulebook.groups:
            names = [item.name for item in rulebook.items.values() if item.code in rulebook.groups[code]]
            if len(names) <= _NAMES_MAX:
                return self.speech.series(names)
            return self.speech.say(
                "%(names)s等 %(count)s 项", names=self.speech.series(names[:2]), count=len(names)
            )
        category = rulebook.category(code)
        if category is not None:
            return category.name
        if code in rulebook.instruments:
            return rulebook.instruments[code].name
        return self.part(code)

    def clause_of(self, code: str) -> str:
        """Return the clause that an item rests on, else that of its category; nothing without one."""
        item = self.rulebook.items.get(code)
        if item is None or item.clause:
            return "" if item is None else item.clause
        category = self.rulebook.category(item.category)
        return "" if category is None else category.basis.clause

    def item(self, code: str) -> str:
        """Return the name of a line's item, or whose score a leader's is made from."""
        rulebook, speech = self.rulebook, self.speech
        kind, colon, whose = code.partition(":")
        if colon and kind == "unit":
            return speech.say("单位 %(name)s 的得分", name=speech.who(whose))
        if colon:
            return speech.say("%(role)s %(name)s 的得分", role=self.role(kind), name=speech.who(whose))
        if code in rulebook.items or code in rulebook.instruments:
            known = rulebook.items[code] if code in rulebook.items else rulebook.instruments[code]
            return f"{known.name} {code}" if speech.shows_codes else known.name
        if code in {"base", "rounding"}:
            return speech.say("基础分") if code == "base" else speech.say("取整")
        named = {one.code: one.name for one in rulebook.debits}
        return named.get(code, rulebook.components.get(code, code))
