"""Compiled rulebooks are kept, used only while everything is the same, and never trusted."""

import pickle
from pathlib import Path

import pytest

from cli.score import compiled
from domain.rulebooks import RulebookInvalid

PARENT = """\
id: parent
name: 上级
version: "1"
categories: {all: 全部}
items: {talk: {name: 发言, category: all, points: 5}}
"""
CHILD = """\
id: child
name: 支部
version: "1"
extends: parent
items: {walk: {name: 散步, category: all, points: 1}}
"""


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a book and its parent; the cache is beside them."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "parent.yaml").write_text(PARENT, encoding="utf-8")
    (tmp_path / "child.yaml").write_text(CHILD, encoding="utf-8")
    return tmp_path


def kept(books: Path) -> list[Path]:
    return sorted((books / "cache" / "jifen").glob("*"))


def points(books: Path) -> str:
    item = compiled.load(books / "child.yaml").item("talk")
    assert item is not None
    return str(item.amount.low)


def test_what_is_kept_is_the_same_rulebook(books: Path) -> None:
    first = compiled.load(books / "child.yaml")
    (file,) = kept(books)
    written_at = file.stat().st_mtime_ns

    assert compiled.load(books / "child.yaml") == first
    assert [one.stat().st_mtime_ns for one in kept(books)] == [written_at]


def test_what_is_kept_is_what_is_used(books: Path) -> None:
    compiled.load(books / "child.yaml")
    (file,) = kept(books)
    rulebook, family = pickle.loads(file.read_bytes())  # noqa: S301  our own file
    assert list(family) == ["parent"]
    object.__setattr__(rulebook, "name", "缓存里的")
    file.write_bytes(pickle.dumps((rulebook, family)))

    assert compiled.load(books / "child.yaml").name == "缓存里的"


def test_a_changed_text_or_parent_is_compiled_anew(books: Path) -> None:
    assert points(books) == "5"
    (books / "parent.yaml").write_text(PARENT.replace("points: 5", "points: 7"), encoding="utf-8")
    assert points(books) == "7"
    (books / "child.yaml").write_text(CHILD.replace("{walk:", "{talk: {points: 9}, walk:"), encoding="utf-8")
    assert points(books) == "9"


def test_a_parent_that_is_gone_is_told(books: Path) -> None:
    compiled.load(books / "child.yaml")
    (books / "parent.yaml").unlink()
    with pytest.raises(RulebookInvalid):
        compiled.load(books / "child.yaml")


class Evil:
    """Writes a file when it is read back by a plain pickle."""

    def __reduce__(self) -> tuple[object, ...]:
        return (open, ("evil.txt", "w"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        pickle.dumps(Evil()),
        pickle.dumps(({"a": 1}, {})),
        pickle.dumps(None),
        # A function, a class of another module, and a name that reaches through one.
        b"cdomain.rulebooks.reading\nload_rulebook\n(Vx\ntR.",
        b"cdomain.rulebooks.reading\nPath\n(Vx\ntR.",
        b"\x80\x04\x8c\x19domain.rulebooks.reading\x8c\x09Path.home\x93)R.",
    ],
)
def test_a_file_that_is_not_ours_runs_nothing_and_is_replaced(
    books: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(books)
    expected = compiled.load(books / "child.yaml")
    (file,) = kept(books)
    file.write_bytes(content)

    assert compiled.load(books / "child.yaml") == expected
    assert file.read_bytes() != content
    assert not (books / "evil.txt").exists()


def test_without_a_place_for_it_everything_is_compiled(books: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for home in ("/dev/null", "relative/path"):
        monkeypatch.setenv("XDG_CACHE_HOME", home)
        assert points(books) == "5"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "")
    assert points(books) == "5"
    assert (kept(books), (books / "relative").exists()) == ([], False)


def test_old_ones_are_let_go(books: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_KEPT_MAX", 2)
    for number in range(4):
        text = PARENT.replace("points: 5", f"points: {number + 1}")
        (books / "parent.yaml").write_text(text, encoding="utf-8")
        compiled.load(books / "parent.yaml")
    assert len(kept(books)) == 2
    assert [file.suffix for file in kept(books)] == [".pickle", ".pickle"]


def test_a_broken_rulebook_is_not_kept(books: Path) -> None:
    (books / "child.yaml").write_text(CHILD.replace("points: 1", "points: x"), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(RulebookInvalid):
            compiled.load(books / "child.yaml")
    assert kept(books) == []
