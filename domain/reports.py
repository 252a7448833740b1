"""What a report is, which steps it has, and which action leads from which status to which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from domain.errors import DateRefusal, DateRefused, StatusConflict
from domain.members import Membership

EVIDENCE_COUNT_MAX = 10
NOTE_LENGTH_MAX = 4096
REASON_LENGTH_MAX = 500
UNDO_MINUTES_MAX = 15
DOCUMENT_SUFFIXES = frozenset(
    {".pdf", ".jpg", ".jpeg", ".png", ".webp", ".doc", ".docx", ".xls", ".xlsx", ".wps", ".et", ".ofd"}
)
PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp"})
FETCH_ATTEMPTS_MAX = 6


class ReportStatus(StrEnum):
    """Where a report is on its way."""

    DRAFT = "draft"
    """Being filled in, or put aside for later."""
    PENDING = "pending"
    """Waits in the recorders' queue."""
    RETURNED = "returned"
    """Sent back with a reason; the member can complete it and submit again."""
    APPROVED = "approved"
    """Entered in the ledger."""
    REJECTED = "rejected"
    """Not recognised, with a reason."""
    WITHDRAWN = "withdrawn"
    """Taken back by the member before a decision; can be opened again."""
    DISCARDED = "discarded"
    """A draft thrown away."""


class ReportAction(StrEnum):
    """What somebody does to a report."""

    SUBMIT = "submit"
    """The member sends it to the queue."""
    DISCARD = "discard"
    """The member throws a draft away."""
    WITHDRAW = "withdraw"
    """The member takes a waiting report back."""
    REOPEN = "reopen"
    """The member turns a withdrawn report into a draft again."""
    APPROVE = "approve"
    """A recorder recognises it (通过), with the rulebook's points or their own (改分)."""
    RETURN = "return"
    """A recorder asks for more (退回补充)."""
    REJECT = "reject"
    """A recorder does not recognise it (不予认定)."""
    UNDO = "undo"
    """The deciding recorder takes the decision back within the minutes allowed."""
    UPHOLD = "uphold"
    """An objection to the rejection is upheld (异议成立): it goes back to the queue."""


S, A = ReportStatus, ReportAction
TRANSITIONS: Mapping[tuple[ReportStatus, ReportAction], ReportStatus] = {
    (S.DRAFT, A.SUBMIT): S.PENDING,
    (S.DRAFT, A.DISCARD): S.DISCARDED,
    (S.RETURNED, A.SUBMIT): S.PENDING,
    (S.RETURNED, A.WITHDRAW): S.WITHDRAWN,
    (S.PENDING, A.WITHDRAW): S.WITHDRAWN,
    (S.WITHDRAWN, A.REOPEN): S.DRAFT,
    (S.PENDING, A.APPROVE): S.APPROVED,
    (S.PENDING, A.RETURN): S.RETURNED,
    (S.PENDING, A.REJECT): S.REJECTED,
    (S.APPROVED, A.UNDO): S.PENDING,
    (S.REJECTED, A.UNDO): S.PENDING,
    (S.REJECTED, A.UPHOLD): S.PENDING,
    (S.RETURNED, A.UNDO): S.PENDING,
}
EDITABLE = frozenset({S.DRAFT, S.RETURNED})


def next_status(status: ReportStatus, action: ReportAction) -> ReportStatus:
    """Return where the action leads.

    Raises:
        StatusConflict: the action is not possible in this status.
    """
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise StatusConflict(status=status) from None


def actions_in(status: ReportStatus) -> tuple[ReportAction, ...]:
    """Return the actions that the status allows, in the order of `ReportAction`."""
    return tuple(action for action in ReportAction if (status, action) in TRANSITIONS)


class EvidenceKind(StrEnum):
    """How a piece of evidence was sent."""

    PHOTO = "photo"
    """A picture, compressed by the chat."""
    DOCUMENT = "document"
    """A file."""


class EvidenceStatus(StrEnum):
    """How far a piece of evidence has come."""

    WAITING = "waiting"
    """To be fetched, or to be fetched again."""
    STORED = "stored"
    """Checked, re-encoded and kept under its content hash."""
    REFUSED = "refused"
    """Fetched but not acceptable; the reason is kept."""
    FAILED = "failed"
    """Could not be fetched after every try."""


USABLE = frozenset({EvidenceStatus.WAITING, EvidenceStatus.STORED})
"""Evidence that counts: it is there, or on its way."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One photo or document of a report; sizes in bytes and pixels, digests are SHA-256 in hex."""

    id: int
    report_id: int
    kind: EvidenceKind
    status: EvidenceStatus
    file_id: str | None
    file_name: str | None
    mime: str | None
    size_bytes: int | None
    digest: str | None
    thumbnail_digest: str | None
    failure: str | None
    attempts: int


@dataclass(frozen=True, slots=True)
class Report:
    """One activity a member reports; `revision` grows whenever it comes into the queue.

    `escalated_revision` is the one that waited so long that the secretary decides too.
    """

    id: int
    unit_id: int
    member_id: int
    filed_by_id: int
    status: ReportStatus
    category: str | None
    item: str | None
    level: str | None
    quantity: Fraction | None
    happened_on: date | None
    note: str
    is_saved: bool
    revision: int
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    escalated_revision: int | None = None

    @property
    def is_escalated(self) -> bool:
        """Whether it waited so long that the secretary decides too."""
        return self.escalated_revision == self.revision


@dataclass(frozen=True, slots=True)
class Decision:
    """What a recorder decided about one revision of a report; `points` in points, for approvals."""

    id: int
    report_id: int
    revision: int
    action: ReportAction
    is_adjusted: bool
    actor_id: int
    points: Fraction | None
    reason: str
    decided_at: datetime
    undoes_id: int | None


def storable(text: str) -> str:
    """Return what a person wrote, stripped, without what no database keeps: NUL and halves of characters."""
    return text.encode("utf-8", "ignore").decode().replace("\x00", "").strip()


def check_day(
    on: date, *, today: date, memberships: Sequence[Membership], finalised: Sequence[tuple[date, date]]
) -> None:
    """Check that a day may be reported by a member of these memberships.

    `finalised` are the spans (start, exclusive end) that are frozen. The order of refusals is: future, before
    joining, after leaving, finalised.

    Raises:
        DateRefused: with the first reason that holds.
    """
    if on > today:
        raise DateRefused(reason=DateRefusal.FUTURE, on=on)
    if not any(m.covers(on) for m in memberships):
        starts = [m.since_on for m in memberships if m.since_on is not None]
        early = bool(starts) and all(on < start for start in starts)
        raise DateRefused(reason=DateRefusal.BEFORE_JOINING if early else DateRefusal.AFTER_LEAVING, on=on)
    if any(start <= on < until for start, until in finalised):
        raise DateRefused(reason=DateRefusal.FINALISED, on=on)


def next_fetch_at(now: datetime, attempts: int) -> datetime | None:
    """Return when a fetch that failed for a passing reason is tried again; None to give up.

    Five seconds, then four times longer each time, at most an hour.
    """
    if attempts >= FETCH_ATTEMPTS_MAX:
        return None
    return now + timedelta(seconds=min(3600, 5 * 4 ** max(0, attempts - 1)))
