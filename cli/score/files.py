"""Reads CSV files row by row with true line numbers, and tells what makes a file unreadable."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO

from domain.scoring.tables import Row, TableProblem, check_columns

_CELL_MAX = 100_000
"""Characters of one cell; an open quotation mark would otherwise swallow the rest of a large file."""
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class CsvFile:
    """One file of the command line; `problems` fills while `rows` is read."""

    def __init__(self, path: Path, columns: Mapping[str, bool]) -> None:
        self.path = path
        self.problems: list[TableProblem] = []
        self._columns = columns

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Yield each row with the line it begins on; none when the header cannot be used.

        Empty rows are passed over, and so is what comes after a place that cannot be read at all.
        """
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                yield from self._rows(file)
        except OSError as failure:
            self._note(1, "file-missing", reason=failure.strerror)
        except UnicodeDecodeError:
            self._note(*_place_of_bad_bytes(self.path))

    def _rows(self, file: TextIO) -> Iterator[tuple[int, Row]]:
        csv.field_size_limit(_CELL_MAX)
        records = self._records(file)
        line, header = next(records, (1, []))
        names = [cell.strip() for cell in header]
        if not any(names):
            if not self.problems:
                self._note(line, "file-empty", columns=", ".join(self._columns))
            return
        found = list(check_columns(names, self._columns, line=line))
        self.problems += found
        if any(problem.code != "column-unknown" for problem in found):
            return
        width = len(names)
        for line, cells in records:
            if len(cells) > width and any(map(str.strip, cells[width:])):
                self._note(line, "too-many-cells", count=len(cells), columns=width)
            elif any(cells):
                yield line, dict(zip(names, cells, strict=False))

    def _records(self, file: TextIO) -> Iterator[tuple[int, list[str]]]:
        line, reader = 1, csv.reader(file, strict=True)
        try:
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1
        except csv.Error as broken:
            self._note(line, "csv-broken", detail=broken)

    def _note(self, line: int, code: str, **facts: object) -> None:
        self.problems.append(TableProblem(line, code, facts))


def _place_of_bad_bytes(path: Path) -> tuple[int, str]:
    """Return the line of the first bytes that are no UTF-8, and what the file seems to be instead."""
    content = path.read_bytes()
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    else:
        raise AssertionError("it was not UTF-8 a moment ago")
    if content.startswith(_UTF_16_MARKS):
        return 1, "encoding-utf-16"
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return line, "encoding-unknown"
    return line, "encoding-gb18030"
