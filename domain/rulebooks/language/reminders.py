"""What a rulebook says of the month-end reminder: its day, and the hour."""

from datetime import time
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from domain.day_rules import DayRule, DayRuleUnreadable, parse_day_rule
from domain.hours import TimeUnreadable, read_time
from domain.rulebooks.language.items import Founded


def _read_day_rule(value: object) -> DayRule:
    try:
        if isinstance(value, str):
            return parse_day_rule(value)
    except DayRuleUnreadable:
        pass
    raise PydanticCustomError("not-a-day-rule", "not a rule for a day")


def _read_time(value: object) -> time:
    try:
        if isinstance(value, str):
            return read_time(value)
    except TimeUnreadable:
        pass
    raise PydanticCustomError("not-a-time", "not a time of day")


DayRuleText = Annotated[
    DayRule,
    PlainValidator(_read_day_rule),
    WithJsonSchema({"type": "string", "examples": ["last day - 3 working days", "5 of next month, shifted"]}),
]
TimeText = Annotated[
    time, PlainValidator(_read_time), WithJsonSchema({"type": "string", "examples": ["10:00"]})
]


class RemindersSection(Founded):
    """When those who reported nothing in a month are reminded; a unit may set another day and hour."""

    day: DayRuleText
    time: TimeText | None = None
