"""Writes lists as Excel files: every text as text, so that nothing a person wrote becomes a formula."""

import io
from collections.abc import Iterable, Sequence
from urllib.parse import quote

import xlsxwriter
from fastapi import Response

Cell = str | int | float
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH_MIN, WIDTH_MAX = 8, 40
HEADING_ROWS = 2


def write_sheet(title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return an .xlsx of one landscape A4 sheet: the title, the headings on every page, and the rows."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet(title[:31].translate(str.maketrans("[]:*?/\\", "       ")))
    large = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    bold = book.add_format({"bold": True, "border": 1, "align": "center", "text_wrap": True})
    plain = book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"})
    sheet.merge_range(0, 0, 0, len(headings) - 1, "", large)
    sheet.write_string(0, 0, title, large)
    widths = [len(heading) * 2 for heading in headings]
    for column, heading in enumerate(headings):
        sheet.write_string(1, column, heading, bold)
    for number, row in enumerate(rows, start=HEADING_ROWS):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell, plain)
                widths[column] = max(widths[column], sum(1 + (ord(sign) > 0xFF) for sign in cell))  # noqa: PLR2004
            else:
                sheet.write_number(number, column, cell, plain)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, max(WIDTH_MIN, min(WIDTH_MAX, width + 2)))
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    sheet.freeze_panes(HEADING_ROWS, 0)
    book.close()
    return out.getvalue()


def sheet_answer(name: str, content: bytes) -> Response:
    """Return an Excel file to be saved under this name."""
    return Response(
        content,
        media_type=MIME,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{name}.xlsx', safe='')}"},
    )
