"""What posting yields: entries by subject, refusals with their reasons, members whom a quota left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from domain.scoring.records import Recorded


class EventProblem(StrEnum):
    """Why an event cannot be entered at all; beside the reasons of `RefusalCode`."""

    MEMBER_UNKNOWN = "member-unknown"
    """The roster has no such member; field `member`."""
    MEMBER_MISSING = "member-missing"
    """The item goes to members, and the event names none."""
    UNIT_UNKNOWN = "unit-unknown"
    """The roster has no such unit; field `unit`."""
    OUTSIDE_MEMBERSHIP = "outside-membership"
    """The member was in no unit on that day; fields `member`, `on`."""
    NOT_FOR_MEMBER = "not-for-member"
    """The item is not for members of this kind; field `member`."""
    REVERSAL_UNKNOWN = "unknown-reversal"
    """No event has the key that this one takes back; field `key`."""
    REVERSED_TWICE = "reversed-twice"
    """Another event has taken it back already; fields `key`, `number`."""
    REVERSAL_CIRCLE = "reversal-circle"
    """It takes back, over others perhaps, itself; field `key`."""
    REVERSAL_DIFFERS = "reversal-differs"
    """It names another item or other members than the event it takes back; fields `key`, `number`."""
    MEMBER_TWICE = "member-twice"
    """The event names a member twice; field `member`."""
    POINTS_MISSING = "points-missing"
    """The item asks for the points that were decided."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An event that cannot be entered: its line, the code of the reason, and the facts of its sentence."""

    number: int
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuotaFull:
    """Members whom a quota left out of an event that was otherwise in order."""

    number: int
    on: date
    item: str
    unit: str
    members: tuple[str, ...]
    places: int


@dataclass
class Posted:
    """The entries of every subject; units are subjects of their own."""

    members: dict[str, list[Recorded]] = field(default_factory=dict)
    units: dict[str, list[Recorded]] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    over_quota: list[QuotaFull] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Share:
    """What one subject gets of an event."""

    subject: str
    is_unit: bool
    points: Fraction


class EventStopped(Exception):
    """The event at hand cannot be entered."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
