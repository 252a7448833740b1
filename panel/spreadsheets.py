"""Writes a list as an Excel file in which nothing that a person typed can become a formula."""

import io
from collections.abc import Iterable, Sequence

COLUMN_WIDTH = 22


def spreadsheet(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return an xlsx file with one sheet: bold header, one row for each row."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": True}) as book:
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True})
        sheet.set_column(0, len(header) - 1, COLUMN_WIDTH)
        sheet.freeze_panes(1, 0)
        for column, words in enumerate(header):
            sheet.write_string(0, column, words, bold)
        for number, row in enumerate(rows, start=1):
            for column, words in enumerate(row):
                sheet.write_string(number, column, words)
    return out.getvalue()
