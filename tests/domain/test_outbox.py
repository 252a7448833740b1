"""When a failed try is repeated: later and later, spread, and not for ever."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.outbox import ATTEMPTS_MAX, RETRY_SECONDS_MAX, next_try_at

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "chance", "seconds"),
    [(1, 1.0, 2), (1, 0.0, 1), (3, 0.5, 6), (9, 1.0, 512), (10, 1.0, RETRY_SECONDS_MAX), (11, 0.0, 300)],
)
def test_tries_come_later_and_later_spread_over_half_of_the_wait(
    attempts: int, chance: float, seconds: float
) -> None:
    assert next_try_at(NOON, attempts, chance=chance) == NOON + timedelta(seconds=seconds)


def test_tries_end() -> None:
    assert next_try_at(NOON, ATTEMPTS_MAX) is None
    assert sum(next_try_at(NOON, n) is not None for n in range(1, 100)) == ATTEMPTS_MAX - 1
