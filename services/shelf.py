"""The rulebooks in force: files are loaded into the database, and read from there."""

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from domain.errors import RulebookUnavailable
from domain.rulebooks import Problem, Rulebook, RulebookInvalid, Shop, flatten, parse_rulebook, read_source
from domain.scoring.settling import Judge, judge_on
from storage import rulebooks as stored_rulebooks
from storage.database import Store, UnitOfWork

SHIPPED = Path(__file__).parent.parent / "rulebooks"


@dataclass(frozen=True, slots=True)
class InForce:
    """A rulebook and the id of its version in the database."""

    rulebook: Rulebook
    version_id: int


class Shelf:
    """Rulebooks by code; parsed once per version and kept."""

    def __init__(self, folders: tuple[Path, ...] = ()) -> None:
        self.folders = (SHIPPED, SHIPPED / "branches", *folders)
        self._parsed: dict[int, Rulebook] = {}
        self._lock = threading.Lock()

    def paths(self) -> Mapping[str, Path]:
        """Return the rulebook files by code; a later folder wins over an earlier one."""
        return {path.stem: path for folder in self.folders for path in sorted(folder.glob("*.yaml"))}

    def load_files(self, store: Store, *, now: datetime) -> tuple[Problem, ...]:
        """Bring the database up to date with the files and return every problem found.

        A broken file changes nothing: the last good version stays in force.
        """
        paths, parent_text = self.paths(), self._parent_text()

        from services.tallies import recount_books  # it asks the shelf in turn

        problems: list[Problem] = []
        fresh: list[str] = []
        with store.begin() as uow:
            newest = stored_rulebooks.newest_ids(uow)
            for code, path in paths.items():
                try:
                    source = parent_text(code) or ""
                    rulebook, text = self.read(source, name=str(path))
                except RulebookInvalid as error:
                    problems += error.problems
                    continue
                digest = hashlib.sha256(text.encode()).hexdigest()
                current = stored_rulebooks.get_version(uow, newest[code]) if code in newest else None
                if current is None or current.digest != digest:
                    stored_rulebooks.insert_version(
                        uow,
                        rulebook=code,
                        version=rulebook.version,
                        digest=digest,
                        text=text,
                        now=now,
                        effective_on=rulebook.effective_on,
                    )
                    fresh.append(code)
            recount_books(uow, self, fresh)
        return tuple(problems)

    def _parent_text(self) -> Callable[[str], str | None]:
        paths = self.paths()

        def text_of(code: str) -> str | None:
            path = paths.get(code)
            return read_source(path) if path else None

        return text_of

    def read(self, source: str, *, name: str) -> tuple[Rulebook, str]:
        """Return the rulebook that a text describes, and the text with all that it extends.

        Raises:
            RulebookInvalid: with every problem; `name` stands for the file.
        """
        parent_text = self._parent_text()
        return parse_rulebook(source, file=name, parents=parent_text), flatten(source, parent_text)

    def judges(self, uow: UnitOfWork, code: str | None) -> tuple[Judge, ...]:
        """Return the versions of a rulebook that judge entries, each from its first day on, oldest first.

        Of two that begin on the same day the one loaded later holds.

        Raises:
            RulebookUnavailable: no good version was ever loaded.
        """
        found = stored_rulebooks.versions_of(uow, code) if code else ()
        if not found:
            raise RulebookUnavailable(rulebook=code or "")
        newest = {effective_on or date.min: version_id for version_id, effective_on in found}
        return tuple(
            Judge(version_id, since_on, self.version(uow, version_id))
            for since_on, version_id in sorted(newest.items())
        )

    def in_force(self, uow: UnitOfWork, code: str | None, on: date) -> InForce:
        """Return the version that judges entries of a day.

        Raises:
            RulebookUnavailable: no good version was ever loaded.
        """
        judge = judge_on(self.judges(uow, code), on)
        return InForce(judge.rulebook, judge.version_id)

    def shares_accounts(self, uow: UnitOfWork, code: str | None) -> bool:
        """Tell whether a rulebook, in any version, lets the members of a household share an account."""
        try:
            return any(judge.rulebook.is_by_household for judge in self.judges(uow, code))
        except RulebookUnavailable:
            return False

    def ranks_households(self, uow: UnitOfWork, code: str | None, on: date) -> bool:
        """Tell whether households are ranked on a day; not where no good version was ever loaded."""
        try:
            return self.in_force(uow, code, on).rulebook.is_by_household
        except RulebookUnavailable:
            return False

    def shop_on(self, uow: UnitOfWork, code: str | None, on: date) -> Shop | None:
        """Return the points shop that a rulebook has on a day; None without a rulebook or a shop."""
        try:
            return self.in_force(uow, code, on).rulebook.shop
        except RulebookUnavailable:
            return None

    def version(self, uow: UnitOfWork, version_id: int) -> Rulebook:
        """Return a rulebook as it was in this version."""
        known = self._parsed.get(version_id)
        if known is not None:
            return known
        kept = stored_rulebooks.get_version(uow, version_id)
        assert kept is not None, "a version that is referred to is never removed"
        parsed = parse_rulebook(kept.text, file=kept.rulebook, parents=lambda _code: None)
        with self._lock:
            self._parsed[version_id] = parsed
        return parsed
