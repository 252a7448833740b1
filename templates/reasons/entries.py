"""Tells one ledger line: what it counts now and did then, how that came about, and by which clause."""

from dataclasses import dataclass
from fractions import Fraction

from domain.ledger import Entry
from domain.points import from_stored
from domain.scoring.accounts import Contribution
from templates.reasons.lines import told_line
from templates.reasons.names import Names


@dataclass(frozen=True, slots=True)
class ToldEntry:
    """A ledger line in words; `counted_then` is what it counted when it was written."""

    counted: Fraction
    counted_then: Fraction
    notes: tuple[str, ...]
    clause: str


def told_entry(names: Names, entry: Entry, line: Contribution | None) -> ToldEntry:
    """Return a ledger line in words; `line` is what it counts now, None where nothing counts it any more."""
    then = from_stored(entry.counted_amount)
    told = None if line is None else told_line(names, line, {})
    return ToldEntry(
        counted=then if told is None or told.is_void else told.counted,
        counted_then=then,
        notes=() if told is None else told.notes,
        clause=entry.clause or names.clause_of(entry.item),
    )
