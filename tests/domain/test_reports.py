"""Which action leads where, which days may be reported, and when things are tried again."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import DateRefusal, DateRefused, StatusConflict
from domain.members import MemberKind, Membership
from domain.outbox import ATTEMPTS_MAX, RETRY_SECONDS_MAX, next_try_at
from domain.reports import (
    TRANSITIONS,
    ReportAction,
    ReportStatus,
    actions_in,
    check_day,
    next_status,
    storable,
)

TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 4, tzinfo=UTC)
FEBRUARY = (date(2026, 2, 1), date(2026, 3, 1))


def membership(since_on: date | None = None, until_on: date | None = None) -> Membership:
    return Membership(1, MemberKind.FULL, since_on, until_on)


@pytest.mark.parametrize("status", ReportStatus)
@pytest.mark.parametrize("action", ReportAction)
def test_an_action_is_offered_exactly_where_it_leads_somewhere(
    status: ReportStatus, action: ReportAction
) -> None:
    is_offered = action in actions_in(status)
    if (status, action) in TRANSITIONS:
        assert (is_offered, next_status(status, action)) == (True, TRANSITIONS[status, action])
        return
    assert not is_offered
    with pytest.raises(StatusConflict) as refused:
        next_status(status, action)
    assert refused.value.facts() == {"status": status}


ALWAYS = (membership(),)
SPRING = (membership(date(2026, 3, 1), date(2026, 3, 9)),)


@pytest.mark.parametrize(
    ("on", "memberships", "reason"),
    [
        (date(2026, 3, 11), (), DateRefusal.FUTURE),
        (date(2026, 2, 28), SPRING, DateRefusal.BEFORE_JOINING),
        (date(2026, 3, 9), SPRING, DateRefusal.AFTER_LEAVING),
        (date(2026, 3, 5), (), DateRefusal.AFTER_LEAVING),
        (date(2026, 2, 1), ALWAYS, DateRefusal.FINALISED),
        (date(2026, 2, 28), ALWAYS, DateRefusal.FINALISED),
    ],
)
def test_a_day_is_refused_for_the_first_reason_that_holds(
    on: date, memberships: tuple[Membership, ...], reason: DateRefusal
) -> None:
    with pytest.raises(DateRefused) as refused:
        check_day(on, today=TODAY, memberships=memberships, finalised=[FEBRUARY])
    assert refused.value.facts() == {"reason": reason, "on": on}


@pytest.mark.parametrize("on", [TODAY, date(2026, 3, 1), date(2026, 1, 31)])
def test_any_other_day_may_be_reported(on: date) -> None:
    check_day(on, today=TODAY, memberships=ALWAYS, finalised=[FEBRUARY])


def test_messages_are_tried_again_ever_later_and_given_up() -> None:
    waits = [next_try_at(NOW, attempts) for attempts in range(1, ATTEMPTS_MAX + 1)]
    expected = [2, 4, 8, 16, 32, 64, 128, 256, 512, RETRY_SECONDS_MAX, RETRY_SECONDS_MAX]
    assert waits == [*(NOW + timedelta(seconds=seconds) for seconds in expected), None]


@given(st.text(st.characters(codec=None)))
def test_what_is_stored_of_a_text_is_all_that_a_database_keeps(text: str) -> None:
    kept = storable(text)
    assert (storable(kept), kept.encode().decode(), kept.count("\x00")) == (kept, kept, 0)


def test_an_ordinary_text_is_kept_as_it_is() -> None:
    assert storable(" <b>春风</b> 👍🏽\ud800\x00 \n") == "<b>春风</b> 👍🏽"
