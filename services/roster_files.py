"""Opens a roster file, CSV or Excel, and hands out its rows with their line numbers."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from domain.roster_problems import RosterInvalid, RosterProblem, RosterProblemCode, problem
from domain.rosters import Cell, RosterRow, read_header, read_row

FILE_MIB_MAX = 10
UNPACKED_MIB_MAX = 60
ROWS_MAX = 20_000
COLUMNS_MAX = 100
MIB = 1 << 20

ZIP_MARK = b"PK\x03\x04"
OLD_EXCEL_MARK = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class RosterFile:
    """What a file says; `encoding` is how a CSV file was read, empty for Excel."""

    rows: tuple[RosterRow, ...]
    encoding: str


def read_roster(path: Path) -> RosterFile:
    """Read a roster file.

    Raises:
        RosterInvalid: with every problem of every row, or the one that keeps the file from being read.
        OSError: it cannot be opened.
    """
    if path.stat().st_size > FILE_MIB_MAX * MIB:
        raise RosterInvalid([_too_large(f"{FILE_MIB_MAX} MiB")])
    return parse_roster(path.read_bytes())


def parse_roster(content: bytes) -> RosterFile:
    """Read the bytes of a roster file; which kind it is, the bytes tell.

    Raises:
        RosterInvalid
    """
    if content.startswith(OLD_EXCEL_MARK):
        raise RosterInvalid([problem(RosterProblemCode.OLD_EXCEL)])
    if content.startswith(ZIP_MARK):
        return RosterFile(_read_rows(_excel_lines(content)), "")
    text, encoding = _decoded(content)
    return RosterFile(_read_rows(_csv_lines(text)), encoding)


def _read_rows(lines: Iterator[tuple[int, tuple[Cell, ...]]]) -> tuple[RosterRow, ...]:
    _number, first = next(lines, (1, ()))
    header = read_header(first)
    rows: list[RosterRow] = []
    problems: list[RosterProblem] = []
    for number, cells in lines:
        row, found = read_row(header, cells, line=number)
        problems += found
        if row is not None:
            rows.append(row)
        if len(rows) > ROWS_MAX:
            raise RosterInvalid([_too_large(f"{ROWS_MAX} 行 / lines")])
    if problems:
        raise RosterInvalid(problems)
    if not rows:
        raise RosterInvalid([problem(RosterProblemCode.NO_ROWS)])
    return tuple(rows)


def _decoded(content: bytes) -> tuple[str, str]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, "GB18030" if encoding == "gb18030" else "UTF-8"
    raise RosterInvalid([problem(RosterProblemCode.UNREADABLE)])


def _csv_lines(text: str) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise RosterInvalid([problem(RosterProblemCode.UNREADABLE, line=number)]) from None
        yield number, tuple(cells)
        number = reader.line_num + 1


def _excel_lines(content: bytes) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    _check_unpacked_size(content)
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            visible = [s.name for s in book.sheets_metadata if s.visible is SheetVisibleEnum.Visible]
            sheet = book.get_sheet_by_name(visible[0])
            if sheet.total_height > ROWS_MAX + 1 or sheet.total_width > COLUMNS_MAX:
                limit = f"{ROWS_MAX} 行 / lines, {COLUMNS_MAX} 列 / columns"
                raise RosterInvalid([_too_large(limit)])
            lines = sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError, OSError):
        raise RosterInvalid([problem(RosterProblemCode.UNREADABLE)]) from None
    for number, cells in enumerate(lines, start=1):
        yield number, tuple(_cell(cell) for cell in cells)


def _cell(cell: object) -> Cell:
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, str | int | float | date) else str(cell)


def _check_unpacked_size(content: bytes) -> None:
    """Refuse a file that would unpack to too much memory, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError):
        raise RosterInvalid([problem(RosterProblemCode.UNREADABLE)]) from None
    if size > UNPACKED_MIB_MAX * MIB:
        raise RosterInvalid([_too_large(f"{UNPACKED_MIB_MAX} MiB")])


def _too_large(limit: str) -> RosterProblem:
    return problem(RosterProblemCode.TOO_LARGE, limit=limit)
