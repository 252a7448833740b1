"""Typed times of day: what people write, in the zone of their unit, never the past by accident."""

from datetime import UTC, datetime

import pytest

from bot.screens.times import read_button_time, read_time, write_time

NOW = datetime(2026, 3, 10, 4, tzinfo=UTC)
SHANGHAI = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("明天 9:30", "202603110930"),
        ("今天18:00", "202603101800"),
        ("tomorrow 9:05", "202603110905"),
        ("3月15日 9:30", "202603150930"),
        ("3月15日9点", "202603150900"),
        ("3-15 9:30", "202603150930"),
        ("2027年1月5日 8：00", "202701050800"),
        ("1月5日 8:00", "202701050800"),
        ("18:00", "202603101800"),
        ("9:00", "202603110900"),
        ("9点半", None),
        ("24:00", None),
        ("9:61", None),
        ("2月30日 9:00", None),
        ("明天", None),
        ("随便", None),
        ("", None),
    ],
)
def test_time_is_read_or_not(text: str, expected: str | None) -> None:
    found = read_time(text, NOW, SHANGHAI)
    assert (None if found is None else write_time(found, SHANGHAI)) == expected


def test_button_brings_back_the_instant_it_was_written_from() -> None:
    at = datetime(2026, 11, 1, 1, 30, tzinfo=UTC)
    for zone in (SHANGHAI, "Asia/Urumqi", "UTC"):
        assert read_button_time(write_time(at, zone), zone) == at
    with pytest.raises(ValueError, match="does not match"):
        read_button_time("soon", SHANGHAI)
