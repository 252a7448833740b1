"""What is wrong with a roster file, at which line, in words its author understands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class RosterProblemCode(StrEnum):
    """Every kind of mistake in a roster; the value is stable."""

    UNREADABLE = "unreadable"
    OLD_EXCEL = "old-excel"
    TOO_LARGE = "too-large"
    NO_ROWS = "no-rows"
    COLUMN_UNKNOWN = "column-unknown"
    COLUMN_TWICE = "column-twice"
    COLUMN_MISSING = "column-missing"
    CELLS_BEYOND = "cells-beyond"
    EMPTY = "empty"
    TOO_LONG = "too-long"
    NOT_PRINTABLE = "not-printable"
    FORMULA = "formula"
    FORMULA_FAILED = "formula-failed"
    DIGITS_LOST = "digits-lost"
    NOT_A_CHOICE = "not-a-choice"
    NOT_A_DATE = "not-a-date"
    DATES_REVERSED = "dates-reversed"
    DUPLICATE = "duplicate"
    OVERLAP = "overlap"
    FINALISED = "finalised"
    DIFFERS = "differs"
    UNKNOWN_PARENT = "unknown-parent"
    UNKNOWN_UNIT = "unknown-unit"
    PARENT_CIRCLE = "parent-circle"
    UNKNOWN_RULEBOOK = "unknown-rulebook"


SENTENCES: Mapping[RosterProblemCode, tuple[str, str]] = {
    RosterProblemCode.UNREADABLE: (
        "文件读不出来，请另存为 UTF-8 的 CSV 或 .xlsx",
        "this file cannot be read; save it as UTF-8 CSV or as .xlsx",
    ),
    RosterProblemCode.OLD_EXCEL: (
        "这是旧版 .xls 文件，请在表格软件里另存为 .xlsx",
        "this is an old .xls file; save it as .xlsx",
    ),
    RosterProblemCode.TOO_LARGE: ("文件太大：{limit}", "this file is too large: {limit}"),
    RosterProblemCode.NO_ROWS: ("文件里没有一行名单", "there is not a single row in this file"),
    RosterProblemCode.COLUMN_UNKNOWN: (
        "不认识列 “{value}”，可以用：{known}",
        "unknown column “{value}”; known: {known}",
    ),
    RosterProblemCode.COLUMN_TWICE: ("列 “{value}” 出现两次", "the column “{value}” is there twice"),
    RosterProblemCode.COLUMN_MISSING: ("缺少列 “{value}”", "the column “{value}” is missing"),
    RosterProblemCode.CELLS_BEYOND: ("这一行的格子比表头多", "this row has more cells than the header"),
    RosterProblemCode.EMPTY: ("“{column}” 不能为空", "“{column}” must not be empty"),
    RosterProblemCode.TOO_LONG: (
        "“{column}” 太长，最多 {limit} 个字",
        "“{column}” is too long; at most {limit} characters",
    ),
    RosterProblemCode.NOT_PRINTABLE: (
        "“{column}” 里有看不见的控制字符，请重新输入",
        "“{column}” holds invisible control characters; type it again",
    ),
    RosterProblemCode.FORMULA: (
        "“{column}” 是公式 {value}，请粘贴为数值",
        "“{column}” is a formula, {value}; paste its value instead",
    ),
    RosterProblemCode.FORMULA_FAILED: (
        "“{column}” 的公式出错：{value}",
        "the formula in “{column}” failed: {value}",
    ),
    RosterProblemCode.DIGITS_LOST: (
        "“{column}” 是存成数字的长号码 {value}，末尾几位已经丢失；请把该列设为文本，重新填写号码",
        "“{column}” holds a long number, {value}, whose last digits are lost; retype it as text",
    ),
    RosterProblemCode.NOT_A_CHOICE: (
        "“{column}” 不能是 “{value}”，可以写：{known}",
        "“{column}” cannot be “{value}”; choose from: {known}",
    ),
    RosterProblemCode.NOT_A_DATE: (
        "“{column}” 的 “{value}” 不是日期，请写成 2025-01-31",
        "“{value}” in “{column}” is not a date; write 2025-01-31",
    ),
    RosterProblemCode.DATES_REVERSED: (
        "until {until} 须晚于 since {since}",
        "until {until} must come after since {since}",
    ),
    RosterProblemCode.DUPLICATE: ("与第 {other} 行重复", "the same as line {other}"),
    RosterProblemCode.OVERLAP: (
        "{member} 在 {unit} 的日期与另一段（{other}）重叠",
        "{member}'s days in {unit} overlap with others ({other})",
    ),
    RosterProblemCode.FINALISED: (
        "{member} 的家庭不能这样改：{on} 的记分已经定稿，只能从定稿以后的日子改起",
        "{member}'s household cannot change: points of {on} are final; begin after the closed period",
    ),
    RosterProblemCode.DIFFERS: (
        "“{column}” 与第 {other} 行不一致：“{value}” 和 “{before}”",
        "“{column}” differs from line {other}: “{value}” and “{before}”",
    ),
    RosterProblemCode.UNKNOWN_PARENT: (
        "没有上级组织 “{value}”，名单里和库里都没有",
        "there is no unit “{value}”, neither in this file nor in the database",
    ),
    RosterProblemCode.UNKNOWN_UNIT: (
        "没有分管的单位 “{value}”，名单里和库里都没有",
        "there is no unit “{value}” to be in charge of, neither in this file nor in the database",
    ),
    RosterProblemCode.PARENT_CIRCLE: (
        "组织的上级绕成了圈：{value}",
        "the units above each other form a circle: {value}",
    ),
    RosterProblemCode.UNKNOWN_RULEBOOK: (
        "没有规则本 “{value}”，现有：{known}",
        "there is no rulebook “{value}”; there are: {known}",
    ),
}


@dataclass(frozen=True, slots=True, order=True)
class RosterProblem:
    """One mistake at one line; line 0 is the file as a whole."""

    line: int
    code: RosterProblemCode
    message: str

    def __str__(self) -> str:
        return f"{self.line}: {self.message}" if self.line else self.message


def problem(code: RosterProblemCode, *, line: int = 0, **facts: object) -> RosterProblem:
    """Return a mistake in words: Chinese first, then English."""
    chinese, english = SENTENCES[code]
    return RosterProblem(line, code, f"{chinese.format(**facts)} / {english.format(**facts)}")


class RosterInvalid(Exception):
    """The roster cannot be imported and nothing was; `problems` holds every reason, by line."""

    def __init__(self, problems: Iterable[RosterProblem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))
