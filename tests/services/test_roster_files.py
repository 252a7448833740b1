"""Roster files: both kinds, both encodings, and every refusal with its line."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from domain.members import MemberKind, MemberStatus, Role
from domain.roster_problems import RosterInvalid, RosterProblemCode
from domain.rosters import RosterRow
from services import roster_files
from services.roster_files import parse_roster, read_roster

P = RosterProblemCode
HEADER = "编号,姓名,支部"


def an_excel_file(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        fill(book)
    return buffer.getvalue()


def problems_of(content: bytes | str) -> list[tuple[int, RosterProblemCode]]:
    with pytest.raises(RosterInvalid) as refused:
        parse_roster(content if isinstance(content, bytes) else content.encode())
    return [(problem.line, problem.code) for problem in refused.value.problems]


def a_row(line: int, member: str, name: str, unit: str) -> RosterRow:
    return RosterRow(line, member, name, unit, None, None, None, None, (), None, None, None)


FULL_TEXT = (
    "编号*,姓名*,支部*,支部名称,上级,规则本,类别,职务,状态,加入日期,离开日期\r\n"
    "m1,王秀英,cf,春风里,jd,ceshi,预备党员,记录员；书记、recorder,退休,2025年1月31日,2025/6/1\r\n"
    '\r\nm2,"李,明",cf,,,,activist,,away,,\r\n'
)
FULL_ROWS = (
    RosterRow(
        2,
        "m1",
        "王秀英",
        "cf",
        "春风里",
        "jd",
        "ceshi",
        MemberKind.PROBATIONARY,
        (Role.RECORDER, Role.SECRETARY),
        MemberStatus.RETIRED,
        date(2025, 1, 31),
        date(2025, 6, 1),
    ),
    RosterRow(
        4, "m2", "李,明", "cf", None, None, None, MemberKind.ACTIVIST, (), MemberStatus.AWAY, None, None
    ),
)


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gb18030", "GB18030")]
)
def test_csv_is_read_in_each_encoding(encoding: str, told: str) -> None:
    read = parse_roster(FULL_TEXT.encode(encoding))
    assert (read.rows, read.encoding) == (FULL_ROWS, told)


def test_english_headers_in_any_order_are_read() -> None:
    read = parse_roster(b"Unit Name,unit,NAME,member\nSpring,cf,Wang,m1\n")
    assert read.rows == (RosterRow(2, "m1", "Wang", "cf", "Spring", None, None, None, (), None, None, None),)


def test_a_line_break_inside_a_cell_does_not_shift_the_line_numbers() -> None:
    assert problems_of(f'{HEADER}\nm1,"王\n秀英",cf\n,李,cf\n') == [(2, P.NOT_PRINTABLE), (4, P.EMPTY)]


def test_excel_is_read_with_numbers_dates_and_calculated_cells() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("名册")
        sheet.write_row(0, 0, ["编号", "姓名", "支部", "加入日期"])
        sheet.write_number(1, 0, 1024)
        sheet.write_formula(1, 1, '="王"&"秀英"', value="王秀英")
        sheet.write_string(1, 2, "cf")
        sheet.write_datetime(1, 3, date(2025, 1, 31), book.add_format({"num_format": "yyyy-mm-dd"}))
        book.add_worksheet("说明").write_string(0, 0, "不读这一页")

    read = parse_roster(an_excel_file(fill))
    expected = RosterRow(2, "1024", "王秀英", "cf", None, None, None, None, (), None, date(2025, 1, 31), None)
    assert (read.rows, read.encoding) == ((expected,), "")


def test_excel_numbers_that_lost_digits_are_told() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["编号", "姓名", "支部"])
        sheet.write_row(1, 0, [110101199001011234, "王秀英", "cf"])
        sheet.write_row(2, 0, [123456789012345, "李明", "cf"])
        sheet.write_row(3, 0, ["m3", "#N/A", "cf"])

    assert problems_of(an_excel_file(fill)) == [(2, P.DIGITS_LOST), (4, P.FORMULA_FAILED)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, P.COLUMN_MISSING)]),
        (HEADER + "\n\n,,\n", [(0, P.NO_ROWS)]),
        ("编号,姓名\nm1,王", [(1, P.COLUMN_MISSING)]),
        (HEADER + ",爱好\nm1,王,cf,棋", [(1, P.COLUMN_UNKNOWN)]),
        (HEADER + ",党员编号\nm1,王,cf,m1", [(1, P.COLUMN_TWICE)]),
        (HEADER + "\nm1,王,cf,更多", [(2, P.CELLS_BEYOND)]),
        (HEADER + "\n,,cf\n", [(2, P.EMPTY)]),
        (HEADER + "\n=1+1,王,cf\n@x,李,cf\n", [(2, P.FORMULA), (3, P.FORMULA)]),
        (HEADER + "\n1.10101E+17,王,cf\n", [(2, P.DIGITS_LOST)]),
        (HEADER + "\nm1,王\u202e英,cf\n", [(2, P.NOT_PRINTABLE)]),
        (HEADER + f"\n{'m' * 65},王,cf\n", [(2, P.TOO_LONG)]),
        (HEADER + ",类别,职务,状态\nm1,王,cf,群众,厨师,忙\n", [(2, P.NOT_A_CHOICE)]),
        (HEADER + ",加入日期,离开日期\nm1,王,cf,昨天,2025-02-30\n", [(2, P.NOT_A_DATE)]),
        (HEADER + ",加入日期,离开日期\nm1,王,cf,2025-02-01,2025-02-01\n", [(2, P.DATES_REVERSED)]),
        (HEADER + '\nm1,"王,cf\n', [(2, P.UNREADABLE)]),
    ],
)
def test_a_broken_csv_file_is_refused_with_its_lines(
    text: str, expected: list[tuple[int, RosterProblemCode]]
) -> None:
    assert sorted(set(problems_of(text))) == expected


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe\x16\x7f\xf7\x53", P.UNREADABLE),
        (b"m\x00e\x00m\x00", P.UNREADABLE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", P.OLD_EXCEL),
        (b"PK\x03\x04 not really", P.UNREADABLE),
    ],
)
def test_what_is_not_a_roster_file_is_refused(content: bytes, code: RosterProblemCode) -> None:
    assert problems_of(content) == [(0, code)]


def test_a_small_excel_file_that_unpacks_to_much_is_refused_unopened() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (61 << 20))
    assert (len(buffer.getvalue()) < 1 << 20, problems_of(buffer.getvalue())) == (True, [(0, P.TOO_LARGE)])


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(roster_files, "ROWS_MAX", 2)
    lines = [f"m{n},王,cf" for n in range(3)]
    assert problems_of("\n".join([HEADER, *lines])) == [(0, P.TOO_LARGE)]
    file = tmp_path / "r.csv"
    file.write_text("\n".join([HEADER, *lines[:2]]), encoding="utf-8")
    assert read_roster(file).rows == (a_row(2, "m0", "王", "cf"), a_row(3, "m1", "王", "cf"))
    monkeypatch.setattr(roster_files, "FILE_MIB_MAX", 0)
    with pytest.raises(RosterInvalid):
        read_roster(file)
