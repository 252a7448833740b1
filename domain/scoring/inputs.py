"""What a whole evaluation is given: the roster, what happened, and the ballots."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from domain.periods import Period


class Stay(NamedTuple):
    """The days for which somebody belongs to a unit, and as what; one row of the roster.

    `until_on` is the first day that no longer counts. `in_charge` names the units that a deputy looks after.
    """

    member: str
    unit: str
    name: str = ""
    kind: str = "full"
    roles: frozenset[str] = frozenset()
    in_charge: frozenset[str] = frozenset()
    status: str = "active"
    since_on: date | None = None
    until_on: date | None = None
    class_: str = ""
    household: str = ""

    def covers(self, on: date) -> bool:
        """Whether the day lies within."""
        return (self.since_on is None or on >= self.since_on) and (
            self.until_on is None or on < self.until_on
        )

    def touches(self, period: Period) -> bool:
        """Whether any day of the period lies within."""
        return (self.since_on is None or self.since_on < period.until_on) and (
            self.until_on is None or self.until_on > period.starts_on
        )


@dataclass(frozen=True, slots=True)
class Event:
    """What happened 事项, as it was recorded; `number` is its line, which orders the events of one day."""

    number: int
    on: date
    item: str
    members: tuple[str, ...] = ()
    unit: str = ""
    level: str | None = None
    quantity: Fraction | None = None
    points: Fraction | None = None
    key: str = ""
    reverses: str = ""
    slot: str = ""
    note: str = ""
    is_adjusted: bool = False
    """Whether a recorder's own points stand in place of what a fixed, levelled or counted item is worth."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """One mark that one rater gave one subject under one aspect."""

    period: Period
    instrument: str
    member: str
    rater: str
    group: str
    aspect: str
    mark: str


@dataclass(frozen=True)
class World:
    """Everything that a rulebook is applied to."""

    stays: tuple[Stay, ...]
    events: tuple[Event, ...] = ()
    ballots: tuple[Ballot, ...] = ()
    parents: Mapping[str, str] = field(default_factory=dict)
    """The parent of each unit that has one."""

    @cached_property
    def stays_of(self) -> Mapping[str, tuple[Stay, ...]]:
        """The rows of each member, in the order of the roster."""
        found: dict[str, tuple[Stay, ...]] = {}
        for stay in self.stays:
            before = found.get(stay.member)
            found[stay.member] = (stay,) if before is None else (*before, stay)
        return found

    @cached_property
    def stays_in(self) -> Mapping[str, tuple[Stay, ...]]:
        """The rows of each unit, in the order of the roster."""
        found: dict[str, list[Stay]] = {}
        for stay in self.stays:
            found.setdefault(stay.unit, []).append(stay)
        return {unit: tuple(rows) for unit, rows in found.items()}

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Every unit that the roster names, parents included, in order of code."""
        return tuple(sorted({*self.stays_in, *self.parents, *self.parents.values()}))

    def units_under(self, unit: str) -> tuple[str, ...]:
        """Return the units whose parent is this one."""
        return tuple(other for other in self.units if self.parents.get(other) == unit)

    def stay_on(self, member: str, on: date, *, unit: str = "") -> Stay | None:
        """Return the member's row of a day: that of the unit if there is one, else the first.

        A deed of the very day with which a row ends still belongs to that row, where no other row begins.
        """
        all_rows = self.stays_of.get(member, ())
        rows = [stay for stay in all_rows if stay.covers(on)] or [
            stay for stay in all_rows if stay.until_on == on
        ]
        return next((stay for stay in rows if stay.unit == unit), rows[0] if rows else None)

    def holders(self, role: str, units: Iterable[str], on: date) -> tuple[Stay, ...]:
        """Return the rows of those who hold a role in one of the units on that day."""
        return tuple(
            stay
            for unit in units
            for stay in self.stays_in.get(unit, ())
            if role in stay.roles and stay.covers(on)
        )

    def deputies_of(self, unit: str, on: date) -> tuple[Stay, ...]:
        """Return the rows of the deputies in charge of a unit on that day."""
        return tuple(stay for stay in self.stays if unit in stay.in_charge and stay.covers(on))
