"""Tables for people: columns that line up, and paragraphs where the terminal is too narrow for them."""

import errno
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from cli.tables import table_lines

HEADER = ("名次", "编号", "姓名", "标记")
ROWS = (("1", "m1", "王一", ""), ("2", "m2", "欧阳小二", "取消评选资格"))
WIDEST = 4 + 2 + 4 + 2 + 8 + 2 + 12


@pytest.mark.parametrize("width", [None, WIDEST, 200])
def test_columns_line_up_where_there_is_room(width: int | None) -> None:
    assert list(table_lines(HEADER, ROWS, width=width)) == [
        "名次  编号  姓名      标记",
        "1     m1    王一",
        "2     m2    欧阳小二  取消评选资格",
    ]


def test_a_row_becomes_a_paragraph_where_there_is_none() -> None:
    assert list(table_lines(HEADER, ROWS, width=WIDEST - 1)) == [
        "名次 1  编号 m1  姓名 王一",
        "",
        "名次 2  编号 m2  姓名 欧阳小二",
        "  标记 取消评选资格",
    ]


def test_a_cell_wider_than_the_terminal_stays_whole() -> None:
    assert list(table_lines(HEADER, ROWS[1:], width=5)) == [
        "名次 2",
        "  编号 m2",
        "  姓名 欧阳小二",
        "  标记 取消评选资格",
    ]


def test_a_table_of_nobody_has_no_paragraphs() -> None:
    assert list(table_lines(HEADER, (), width=5)) == []


@pytest.mark.parametrize(("columns", "first"), [(80, "编号  姓名"), (9, "编号 m1")])
def test_a_terminal_decides_by_its_own_width(tmp_path: Path, columns: int, first: str) -> None:
    program = "from cli.tables import print_table\nprint_table(('编号', '姓名'), [('m1', '王一')])"
    env = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=theirs, env=env | {"PYTHONIOENCODING": "utf-8"}
    ) as process:
        os.close(theirs)
        try:
            code = process.wait(timeout=180)
        finally:
            process.kill()
        assert code == 0
        assert read(ours).decode().splitlines()[0].strip() == first


def read(terminal: int) -> bytes:
    """Return what was written to a terminal whose other side is closed."""
    found = b""
    try:
        while more := os.read(terminal, 4096):
            found += more
    except OSError as failure:
        # This is how Linux tells that nobody writes any more.
        if failure.errno != errno.EIO:
            raise
    finally:
        os.close(terminal)
    return found
