"""Names the codes of results in Chinese, for explanations on the terminal."""

from domain.periods import PeriodKind
from domain.rulebooks import Rulebook

_REASONS = {
    "base": "基础分",
    "prorated": "只算在册的月份",
    "mean": "取平均",
    "cleared": "当年积分清零",
    "valid": "有效期内继续计分",
    "debit": "按期自动计入",
    "only-if": "本项条件未满足，不计",
    "review": "测评平均",
    "weight": "按权重折算",
    "unit": "单位得分",
    "rounding": "按规则取整",
    "reversed": "已冲正",
    "replaced": "只补与前一级次的差额",
    "quantity": "超出可计数量",
    "scale": "按累计数量折算",
    "best": "只计最好的几次",
    "split": "按比例分配",
    "factor": "乘以系数",
    "repeat": "有效期内再次发生，加倍",
    "broadcast": "按对象分别计分",
}
WINDOWS = {
    "event": "每次",
    "day": "每日",
    "month": "每月",
    "quarter": "每季",
    "half": "每半年",
    "year": "每年",
}
_NAMES_MAX = 4
_LIMITS = {"cap": "封顶", "floor": "保底"}
_FLAGS = {
    "barred": "不得评先评优",
    "disqualified": "取消评选资格",
    "cleared": "积分清零",
    "veto": "一票否决",
}
_UNMET = "unmet."
_ROLES = {
    "secretary": "支部书记",
    "parent-secretary": "上级党组织书记",
    "deputy": "分管领导",
    "head": "主要负责人",
    "manager": "管理人员",
    "recorder": "积分记录员",
    "supervisor": "纪检委员",
    "committee": "支委会",
    "assembly": "党员大会",
    "member": "本人",
}
_KINDS = {
    "full": "正式党员",
    "probationary": "预备党员",
    "activist": "入党积极分子",
    "prospect": "发展对象",
    "floating": "流动党员",
}
_STATUSES = {
    "active": "在册",
    "retired": "退休",
    "frail": "年老体弱",
    "incapacitated": "丧失行为能力",
    "away": "外出",
}
_THESE = {
    PeriodKind.MONTH: "本月",
    PeriodKind.QUARTER: "本季",
    PeriodKind.HALF: "本半年",
    PeriodKind.YEAR: "全年",
}
_EACH = {
    PeriodKind.MONTH: "各月",
    PeriodKind.QUARTER: "各季",
    PeriodKind.HALF: "各半年",
    PeriodKind.YEAR: "各年",
}


def reason_words(why: str) -> str:
    """Return why a line counts what it does, in words; nothing where nothing changed it."""
    limit, _, window = why.partition(".")
    if limit in _LIMITS and window in WINDOWS:
        return WINDOWS[window] + _LIMITS[limit]
    return _REASONS.get(why, why)


def flag_words(flag: str, rulebook: Rulebook | None = None) -> str:
    """Return what a flag says, in words where we have them; a rulebook knows its requirements' names."""
    if flag.startswith(_UNMET):
        code = flag.removeprefix(_UNMET)
        return f"未达到要求 {code if rulebook is None else requirement_words(rulebook, code)}"
    return _FLAGS.get(flag, flag)


def role_words(role: str) -> str:
    """Return the name of a role; one that a rulebook made up stays as it is."""
    return _ROLES.get(role, role)


def roster_word(word: str) -> str:
    """Return what the roster says about somebody's kind or status, the code itself in brackets."""
    known = _KINDS.get(word) or _STATUSES.get(word) or _ROLES.get(word)
    return word if known is None else f"{known}（{word}）"


def these(kind: PeriodKind) -> str:
    """Return how one speaks of the period at hand: 本月."""
    return _THESE[kind]


def each(kind: PeriodKind) -> str:
    """Return how one speaks of all the periods of a kind: 各月."""
    return _EACH[kind]


def consequence_words(rulebook: Rulebook, code: str) -> str:
    """Return the name of a consequence."""
    return next((one.name for one in rulebook.consequences if one.code == code), code)


def requirement_words(rulebook: Rulebook, code: str) -> str:
    """Return the name of a requirement."""
    return next((one.name for one in rulebook.requirements if one.code == code), code)


def part_words(rulebook: Rulebook, code: str) -> str:
    """Return the name of a part of the total."""
    if code in rulebook.components:
        return rulebook.components[code]
    if rulebook.weights is not None:
        for part in rulebook.weights.parts:
            if part.code == code:
                return part.name
    return "基础分" if code == "base" else item_words(rulebook, code)


def about_words(rulebook: Rulebook, code: str) -> str:
    """Return the name behind a code that a condition asks about; of a group, those of its items."""
    if code in rulebook.items:
        return rulebook.items[code].name
    if code in rulebook.groups:
        names = [item.name for item in rulebook.items.values() if item.code in rulebook.groups[code]]
        return "、".join(names) if len(names) <= _NAMES_MAX else f"{'、'.join(names[:2])}等 {len(names)} 项"
    category = rulebook.category(code)
    if category is not None:
        return category.name
    if code in rulebook.instruments:
        return rulebook.instruments[code].name
    return part_words(rulebook, code)


def item_words(rulebook: Rulebook, code: str) -> str:
    """Return the name and code of a line's item, or whose score a leader's is made from."""
    kind, colon, whose = code.partition(":")
    if colon:
        return f"单位 {whose} 的得分" if kind == "unit" else f"{role_words(kind)} {whose} 的得分"
    if code in rulebook.items:
        return f"{rulebook.items[code].name} {code}"
    if code in rulebook.instruments:
        return f"{rulebook.instruments[code].name} {code}"
    named = {"base": "基础分", "rounding": "取整"} | {one.code: one.name for one in rulebook.debits}
    return named.get(code, rulebook.components.get(code, code))
