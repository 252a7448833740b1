"""Draws plain tables whose columns line up, Chinese included, and that a narrow terminal leaves readable."""

import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len

_GAP = "  "


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; on a terminal too narrow for it, each row by itself with the names of its cells."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in table_lines(header, rows, width=width):
        print(line)


def table_lines(header: Sequence[str], rows: Iterable[Sequence[str]], *, width: int | None) -> Iterator[str]:
    """Yield the lines of a table; `width` is that of the terminal in cells, None where nothing is too wide.

    A table wider than that becomes a paragraph for each row: its cells with their names, empty ones left out,
    broken between cells. Nothing is cut, so that all of it can be copied.
    """
    lines = [tuple(header), *(tuple(row) for row in rows)]
    widths = [max(cell_len(line[column]) for line in lines) for column in range(len(header))]
    if width is not None and sum(widths) + len(_GAP) * (len(widths) - 1) > width:
        for number, line in enumerate(lines[1:]):
            if number:
                yield ""
            cells = [f"{name} {text}".strip() for name, text in zip(header, line, strict=True) if text]
            yield from _folded(cells, width)
        return
    for line in lines:
        padded = (text + " " * (wide - cell_len(text)) for text, wide in zip(line, widths, strict=True))
        yield _GAP.join(padded).rstrip()


def _folded(cells: Iterable[str], width: int) -> Iterator[str]:
    """Yield cells side by side in as few lines as fit, all but the first line indented."""
    line = ""
    for cell in cells:
        longer = f"{line}{_GAP}{cell}" if line else cell
        if line and cell_len(longer) > width:
            yield line
            longer = f"{_GAP}{cell}"
        line = longer
    if line:
        yield line
