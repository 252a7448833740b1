"""Knows where the shipped rulebooks lie."""

from pathlib import Path

ROOM = Path(__file__).resolve().parents[2] / "rulebooks"


def shipped_rulebooks() -> dict[str, Path]:
    """Return the file of each shipped rulebook by its id, branch books after their parents."""
    files = (*sorted(ROOM.glob("*.yaml")), *sorted(ROOM.glob("branches/*.yaml")))
    return {file.stem: file for file in files}
