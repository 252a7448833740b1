"""Every refusal the product knows, each with a stable code and typed fields and no words for people.

JifenError
├── NotKnown        the thing or person asked for is not there for this actor
│   ├── AccountUnknown · ReportUnknown · EvidenceUnknown · EntryUnknown · MemberUnknown · UnitUnknown
│   ├── ObjectionUnknown · AnnouncementUnknown · MessageUnknown
│   └── InvitationUnknown · InvitationUsed · InvitationExpired · LoginLinkInvalid
├── NotAllowed      the actor may not do this, whatever the state
│   └── OwnReport
├── Conflict        somebody or something was first
│   ├── AlreadyDecided · AlreadyAnswered · AccountTaken · MemberTaken · UndoTooLate · StatusConflict
│   └── AnnouncementConflict
└── Invalid         the facts given break a rule
    ├── ReportIncomplete · DateRefused · AmountRefused · ItemRefused · ReasonMissing · NoteTooLong
    ├── EvidenceRefused · NoDecider · NoAnswerer
    ├── AnnouncementEmpty · AnnouncementTooLong · AudienceEmpty · AudiencePrivate · DueInPast · TimeUnreadable
    ├── WordingRefused
    └── RulebookUnavailable

The doors translate: `templates/messages/errors/` holds the words of each code, in every language.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar


class JifenError(Exception):
    """Something was refused; `code` is stable and `facts()` are what a sentence about it may need."""

    code: ClassVar[str] = "refused"

    def facts(self) -> dict[str, object]:
        """Return the typed fields, for the template of this code."""
        return dict(vars(self))

    def __str__(self) -> str:
        return f"{self.code} {self.facts()}" if self.facts() else self.code


class NotKnown(JifenError):
    """The thing asked for is not there for this actor; never says whether it exists for others."""

    code = "unknown"


class NotAllowed(JifenError):
    """The actor's roles do not reach this."""

    code = "access.denied"


class Conflict(JifenError):
    """Somebody or something was first."""

    code = "conflict"


class Invalid(JifenError):
    """The facts given break a rule; nothing was changed."""

    code = "invalid"


class AccountUnknown(NotKnown):
    """This chat account is bound to no member."""

    code = "account.unknown"


class InvitationUnknown(NotKnown):
    """No invitation has this code."""

    code = "invitation.unknown"


class InvitationUsed(NotKnown):
    """The invitation was used or replaced by a newer one."""

    code = "invitation.used"


class InvitationExpired(NotKnown):
    """The invitation's time is over."""

    code = "invitation.expired"


class LoginLinkInvalid(NotKnown):
    """The panel link is unknown, used or expired; which of these is not told."""

    code = "login.invalid"


class ReportUnknown(NotKnown):
    """No such report for this actor."""

    code = "report.unknown"


class EvidenceUnknown(NotKnown):
    """No such photo or document for this actor."""

    code = "evidence.unknown"


class EntryUnknown(NotKnown):
    """No such ledger line for this actor."""

    code = "entry.unknown"


class MemberUnknown(NotKnown):
    """No such member for this actor."""

    code = "member.unknown"


class UnitUnknown(NotKnown):
    """No such unit for this actor."""

    code = "unit.unknown"


class ObjectionUnknown(NotKnown):
    """No such objection for this actor."""

    code = "objection.unknown"


class AnnouncementUnknown(NotKnown):
    """No such announcement for this actor."""

    code = "announcement.unknown"


class MessageUnknown(NotKnown):
    """No such undelivered message for this actor."""

    code = "message.unknown"


class OwnReport(NotAllowed):
    """Nobody decides a report of their own or one they filed."""

    code = "review.own"


@dataclass(eq=False)
class AlreadyDecided(Conflict):
    """Another recorder, or the same one's first tap, decided before."""

    status: str
    by_name: str
    decided_at: datetime | None
    code: ClassVar[str] = "review.decided"


@dataclass(eq=False)
class AlreadyAnswered(Conflict):
    """Somebody answered the objection before, or took back the decision it was about."""

    by_name: str
    code: ClassVar[str] = "objection.answered"


@dataclass(eq=False)
class StatusConflict(Conflict):
    """The report is no longer in a status that allows the action."""

    status: str
    code: ClassVar[str] = "report.status"


@dataclass(eq=False)
class UndoTooLate(Conflict):
    """The minutes in which a decision can be taken back are over."""

    minutes: int
    code: ClassVar[str] = "review.undo_late"


@dataclass(eq=False)
class AnnouncementConflict(Conflict):
    """The announcement is no longer in a status that allows the action."""

    status: str
    code: ClassVar[str] = "announcement.status"


class AccountTaken(Conflict):
    """This chat account already belongs to another member."""

    code = "account.taken"


class MemberTaken(Conflict):
    """This member is bound to another chat account; a recorder re-binds."""

    code = "member.taken"


@dataclass(eq=False)
class ReportIncomplete(Invalid):
    """A step of the report is still open; `missing` names it as the dialog does."""

    missing: str
    code: ClassVar[str] = "report.incomplete"


class DateRefusal(StrEnum):
    """Why a day cannot be reported."""

    FUTURE = "future"
    """It has not come yet in the unit's time zone."""
    FINALISED = "finalised"
    """Its period is final and frozen."""
    BEFORE_JOINING = "before_joining"
    """The member did not belong to the unit yet."""
    AFTER_LEAVING = "after_leaving"
    """The member no longer belonged to the unit."""


@dataclass(eq=False)
class DateRefused(Invalid):
    """The day cannot be reported."""

    reason: DateRefusal
    on: date
    code: ClassVar[str] = "report.date"


@dataclass(eq=False)
class ItemRefused(Invalid):
    """The item is not offered: retired, or not for members to report; nameless where the rulebook lost it."""

    item: str
    code: ClassVar[str] = "report.item"


@dataclass(eq=False)
class AmountRefused(Invalid):
    """A level, quantity or number of points lies outside what the item allows."""

    what: str
    low: Fraction | None = None
    high: Fraction | None = None
    step: Fraction | None = None
    code: ClassVar[str] = "report.amount"


class ReasonMissing(Invalid):
    """Returning and rejecting need a reason."""

    code = "review.reason_missing"


@dataclass(eq=False)
class NoteTooLong(Invalid):
    """The note is longer than allowed."""

    length_max: int
    code: ClassVar[str] = "report.note_long"


class EvidenceRefusal(StrEnum):
    """Why a photo or document is not taken."""

    TOO_MANY = "too_many"
    """A report holds at most ten."""
    TOO_LARGE = "too_large"
    """The file is larger than can be fetched."""
    TOO_MANY_PIXELS = "too_many_pixels"
    """The picture would unpack to too much memory."""
    BROKEN = "broken"
    """The picture cannot be decoded."""
    KIND = "kind"
    """This kind of file or message is not evidence."""


@dataclass(eq=False)
class EvidenceRefused(Invalid):
    """A photo or document cannot be taken as evidence."""

    reason: EvidenceRefusal
    limit: int | None = None
    code: ClassVar[str] = "report.evidence"


class AnnouncementEmpty(Invalid):
    """There is nothing to say yet."""

    code = "announcement.empty"


@dataclass(eq=False)
class AnnouncementTooLong(Invalid):
    """The words do not fit into one message; both numbers count as Telegram counts."""

    length: int
    length_max: int
    code: ClassVar[str] = "announcement.long"


class AudienceEmpty(Invalid):
    """Nobody would get it."""

    code = "announcement.nobody"


class AudiencePrivate(Invalid):
    """A group must not see whom a private filter picked."""

    code = "announcement.private"


class DueInPast(Invalid):
    """The time to send at is over."""

    code = "announcement.past"


class TimeUnreadable(Invalid):
    """No day and time can be read from what was typed."""

    code = "announcement.time"


class WordingProblem(StrEnum):
    """What is wrong with a unit's own words."""

    PLACEHOLDER = "placeholder"
    """A name in braces that this text does not have."""
    BRACES = "braces"
    """A brace that is not closed, or closed twice."""
    TOO_LONG = "too_long"
    """More than fits."""
    LINES = "lines"
    """More lines than fit."""


@dataclass(eq=False)
class WordingRefused(Invalid):
    """A unit's own words cannot be saved; `part` is what is wrong, `allowed` the names there are."""

    problem: WordingProblem
    part: str = ""
    allowed: tuple[str, ...] = ()
    limit: int | None = None
    code: ClassVar[str] = "wording.refused"


class NoDecider(Invalid):
    """Nobody but the reporter could decide this report."""

    code = "report.no_decider"


class NoAnswerer(Invalid):
    """Nobody but those concerned could answer an objection."""

    code = "objection.no_answerer"


@dataclass(eq=False)
class RulebookUnavailable(Invalid):
    """The unit's rulebook is missing or broken and no good version was ever loaded."""

    rulebook: str
    code: ClassVar[str] = "rulebook.unavailable"
