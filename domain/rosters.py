"""The roster file: its columns and words in both languages, and what one row says."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from domain.members import MemberKind, MemberStatus, Role
from domain.roster_problems import RosterInvalid, RosterProblem, problem
from domain.roster_problems import RosterProblemCode as P

CODE_LENGTH_MAX = 64
NAME_LENGTH_MAX = 200
SHOWN_LENGTH_MAX = 40
FORMULA_SIGNS = "=+-@"
DIGITS_KEPT_MAX = 15
"""A spreadsheet keeps fifteen digits of a number; the rest become zeros."""

T = TypeVar("T", bound=StrEnum)


class Column(StrEnum):
    """The columns a roster may have."""

    MEMBER = "member"
    """The member's code, which never changes; needed."""
    NAME = "name"
    """The member's name; needed."""
    UNIT = "unit"
    """The code of the unit the member belongs to; needed."""
    UNIT_NAME = "unit_name"
    """The unit's name; a new unit without one is called by its code."""
    PARENT = "parent"
    """The code of the unit above; a new unit without one hangs below the root."""
    RULEBOOK = "rulebook"
    """The unit's rulebook; a new unit without one takes its parent's."""
    KIND = "kind"
    """The member's standing; full when empty."""
    ROLES = "roles"
    """Roles in the row's unit, separated by semicolons; they are added, never taken away.

    `deputy:unitA+unitB` is a deputy in charge of those units.
    """
    STATUS = "status"
    """Whether the member takes part; active when empty."""
    CLASS = "class"
    """The class of members that the rulebook tells apart; none when empty."""
    HOUSEHOLD = "household"
    """The household whose account the member shares, where the rulebook says so; none when empty."""
    SINCE = "since"
    """The first day of the membership."""
    UNTIL = "until"
    """The day on which the member no longer belongs to the unit."""


NEEDED = (Column.MEMBER, Column.NAME, Column.UNIT)

HEADERS: Mapping[Column, tuple[str, ...]] = {
    Column.MEMBER: ("编号", "党员编号", "成员编号", "工号"),
    Column.NAME: ("姓名", "名字"),
    Column.UNIT: ("支部", "所在支部", "支部编号", "支部代码", "单位", "单位代码"),
    Column.UNIT_NAME: ("支部名称", "单位名称"),
    Column.PARENT: ("上级", "上级组织", "上级单位", "上级代码"),
    Column.RULEBOOK: ("规则本", "积分规则"),
    Column.KIND: ("类别", "党员类别", "人员类别", "身份"),
    Column.ROLES: ("职务", "角色", "职责"),
    Column.STATUS: ("状态",),
    Column.CLASS: ("分类", "成员分类", "会员分类"),
    Column.HOUSEHOLD: ("家庭", "户", "户名", "户号", "户主"),
    Column.SINCE: ("加入日期", "转入日期", "起始日期"),
    Column.UNTIL: ("离开日期", "转出日期", "截止日期"),
}

KINDS: Mapping[MemberKind, tuple[str, ...]] = {
    MemberKind.FULL: ("正式党员", "正式", "党员"),
    MemberKind.PROBATIONARY: ("预备党员", "预备"),
    MemberKind.ACTIVIST: ("入党积极分子", "积极分子"),
    MemberKind.PROSPECT: ("发展对象",),
    MemberKind.FLOATING: ("流动党员", "流动"),
}
STATUSES: Mapping[MemberStatus, tuple[str, ...]] = {
    MemberStatus.ACTIVE: ("正常", "在职", "在册"),
    MemberStatus.RETIRED: ("退休", "离退休"),
    MemberStatus.FRAIL: ("年老体弱",),
    MemberStatus.INCAPACITATED: ("失能", "丧失行为能力"),
    MemberStatus.AWAY: ("外出", "在外"),
}
ROLES: Mapping[Role, tuple[str, ...]] = {
    Role.RECORDER: ("积分记录员", "记录员"),
    Role.SECRETARY: ("支部书记", "书记"),
    Role.DEPUTY: ("副书记", "支部副书记"),
    Role.COMMITTEE: ("支委", "支部委员", "委员"),
    Role.HEAD: ("主要负责人", "主要领导"),
    Role.MANAGER: ("部门负责人", "负责人"),
    Role.GROUP_LEADER: ("党小组组长", "小组长"),
    Role.IN_CHARGE: ("分管领导", "分管"),
    Role.SUPERVISOR: ("纪检委员", "纪检"),
    Role.ADMINISTRATOR: ("管理员", "上级党委管理员"),
    Role.SHOPKEEPER: ("兑换管理员",),
}


Cell = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class RosterRow:
    """What one line of the file says; None where it says nothing."""

    line: int
    member: str
    name: str
    unit: str
    unit_name: str | None
    parent: str | None
    rulebook: str | None
    kind: MemberKind | None
    roles: tuple[Role, ...]
    status: MemberStatus | None
    since_on: date | None
    until_on: date | None
    in_charge: tuple[str, ...] = ()
    """The codes of the units that a deputy looks after: `deputy:unitA+unitB`."""
    class_: str | None = None
    household: str | None = None

    @property
    def days(self) -> str:
        """The days of the membership, as people write them."""
        return f"{self.since_on or ''}…{self.until_on or ''}"


def read_header(cells: Iterable[Cell]) -> tuple[Column | None, ...]:
    """Return the column of each cell of the header; None for an empty one.

    Raises:
        RosterInvalid: unknown, doubled or missing columns.
    """
    names = {alias: column for column, aliases in HEADERS.items() for alias in (column.value, *aliases)}
    problems: list[RosterProblem] = []
    found: list[Column | None] = []
    for cell in cells:
        text = _text(cell).rstrip("*＊ ").lower().replace(" ", "_")
        column = names.get(text)
        if text and column is None:
            known = " ".join(f"{c.value}（{HEADERS[c][0]}）" for c in Column)
            problems.append(
                problem(P.COLUMN_UNKNOWN, line=1, value=_text(cell)[:SHOWN_LENGTH_MAX], known=known)
            )
        elif column is not None and column in found:
            problems.append(problem(P.COLUMN_TWICE, line=1, value=_text(cell)))
        found.append(column)
    for column in NEEDED:
        if column not in found:
            name = f"{column.value}（{HEADERS[column][0]}）"
            problems.append(problem(P.COLUMN_MISSING, line=1, value=name))
    if problems:
        raise RosterInvalid(problems)
    return tuple(found)


def read_row(
    header: tuple[Column | None, ...], cells: tuple[Cell, ...], *, line: int
) -> tuple[RosterRow | None, tuple[RosterProblem, ...]]:
    """Return what a row says, or what is wrong with it; an empty row is neither."""
    if all(_text(cell) == "" for cell in cells):
        return None, ()
    reading = _Reading(header, cells, line)
    row = RosterRow(
        line=line,
        member=reading.text(Column.MEMBER, CODE_LENGTH_MAX) or "",
        name=reading.text(Column.NAME, NAME_LENGTH_MAX) or "",
        unit=reading.text(Column.UNIT, CODE_LENGTH_MAX) or "",
        unit_name=reading.text(Column.UNIT_NAME, NAME_LENGTH_MAX),
        parent=reading.text(Column.PARENT, CODE_LENGTH_MAX),
        rulebook=reading.text(Column.RULEBOOK, CODE_LENGTH_MAX),
        kind=reading.choice(Column.KIND, KINDS),
        roles=reading.choices(Column.ROLES, ROLES),
        in_charge=reading.in_charge(),
        status=reading.choice(Column.STATUS, STATUSES),
        since_on=reading.day(Column.SINCE),
        until_on=reading.day(Column.UNTIL),
        class_=reading.text(Column.CLASS, CODE_LENGTH_MAX),
        household=reading.text(Column.HOUSEHOLD, CODE_LENGTH_MAX),
    )
    if row.since_on and row.until_on and row.until_on <= row.since_on:
        reading.note(P.DATES_REVERSED, since=row.since_on, until=row.until_on)
    return (None, tuple(reading.problems)) if reading.problems else (row, ())


class _Reading:
    """One row being read, with the problems found so far."""

    def __init__(self, header: tuple[Column | None, ...], cells: tuple[Cell, ...], line: int) -> None:
        self.line = line
        self.problems: list[RosterProblem] = []
        self.cells = {column: cell for column, cell in zip(header, cells, strict=False) if column}
        beyond = [cell for index, cell in enumerate(cells) if index >= len(header) or header[index] is None]
        if any(_text(cell) for cell in beyond):
            self.note(P.CELLS_BEYOND)

    def note(self, code: P, **facts: object) -> None:
        self.problems.append(problem(code, line=self.line, **facts))

    def text(self, column: Column, length_max: int) -> str | None:
        cell = self.cells.get(column)
        text = _text(cell)
        shown = text[:SHOWN_LENGTH_MAX]
        if not text:
            if column in NEEDED:
                self.note(P.EMPTY, column=column)
        elif _has_lost_digits(cell, text):
            self.note(P.DIGITS_LOST, column=column, value=shown)
        elif text[0] in FORMULA_SIGNS:
            self.note(P.FORMULA, column=column, value=shown)
        elif re.fullmatch(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)", text):
            self.note(P.FORMULA_FAILED, column=column, value=shown)
        elif not _is_printable(text):
            self.note(P.NOT_PRINTABLE, column=column)
        elif len(text) > length_max:
            self.note(P.TOO_LONG, column=column, limit=length_max)
        return text or None

    def choice(self, column: Column, words: Mapping[T, tuple[str, ...]]) -> T | None:
        text = _text(self.cells.get(column))
        return self._chosen(column, text, words) if text else None

    def in_charge(self) -> tuple[str, ...]:
        """Return the units behind the colon of a role such as `deputy:unitA+unitB`."""
        found = [
            unit.strip()
            for part in self._words(Column.ROLES)
            if re.search(r"[:：]", part)
            for unit in re.split(r"[+＋]", re.split(r"[:：]", part, maxsplit=1)[1])
        ]
        return tuple(dict.fromkeys(unit for unit in found if unit))

    def _words(self, column: Column) -> list[str]:
        parts = re.split(r"[;；、,，]", _text(self.cells.get(column)))
        return [part.strip() for part in parts if part.strip()]

    def choices(self, column: Column, words: Mapping[T, tuple[str, ...]]) -> tuple[T, ...]:
        chosen = [self._chosen(column, re.split(r"[:：]", part)[0], words) for part in self._words(column)]
        return tuple(dict.fromkeys(one for one in chosen if one is not None))

    def _chosen(self, column: Column, text: str, words: Mapping[T, tuple[str, ...]]) -> T | None:
        found = word(text, words)
        if found is None:
            self.note(P.NOT_A_CHOICE, column=column, value=text[:SHOWN_LENGTH_MAX], known=known_words(words))
        return found

    def day(self, column: Column) -> date | None:
        cell = self.cells.get(column)
        if isinstance(cell, date):
            return cell
        text = _text(cell)
        if not text:
            return None
        on = _day(text)
        if on is None:
            self.note(P.NOT_A_DATE, column=column, value=text[:SHOWN_LENGTH_MAX])
        return on


def plain_word(text: str) -> str:
    """Return what a person wrote as a roster's cell would say it."""
    return _text(text)


def is_word(text: str) -> bool:
    """Tell whether a class or household may be called so."""
    return 0 < len(text) <= CODE_LENGTH_MAX and text[0] not in FORMULA_SIGNS and _is_printable(text)


def _is_printable(text: str) -> bool:
    return not any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for letter in text)


def word(text: str, words: Mapping[T, tuple[str, ...]]) -> T | None:
    """Return which of these a word means, in either language."""
    wanted = text.strip().lower()
    return next((one for one, aliases in words.items() if wanted in {one.value, *aliases}), None)


def known_words(words: Mapping[T, tuple[str, ...]]) -> str:
    """Return every word of a table, to be shown."""
    return " ".join(f"{one.value}（{aliases[0]}）" for one, aliases in words.items())


def _has_lost_digits(cell: Cell, text: str) -> bool:
    is_long_number = isinstance(cell, int | float) and len(text.lstrip("-")) > DIGITS_KEPT_MAX
    return is_long_number or re.fullmatch(r"\d(\.\d+)?[eE]\+\d+", text) is not None


def _day(text: str) -> date | None:
    parts = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    try:
        return date(int(parts[1]), int(parts[2]), int(parts[3])) if parts else None
    except ValueError:
        return None


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unicodedata.normalize("NFC", str(cell)).replace("\u3000", " ").strip()
