"""Rules that name one day of each month, such as `last day - 3 working days`, as text and as a date.

| text | day |
|---|---|
| `last day` | the last day of the month |
| `last day - 3 working days` | three working days before the month's last day, which is not counted |
| `last working day` | the month's last day on which people work |
| `last friday` | the month's last Friday |
| `25` | the 25th, or the month's last day where it is shorter |
| `5 of next month` | the 5th of the month after |

`, shifted` moves a day off to the next working day, `, shifted earlier` to the one before.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.calendar import WorkCalendar
from domain.periods import Period

WORKING_DAYS_MAX = 15
DAYS_MAX = 31
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_SHIFT = r"(?P<shift>, shifted(?P<earlier> earlier)?)?"
_LAST_DAY = re.compile(rf"last day(?: - (?P<before>\d{{1,2}}) working days?)?{_SHIFT}", re.ASCII)
_LAST_WEEKDAY = re.compile(rf"last (?P<weekday>{'|'.join(WEEKDAYS)}){_SHIFT}", re.ASCII)
_DAY = re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?P<next> of next month)?{_SHIFT}", re.ASCII)
_LAST_WORKING_DAY = "last working day"


class DayRuleUnreadable(ValueError):
    """The text is no rule for a day."""


class Shift(StrEnum):
    """Where a day off is moved to."""

    NONE = "none"
    """It stays, day off or not."""
    LATER = "later"
    """To the next working day."""
    EARLIER = "earlier"
    """To the working day before."""


class Anchor(StrEnum):
    """What a rule counts from."""

    LAST_DAY = "last_day"
    """The month's last day, `number` working days back."""
    LAST_WEEKDAY = "last_weekday"
    """The month's last weekday `number`, Monday being 0."""
    DAY = "day"
    """Day `number` of the month."""
    DAY_OF_NEXT = "day_of_next"
    """Day `number` of the month after."""


@dataclass(frozen=True, slots=True)
class DayRule:
    """One day of each month; what `number` means depends on the anchor."""

    anchor: Anchor
    number: int = 0
    shift: Shift = Shift.NONE

    @property
    def text(self) -> str:
        """The text that `parse_day_rule` reads back."""
        if self == _last_working_day():
            return _LAST_WORKING_DAY
        shifts = {Shift.NONE: "", Shift.LATER: ", shifted", Shift.EARLIER: ", shifted earlier"}
        return self._unshifted_text() + shifts[self.shift]

    def _unshifted_text(self) -> str:
        match self.anchor:
            case Anchor.LAST_DAY:
                days = "day" if self.number == 1 else "days"
                return f"last day - {self.number} working {days}" if self.number else "last day"
            case Anchor.LAST_WEEKDAY:
                return f"last {WEEKDAYS[self.number]}"
            case Anchor.DAY:
                return str(self.number)
            case Anchor.DAY_OF_NEXT:
                return f"{self.number} of next month"

    def day_for(self, month: Period, calendar: WorkCalendar) -> date:
        """Return the rule's day for a month; for some rules it lies in the month after."""
        on = self._unshifted(month, calendar)
        match self.shift:
            case Shift.LATER:
                return calendar.at_or_after(on)
            case Shift.EARLIER:
                return calendar.at_or_before(on)
            case Shift.NONE:
                return on

    def _unshifted(self, month: Period, calendar: WorkCalendar) -> date:
        last = month.until_on - timedelta(days=1)
        match self.anchor:
            case Anchor.LAST_DAY:
                return calendar.shift(last, -self.number)
            case Anchor.LAST_WEEKDAY:
                return last - timedelta(days=(last.weekday() - self.number) % 7)
            case Anchor.DAY:
                return _day_in(month, self.number)
            case Anchor.DAY_OF_NEXT:
                return _day_in(month.next, self.number)


def _day_in(month: Period, number: int) -> date:
    last = month.until_on - timedelta(days=1)
    return month.starts_on.replace(day=min(number, last.day))


def _last_working_day() -> DayRule:
    return DayRule(Anchor.LAST_DAY, 0, Shift.EARLIER)


def parse_day_rule(text: str) -> DayRule:
    """Return the rule that a text means; case and spaces around do not matter.

    Raises: DayRuleUnreadable.
    """
    plain = " ".join(text.lower().split())
    if plain == _LAST_WORKING_DAY:
        return _last_working_day()
    if found := _LAST_DAY.fullmatch(plain):
        rule = DayRule(Anchor.LAST_DAY, int(found["before"] or 0), _shift_in(found))
        is_possible = rule.number <= WORKING_DAYS_MAX
    elif found := _LAST_WEEKDAY.fullmatch(plain):
        rule = DayRule(Anchor.LAST_WEEKDAY, WEEKDAYS.index(found["weekday"]), _shift_in(found))
        is_possible = True
    elif found := _DAY.fullmatch(plain):
        anchor = Anchor.DAY_OF_NEXT if found["next"] else Anchor.DAY
        rule = DayRule(anchor, int(found["day"]), _shift_in(found))
        is_possible = 1 <= rule.number <= DAYS_MAX
    else:
        raise DayRuleUnreadable(text)
    if not is_possible:
        raise DayRuleUnreadable(text)
    return rule


def _shift_in(found: re.Match[str]) -> Shift:
    if not found["shift"]:
        return Shift.NONE
    return Shift.EARLIER if found["earlier"] else Shift.LATER
