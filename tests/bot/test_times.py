"""An instant in a button, to the minute, in the zone of its unit."""

from datetime import UTC, datetime

import pytest

from bot.screens.times import read_button_time, write_time

SHANGHAI = "Asia/Shanghai"


def test_button_brings_back_the_instant_it_was_written_from() -> None:
    at = datetime(2026, 11, 1, 1, 30, tzinfo=UTC)
    for zone in (SHANGHAI, "Asia/Urumqi", "UTC"):
        assert read_button_time(write_time(at, zone), zone) == at
    with pytest.raises(ValueError, match="does not match"):
        read_button_time("soon", SHANGHAI)
