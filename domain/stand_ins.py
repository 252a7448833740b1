"""What a stand-in is: a member who decides reports in a recorder's stead, from one day to another (代审)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.errors import StandInRefusal, StandInRefused

DAYS_MAX = 60


class StandInStatus(StrEnum):
    """Where a stand-in is on its way."""

    PLANNED = "planned"
    """Its first day has not come."""
    ACTIVE = "active"
    """The member holds the recorder's role."""
    ENDED = "ended"
    """Its last day is over, or it was called off."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """A member who stands in for the recorders of a unit, from `since_on` until before `until_on`."""

    id: int
    unit_id: int
    member_id: int
    asked_by_id: int
    since_on: date
    until_on: date
    status: StandInStatus

    @property
    def last_on(self) -> date:
        """The last day."""
        return self.until_on - timedelta(days=1)

    def status_on(self, today: date) -> StandInStatus:
        """Return the status that it should have on a day; what has ended stays so."""
        if self.status is StandInStatus.ENDED or today >= self.until_on:
            return StandInStatus.ENDED
        return StandInStatus.ACTIVE if today >= self.since_on else StandInStatus.PLANNED

    def overlaps(self, since_on: date, until_on: date) -> bool:
        """Tell whether it takes any of these days."""
        is_over = self.status is StandInStatus.ENDED
        return not is_over and self.since_on < until_on and since_on < self.until_on


def check_days(since_on: date, last_on: date, *, today: date) -> None:
    """Check the first and the last day of a stand-in: in order, not gone by, at most sixty days.

    Raises: StandInRefused.
    """
    days = (last_on - since_on).days + 1
    if since_on < today or not 1 <= days <= DAYS_MAX:
        raise StandInRefused(reason=StandInRefusal.DAYS)
