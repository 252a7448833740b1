"""Keeps compiled rulebooks in the user's cache, so that a small run need not compile them again.

What is kept is used only where every text it came from and the code that compiled it are still the same. Only
plain values and the domain's own classes are read back. Where anything is amiss, the rulebook is compiled.
"""

import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

from domain.rulebooks import Rulebook, load_rulebook
from domain.rulebooks.reading import Parents, parents_beside, parse_rulebook, read_source

_KEPT_MAX = 64
_PLAIN = {("fractions", "Fraction"): Fraction, ("datetime", "date"): date}
_CODE = Path(sys.modules[load_rulebook.__module__].__file__ or "").parent


def load(path: Path) -> Rulebook:
    """Return the rulebook in the file, as `load_rulebook` does.

    Raises: RulebookInvalid.
    """
    text = read_source(path)
    parents = parents_beside(path)
    place = _place(text)
    kept = _recall(place, parents) if place is not None else None
    if kept is not None:
        return kept
    read: dict[str, str] = {}

    def parent(code: str) -> str | None:
        found = parents(code)
        if found is not None:
            read[code] = found
        return found

    rulebook = parse_rulebook(text, file=str(path), parents=parent)
    if place is not None:
        _keep(place, rulebook, {code: _digest(one) for code, one in read.items()})
    return rulebook


def _place(text: str) -> Path | None:
    """Return where the compiled form of the text lies; None where the user has no place for it."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.environ.get("HOME", ""), ".cache")  # noqa: PTH118
    if not os.path.isabs(home):  # noqa: PTH117  pathlib has no cheaper way
        return None
    return Path(home) / "jifen" / f"{_digest(_fingerprint() + text)}.pickle"


def _fingerprint() -> str:
    """Return what tells this interpreter and this compiler from any other."""
    files = sorted(_CODE.rglob("*.py"))
    facts = [f"{file}:{(found := file.stat()).st_size}:{found.st_mtime_ns}" for file in files]
    return "\n".join([sys.version, *facts])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _recall(place: Path, parents: Parents) -> Rulebook | None:
    try:
        rulebook, family = _OnlyPlain(BytesIO(place.read_bytes())).load()
        texts = {code: parents(code) for code in family}
        is_same = {code: text and _digest(text) for code, text in texts.items()} == family
    except Exception:  # noqa: BLE001  whatever is wrong with a kept file, the rulebook itself is there
        return None
    return rulebook if is_same and isinstance(rulebook, Rulebook) else None


def _keep(place: Path, rulebook: Rulebook, family: Mapping[str, str]) -> None:
    """Write the compiled form in one step, and let go the oldest ones; where that cannot be, do nothing."""
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
            file.write(pickle.dumps((rulebook, dict(family))))
        Path(file.name).replace(place)
        kept = sorted(place.parent.glob("*.pickle"), key=lambda one: one.stat().st_mtime_ns)
        for oldest in kept[:-_KEPT_MAX]:
            oldest.unlink()


class _OnlyPlain(pickle.Unpickler):
    """Reads back nothing but fractions, days and the classes of the domain."""

    def find_class(self, module: str, name: str) -> Any:
        """Return one of these classes.

        Raises: pickle.UnpicklingError for anything else.
        """
        if (module, name) in _PLAIN:
            return _PLAIN[module, name]
        if module.startswith("domain.") and name.isidentifier():
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name}")
