"""What may be done with an announcement when, what it may say, and whom it may be for."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from domain.announcements import (
    BY_PEOPLE,
    CAPTION_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    TRANSITIONS,
    AnnouncementAction,
    AnnouncementStatus,
    Attachment,
    AttachmentKind,
    Audience,
    Content,
    Tally,
    actions_in,
    check_audience,
    check_content,
    check_due,
    toggled,
)
from domain.errors import (
    AnnouncementEmpty,
    AnnouncementTooLong,
    AudienceEmpty,
    AudiencePrivate,
    DueInPast,
)
from domain.members import MemberKind, Role

S, A = AnnouncementStatus, AnnouncementAction
PHOTO = Attachment(AttachmentKind.PHOTO, "file")
NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (S.DRAFT, {A.SEND, A.SCHEDULE, A.DISCARD}),
        (S.SCHEDULED, {A.RECALL, A.CANCEL}),
        (S.SENDING, {A.PAUSE, A.CANCEL}),
        (S.PAUSED, {A.RESUME, A.CANCEL}),
        (S.DONE, {A.SEND_AGAIN}),
        (S.CANCELLED, set()),
        (S.DISCARDED, set()),
    ],
)
def test_people_may_do_what_the_table_says(
    status: AnnouncementStatus, expected: set[AnnouncementAction]
) -> None:
    assert actions_in(status) == expected


def test_what_ended_for_good_never_moves_again() -> None:
    assert [at for at, _ in TRANSITIONS if at in {S.CANCELLED, S.DISCARDED}] == []
    assert {action for _, action in TRANSITIONS} == set(A)
    assert set(A) - BY_PEOPLE == {A.START, A.FINISH}


@pytest.mark.parametrize(
    ("text", "attachment", "length_max"),
    [("字" * TEXT_LENGTH_MAX, None, TEXT_LENGTH_MAX), ("😀" * 400, PHOTO, CAPTION_LENGTH_MAX)],
)
def test_words_fit_to_the_last_letter_as_telegram_counts(
    text: str, attachment: Attachment | None, length_max: int
) -> None:
    check_content(Content(text, attachment))
    with pytest.raises(AnnouncementTooLong) as refused:
        check_content(Content(f"{text}a", attachment))
    assert (refused.value.length, refused.value.length_max) == (length_max + 1, length_max)


def test_nothing_at_all_is_no_announcement_but_a_photo_alone_is() -> None:
    with pytest.raises(AnnouncementEmpty):
        check_content(Content(" \n ", None))
    check_content(Content("", PHOTO))


@pytest.mark.parametrize(
    "audience",
    [
        Audience((1,), is_for_group=True, is_without_report=True),
        Audience((1,), is_for_group=True, below_points=Fraction(60)),
    ],
)
def test_group_never_sees_whom_a_private_filter_picked(audience: Audience) -> None:
    with pytest.raises(AudiencePrivate):
        check_audience(audience)


def test_audience_needs_a_unit_and_may_go_to_a_group() -> None:
    check_audience(Audience((1,), kinds=(MemberKind.FULL,), roles=(Role.RECORDER,), is_for_group=True))
    with pytest.raises(AudienceEmpty):
        check_audience(Audience(()))


@pytest.mark.parametrize(
    "audience",
    [
        Audience((1, 2)),
        Audience((3,), (MemberKind.FULL, MemberKind.FLOATING), (Role.SECRETARY,), True, Fraction("59.5")),
        Audience((3,), is_for_group=True),
    ],
)
def test_audience_comes_back_as_it_was_stored(audience: Audience) -> None:
    assert Audience.from_json(audience.as_json()) == audience


def test_time_to_send_lies_ahead() -> None:
    check_due(NOON.replace(minute=1), NOON)
    with pytest.raises(DueInPast):
        check_due(NOON, NOON)


def test_tally_adds_up() -> None:
    tally = Tally(waiting=1, held=2, sent=3, blocked=4, unbound=5, failed=6, cancelled=7)
    assert (tally.unreached, tally.ended, tally.total) == (15, 25, 28)


def test_choice_is_switched_on_and_off() -> None:
    assert toggled((1, 2), 3) == (1, 2, 3)
    assert toggled((1, 2, 3), 2) == (1, 3)
