"""When a rulebook has those reminded who reported nothing in a month."""

from dataclasses import dataclass, field
from datetime import time

from domain.day_rules import DayRule
from domain.rulebooks.basis import Basis


@dataclass(frozen=True, slots=True)
class Reminders:
    """The day and the local hour of the month-end reminder 月末提醒, where a unit sets no other.

    Without an hour that of the unit holds.
    """

    day: DayRule
    at: time | None = None
    basis: Basis = field(default_factory=Basis)
