"""The sentences about rows, events and results that the command line tells, in Chinese and in English."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from domain.points import show_exact
from domain.rulebooks.problems import Sentence

_FILES = {
    "file-missing": ("文件打不开：{reason}", "this file cannot be opened: {reason}"),
    "file-empty": (
        "文件是空的；第一行要写列名：{columns}",
        "this file is empty; its first line names the columns: {columns}",
    ),
    "encoding-gb18030": (
        "文件是 GB18030（国标）编码，请另存为 UTF-8 再试",
        "this file is in GB18030; save it as UTF-8",
    ),
    "encoding-utf-16": (
        "文件是 UTF-16 编码，请另存为 UTF-8 再试",
        "this file is in UTF-16; save it as UTF-8",
    ),
    "encoding-unknown": (
        "这里不是 UTF-8 文字，请另存为 UTF-8 再试",
        "this is not UTF-8; save the file as UTF-8",
    ),
    "csv-broken": (
        "从这一行起读不下去，多半是引号没有成对：{detail}",
        "the file cannot be read on from here; quotation marks may not match: {detail}",
    ),
    "too-many-cells": (
        "这一行有 {count} 格，列名只有 {columns} 个；文字里有逗号时请加双引号",
        "this row has {count} cells for {columns} columns; put text that holds a comma in double quotes",
    ),
    "column-unknown": (
        "没有 “{column}” 这一列，可以写：{known}",
        "unknown column “{column}”; known: {known}",
    ),
    "column-twice": ("列名 “{column}” 写了两次", "the column “{column}” is there twice"),
    "column-missing": ("缺少 “{column}” 这一列", "the column “{column}” is missing"),
}
_ROWS = {
    "empty": ("“{column}” 没有填", "“{column}” is empty"),
    "not-a-choice": (
        "“{column}” 不能写 “{value}”，可以写：{known}",
        "“{column}” cannot be “{value}”; choose from: {known}",
    ),
    "not-a-date": (
        "“{column}” 里的 “{value}” 不是日期，请写成 2025-01-31",
        "“{value}” in “{column}” is not a date; write 2025-01-31",
    ),
    "not-a-number": (
        "“{column}” 里的 “{value}” 不是数字（最多四位小数）",
        "“{value}” in “{column}” is not a number with at most four decimals",
    ),
    "not-a-period": (
        "“{column}” 里的 “{value}” 不是周期，请写成 2025、2025-H1、2025-Q3 或 2025-03",
        "“{value}” in “{column}” is not a period; write 2025, 2025-H1, 2025-Q3 or 2025-03",
    ),
    "dates-reversed": ("until {until} 须晚于 since {since}", "until {until} must come after since {since}"),
    "parents-differ": (
        "单位 {unit} 的上级前面写的是 {first}，这里写的是 {second}",
        "the parent of the unit {unit} is {first} above and {second} here",
    ),
    "in-charge-unknown": (
        "分管的单位 {unit} 不在名册里",
        "the unit {unit} that this deputy is in charge of is not in the roster",
    ),
    "row-twice": ("这一行与第 {line} 行相同", "this row is the same as line {line}"),
    "parents-circle": ("单位 {unit} 成了自己的上级", "the unit {unit} becomes its own parent"),
}
_EVENTS = {
    "member-unknown": ("名册里没有 {member}", "there is no member {member} in the roster"),
    "member-missing": ("“member” 没有填，这一项要记给个人", "“member” is empty; this item goes to members"),
    "unit-unknown": ("名册里没有单位 {unit}", "there is no unit {unit} in the roster"),
    "outside-membership": ("{on} 这天 {member} 不在册", "{member} was not a member on {on}"),
    "not-for-member": ("这一项不适用于 {member}", "this item is not for {member}"),
    "unknown-reversal": (
        "要冲正的 key “{key}” 找不到",
        "there is no event with the key “{key}” to take back",
    ),
    "reversed-twice": (
        "key “{key}” 已由第 {number} 行冲正",
        "the key “{key}” is taken back in line {number} already",
    ),
    "reversal-circle": (
        "key “{key}” 绕一圈冲正了自己",
        "the key “{key}” takes itself back in a circle",
    ),
    "reversal-differs": (
        "冲正的指标或成员与第 {number} 行（key “{key}”）不一致",
        "this takes back line {number} (key “{key}”), but names another item or member",
    ),
    "member-twice": ("“member” 里 {member} 写了两次", "“member” names {member} twice"),
    "points-missing": (
        "这一项要写明分数：“points” 没有填",
        "this item asks for the points: “points” is empty",
    ),
    "item-unknown": ("规则本里没有指标 “{item}”", "the rulebook has no item “{item}”"),
    "item-not-offered": ("{on} 这天没有指标 “{item}”", "the item “{item}” does not exist on {on}"),
    "level-missing": ("“level” 没有填，可以写：{levels}", "“level” is empty; choose from: {levels}"),
    "level-unknown": (
        "“{item}” 没有 “{level}” 这个级次，可以写：{levels}",
        "“{item}” has no level “{level}”; choose from: {levels}",
    ),
    "quantity-missing": ("“quantity” 没有填（单位：{unit}）", "“quantity” is empty (in {unit})"),
    "quantity-outside": (
        "“{item}” 不能写这个数量（单位：{unit}{bounds_zh}）",
        "“{item}” does not allow this quantity (in {unit}{bounds_en})",
    ),
    "points-outside": (
        "“{item}” 不能给这么多分（{range_zh}）",
        "“{item}” does not allow these points ({range_en})",
    ),
    "not-asked": ("“{item}” 没有 “{what}”，请留空", "“{item}” has no “{what}”; leave it empty"),
}
_RESULTS = {
    "quota": (
        "“{about}” 的名额已满（{places} 个），没有记给：{subjects}",
        "the quota of “{about}” is full ({places}); not entered for: {subjects}",
    ),
    "tie-at-cut": (
        "“{about}” 共 {places} 个名额，以下得分相同，请委员会决定：{subjects}",
        "“{about}” has {places} places, and these are equal; the committee decides: {subjects}",
    ),
}
SENTENCES: Mapping[str, tuple[str, str]] = _FILES | _ROWS | _EVENTS | _RESULTS
_NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong, at one line of a file."""

    file: str
    line: int
    code: str
    sentence: Sentence

    def told_in(self, language: str) -> str:
        """Return place and sentence in one language: `events.csv:3: …`."""
        return f"{self.file}:{self.line}: {self.sentence.told_in(language)}"


def sentence(code: str, facts: Mapping[str, object]) -> Sentence:
    """Return the sentence of a code with its facts filled in."""
    chinese, english = SENTENCES[code]
    words = {name: _word(fact) for name, fact in (_bounds(code, facts) | dict(facts)).items()}
    return Sentence(chinese.format(**words), english.format(**words))


def _word(fact: object) -> str:
    if isinstance(fact, tuple):
        return ", ".join(map(str, fact)) or _NOTHING
    if isinstance(fact, Fraction):
        return show_exact(fact)
    return _NOTHING if fact is None else str(fact)


def _bounds(code: str, facts: Mapping[str, object]) -> dict[str, str]:
    """Return the ends of what is allowed in words; only those that there are."""
    if code == "quantity-outside":
        ends = ("min", "≥"), ("max", "≤"), ("step", "×")
        told = [f"{sign} {_word(facts[name])}" for name, sign in ends if facts.get(name) is not None]
        told = told or ["> 0"]
        return {"bounds_zh": "，" + "，".join(told), "bounds_en": ", " + ", ".join(told)}
    if code == "points-outside":
        low, high = facts.get("low"), facts.get("high")
        told = [f"≥ {_word(low)}"] if low is not None else []
        told += [f"≤ {_word(high)}"] if high is not None else []
        return {"range_zh": "，".join(told), "range_en": ", ".join(told)}
    return {}
