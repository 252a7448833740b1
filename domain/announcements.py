"""What an announcement is, whom it is for, and what may be done with it when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from domain.errors import (
    AnnouncementEmpty,
    AnnouncementTooLong,
    AudienceEmpty,
    AudiencePrivate,
    DueInPast,
)
from domain.members import MemberKind, Role

TEXT_LENGTH_MAX = 3000
"""Telegram takes 4096; the rest is for the heading, the footer and the names put in."""
CAPTION_LENGTH_MAX = 800
"""Below a photo or a file Telegram takes 1024."""


class AttachmentKind(StrEnum):
    """What may come with the words."""

    PHOTO = "photo"
    """A photo."""
    DOCUMENT = "document"
    """A file."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo or file as the chat knows it, or else, with a digest, as it is kept here."""

    kind: AttachmentKind
    file_id: str
    file_name: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom an announcement is for: members of these units that pass every filter that is set.

    Empty `kinds` and `roles` mean everybody. `is_for_group` adds the groups of these units.
    """

    unit_ids: tuple[int, ...]
    kinds: tuple[MemberKind, ...] = ()
    roles: tuple[Role, ...] = ()
    is_without_report: bool = False
    below_points: Fraction | None = None
    is_for_group: bool = False

    @property
    def is_private(self) -> bool:
        """Whether belonging to it says something about a person that is nobody else's business."""
        return self.is_without_report or self.below_points is not None

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {
            "units": list(self.unit_ids),
            "kinds": [kind.value for kind in self.kinds],
            "roles": [role.value for role in self.roles],
            "is_without_report": self.is_without_report,
            "below_points": None if self.below_points is None else str(self.below_points),
            "is_for_group": self.is_for_group,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Audience":
        """Return what `as_json` wrote."""
        below = stored["below_points"]
        return cls(
            unit_ids=tuple(stored["units"]),
            kinds=tuple(MemberKind(kind) for kind in stored["kinds"]),
            roles=tuple(Role(role) for role in stored["roles"]),
            is_without_report=stored["is_without_report"],
            below_points=None if below is None else Fraction(below),
            is_for_group=stored["is_for_group"],
        )


class AnnouncementStatus(StrEnum):
    """How far an announcement has come."""

    DRAFT = "draft"
    """Being written."""
    SCHEDULED = "scheduled"
    """Goes out when it is due."""
    SENDING = "sending"
    """Going out."""
    PAUSED = "paused"
    """Stopped for the moment."""
    DONE = "done"
    """Everybody was sent it, or could not be reached."""
    CANCELLED = "cancelled"
    """Stopped for good; who has it, has it."""
    DISCARDED = "discarded"
    """A draft thrown away."""


class AnnouncementAction(StrEnum):
    """What may be done with it."""

    SEND = "send"
    """Send it now."""
    SCHEDULE = "schedule"
    """Send it later."""
    RECALL = "recall"
    """Turn a scheduled one into a draft again."""
    START = "start"
    """It is due."""
    PAUSE = "pause"
    """Stop for the moment."""
    RESUME = "resume"
    """Go on."""
    CANCEL = "cancel"
    """Stop for good."""
    FINISH = "finish"
    """Nothing waits any more."""
    SEND_AGAIN = "send_again"
    """Try those once more who could not be reached."""
    DISCARD = "discard"
    """Throw a draft away."""


_S, _A = AnnouncementStatus, AnnouncementAction
TRANSITIONS: Mapping[tuple[AnnouncementStatus, AnnouncementAction], AnnouncementStatus] = {
    (_S.DRAFT, _A.SEND): _S.SENDING,
    (_S.DRAFT, _A.SCHEDULE): _S.SCHEDULED,
    (_S.DRAFT, _A.DISCARD): _S.DISCARDED,
    (_S.SCHEDULED, _A.RECALL): _S.DRAFT,
    (_S.SCHEDULED, _A.START): _S.SENDING,
    (_S.SCHEDULED, _A.CANCEL): _S.CANCELLED,
    (_S.SENDING, _A.PAUSE): _S.PAUSED,
    (_S.SENDING, _A.CANCEL): _S.CANCELLED,
    (_S.SENDING, _A.FINISH): _S.DONE,
    (_S.PAUSED, _A.RESUME): _S.SENDING,
    (_S.PAUSED, _A.CANCEL): _S.CANCELLED,
    (_S.DONE, _A.SEND_AGAIN): _S.SENDING,
}
"""Everything else is refused; both doors draw their buttons from here."""
BY_PEOPLE = frozenset(_A) - {_A.START, _A.FINISH}


def actions_in(status: AnnouncementStatus) -> frozenset[AnnouncementAction]:
    """Return what people may do with an announcement in this status."""
    return frozenset(action for (at, action) in TRANSITIONS if at is status and action in BY_PEOPLE)


@dataclass(frozen=True, slots=True)
class Announcement:
    """One announcement; `total` is how many it was put in for when it started."""

    id: int
    unit_id: int
    author_id: int
    text: str
    attachment: Attachment | None
    audience: Audience
    wants_confirmation: bool
    status: AnnouncementStatus
    created_at: datetime
    due_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    total: int = 0


@dataclass(frozen=True, slots=True)
class AudienceCount:
    """How many an announcement is for; those without an account or who blocked the bot cannot be reached."""

    total: int
    without_account: int = 0
    blocked: int = 0
    groups: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """How far an announcement has come, in messages; groups count as one each."""

    waiting: int = 0
    held: int = 0
    sent: int = 0
    blocked: int = 0
    unbound: int = 0
    failed: int = 0
    cancelled: int = 0
    confirmed: int = 0

    @property
    def total(self) -> int:
        """Everybody it was put in for."""
        return self.ended + self.waiting + self.held

    @property
    def ended(self) -> int:
        """For how many it is over."""
        return self.sent + self.unreached + self.cancelled

    @property
    def unreached(self) -> int:
        """How many were tried in vain."""
        return self.blocked + self.unbound + self.failed


@dataclass(frozen=True, slots=True)
class Group:
    """A group chat that somebody of the unit added the bot to."""

    id: int
    chat_id: int
    title: str
    unit_id: int


@dataclass(frozen=True, slots=True)
class Content:
    """Words and attachment while they are checked."""

    text: str
    attachment: Attachment | None = field(default=None)


def check_content(content: Content) -> None:
    """Refuse what cannot be sent as one message.

    Raises:
        AnnouncementEmpty: neither words nor an attachment.
        AnnouncementTooLong: the words do not fit; with an attachment fewer do.
    """
    if not content.text.strip() and content.attachment is None:
        raise AnnouncementEmpty
    length_max = TEXT_LENGTH_MAX if content.attachment is None else CAPTION_LENGTH_MAX
    length = len(content.text.encode("utf-16-le")) // 2
    if length > length_max:
        raise AnnouncementTooLong(length=length, length_max=length_max)


def check_audience(audience: Audience) -> None:
    """Refuse to show a group whom a private filter picked.

    Raises:
        AudienceEmpty: no unit.
        AudiencePrivate: it is for a group and has a private filter.
    """
    if not audience.unit_ids:
        raise AudienceEmpty
    if audience.is_for_group and audience.is_private:
        raise AudiencePrivate


def check_due(due_at: datetime, now: datetime) -> None:
    """Refuse a time that is over.

    Raises:
        DueInPast
    """
    if due_at <= now:
        raise DueInPast


def toggled(chosen: Iterable[Any], one: Any) -> tuple[Any, ...]:
    """Return the choice with this one added, or without it where it was in."""
    kept = tuple(chosen)
    return tuple(other for other in kept if other != one) if one in kept else (*kept, one)
