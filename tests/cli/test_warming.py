"""The shipped rulebooks are compiled at installation, wherever that is possible."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.score import compiled
from domain.rulebooks import shipped_rulebooks
from domain.rulebooks.shelf import ROOM
from domain.scoring import Evaluation, World


def warm(cache: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli.score.warming"],
        env=os.environ | {"XDG_CACHE_HOME": cache},
        cwd=ROOM.parent,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=180,
    )


def test_every_shipped_rulebook_is_kept_and_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = warm(str(tmp_path))
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")

    kept = {file: file.stat().st_mtime_ns for file in (tmp_path / "jifen").iterdir()}
    assert len(kept) == len(shipped_rulebooks())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for path in shipped_rulebooks().values():
        rulebook = compiled.load(path)
        assert Evaluation(rulebook, World(())).refused == ()
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "jifen").iterdir()} == kept


@pytest.mark.parametrize("cache", ["/dev/null", "relative"])
def test_without_a_place_for_the_cache_nothing_fails(cache: str) -> None:
    said = warm(cache)
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def test_installing_warms() -> None:
    makefile = (ROOM.parent / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.split("\ninstall:")[1].split("\n\n")[0]
    assert "$(BIN)/python -m cli.score.warming" in recipe
