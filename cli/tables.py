"""Draws plain tables whose columns line up, Chinese included, and that no narrow terminal cuts."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; what is too long for the terminal wraps there and stays whole for copying."""
    lines = [tuple(header), *(tuple(row) for row in rows)]
    widths = [max(cell_len(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        padded = (text + " " * (width - cell_len(text)) for text, width in zip(line, widths, strict=True))
        print("  ".join(padded).rstrip())
