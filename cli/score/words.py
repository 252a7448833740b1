"""Names the codes of results in Chinese, for explanations on the terminal."""

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
_WINDOWS = {
    "event": "每次",
    "day": "每日",
    "month": "每月",
    "quarter": "每季",
    "half": "每半年",
    "year": "每年",
}
_LIMITS = {"cap": "封顶", "floor": "保底"}
_FLAGS = {"barred": "不得评先评优", "disqualified": "取消评选资格", "cleared": "积分清零"}
_UNMET = "unmet."
_ROLES = {"secretary": "书记", "deputy": "副职", "head": "负责人", "manager": "管理员"}


def reason_words(why: str) -> str:
    """Return why a line counts what it does, in words; nothing where nothing changed it."""
    limit, _, window = why.partition(".")
    if limit in _LIMITS and window in _WINDOWS:
        return _WINDOWS[window] + _LIMITS[limit]
    return _REASONS.get(why, why)


def flag_words(flag: str) -> str:
    """Return what a flag says, in words where we have them."""
    if flag.startswith(_UNMET):
        return f"未达到要求 {flag.removeprefix(_UNMET)}"
    return _FLAGS.get(flag, flag)


def part_words(rulebook: Rulebook, code: str) -> str:
    """Return the name of a part of the total."""
    if code in rulebook.components:
        return rulebook.components[code]
    if rulebook.weights is not None:
        for part in rulebook.weights.parts:
            if part.code == code:
                return part.name
    return "基础分" if code == "base" else item_words(rulebook, code)


def item_words(rulebook: Rulebook, code: str) -> str:
    """Return the name and code of a line's item, or whose score a leader's is made from."""
    kind, colon, whose = code.partition(":")
    if colon:
        return f"单位 {whose} 的得分" if kind == "unit" else f"{_ROLES.get(kind, kind)} {whose} 的得分"
    if code in rulebook.items:
        return f"{rulebook.items[code].name} {code}"
    if code in rulebook.instruments:
        return f"{rulebook.instruments[code].name} {code}"
    named = {"base": "基础分", "rounding": "取整"} | {one.code: one.name for one in rulebook.debits}
    return named.get(code, rulebook.components.get(code, code))
