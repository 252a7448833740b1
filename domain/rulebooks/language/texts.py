"""The smallest words of the language: numbers, shares, days, codes, bands, conditions."""

import re
from datetime import date
from fractions import Fraction
from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from domain.rulebooks.expressions import Expression, ExpressionInvalid, Literal, Name, parse_expression
from domain.rulebooks.intervals import Interval, parse_interval

_NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{1,4})?", re.ASCII)
_SHARE = re.compile(r"(\d{1,3}(\.\d{1,4})?)\s*[%％]|(\d{1,4})\s*/\s*(\d{1,4})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DAY_OF_YEAR = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)
_CODE = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)
_WHOLE = re.compile(r"\d{1,4}", re.ASCII)


def _read_number(value: object) -> Fraction:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return Fraction(value)
    raise PydanticCustomError("not-a-number", "not a number")


def _read_whole(value: object) -> int:
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    raise PydanticCustomError("not-a-number", "not a whole number")


def _read_share(value: object) -> Fraction:
    found = _SHARE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is not None and found[1]:
        share = Fraction(found[1]) / 100
    elif found is not None and int(found[4]):
        share = Fraction(int(found[3]), int(found[4]))
    else:
        raise PydanticCustomError("not-a-share", "not a share")
    if share > 1:
        raise PydanticCustomError("not-a-share", "not a share")
    return share


def _read_day(value: object) -> date:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("not-a-date", "not a date")


def _read_day_of_year(value: object) -> str:
    if isinstance(value, str) and _DAY_OF_YEAR.fullmatch(value):
        return value
    raise PydanticCustomError("not-a-date", "not a day of the year")


def _read_code(value: object) -> str:
    if isinstance(value, str) and _CODE.fullmatch(value):
        return value
    raise PydanticCustomError("not-a-code", "not a code")


def _read_interval(value: object) -> Interval:
    interval = parse_interval(value) if isinstance(value, str) else None
    if interval is None or interval.is_empty:
        raise PydanticCustomError("not-a-band", "not a band")
    return interval


def _read_condition(value: object) -> Expression:
    try:
        if isinstance(value, str):
            return parse_expression(value)
    except ExpressionInvalid:
        pass
    raise PydanticCustomError("not-a-condition", "not a condition")


def _read_base(value: object) -> Fraction | Expression:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return Fraction(value)
    found = _read_condition(value)
    if isinstance(found, Literal | Name):  # one word, meant as a number
        raise PydanticCustomError("not-a-number", "not a number")
    return found


_CONDITION_SCHEMA = {"type": "string", "examples": ["total >= 90 and rank <= 3", "count('absence') == 0"]}

Number = Annotated[
    Fraction, PlainValidator(_read_number), WithJsonSchema({"type": "number", "multipleOf": 0.0001})
]
Whole = Annotated[int, PlainValidator(_read_whole), WithJsonSchema({"type": "integer", "minimum": 0})]
Share = Annotated[
    Fraction, PlainValidator(_read_share), WithJsonSchema({"type": "string", "examples": ["30%", "2/5"]})
]
Day = Annotated[date, PlainValidator(_read_day), WithJsonSchema({"type": "string", "format": "date"})]
DayOfYear = Annotated[
    str, PlainValidator(_read_day_of_year), WithJsonSchema({"type": "string", "examples": ["07-01"]})
]
Code = Annotated[
    str, PlainValidator(_read_code), WithJsonSchema({"type": "string", "pattern": f"^{_CODE.pattern}$"})
]
BandText = Annotated[
    Interval,
    PlainValidator(_read_interval),
    WithJsonSchema({"type": "string", "examples": ["[90, ∞)", "(60, 90)"]}),
]
Condition = Annotated[
    Expression,
    PlainValidator(_read_condition),
    WithJsonSchema(_CONDITION_SCHEMA),
]
NumberOrCondition = Annotated[
    Fraction | Expression,
    PlainValidator(_read_base),
    WithJsonSchema({"anyOf": [{"type": "number", "multipleOf": 0.0001}, _CONDITION_SCHEMA]}),
]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Label = Annotated[str, Field(min_length=1, max_length=60)]
