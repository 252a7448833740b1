"""What waits to be told: kinds, urgency, and when a failed try is repeated."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

ATTEMPTS_MAX = 12
IN_DOUBT_MAX = 40
"""Messages of announcements that may have arrived and are not written down: a crash sends these again."""
LEASE_SECONDS = 60
RETRY_SECONDS_MAX = 600
SPREAD_MIN = 0.5
"""Tries that failed together come back spread over at least half of their wait."""
BLOCKED_FAILURE = "blocked"
"""How a failure begins when the person had blocked the bot; it is sent when they let it in again."""
UNBOUND_FAILURE = "unbound"
"""How a failure begins when the person has no chat account."""


class OutboxKind(StrEnum):
    """What a message is about; the sender has one renderer for each."""

    CARD_PHOTOS = "card_photos"
    """The photos of a report, above the recorder's card."""
    CARD = "card"
    """The recorder's card of a report, sent or brought up to date."""
    DECIDED = "decided"
    """To the member: a decision about a report, or its being taken back."""
    OBJECTION_PHOTOS = "objection_photos"
    """The photos of the report objected about, above the answerer's card."""
    OBJECTION = "objection"
    """The answerer's card of an objection, sent or brought up to date."""
    OBJECTION_ANSWERED = "objection_answered"
    """To the member: what became of the objection."""
    EVIDENCE_PROBLEM = "evidence_problem"
    """To the member: a photo could not be taken, and what to do."""
    REMINDER = "reminder"
    """To a member: nothing was reported in a month (月末提醒)."""
    REMINDER_LIST = "reminder_list"
    """To a recorder: who neither reported nor answered."""
    OVERDUE = "overdue"
    """To a decider: reports that have waited too long."""
    ESCALATED = "escalated"
    """To the secretary: reports that nobody decided, now theirs to decide too."""
    DRAFTS_LEFT = "drafts_left"
    """To whoever began them: drafts that were left lying."""
    STAND_IN = "stand_in"
    """To a member: somebody asks them to decide reports for some days."""
    OBJECTION_DUE = "objection_due"
    """To an answerer: an objection whose time is nearly over."""
    ORDER_EXPIRING = "order_expiring"
    """To a member: an order that lapses unless it is collected soon."""
    RANK_NOTICE = "rank_notice"
    """To a member: how they stood when a period was frozen (告知)."""
    STANDINGS_POST = "standings_post"
    """To a group: the head of a frozen list, where the rulebook allows it (公告)."""
    DATED_LIST = "dated_list"
    """To the secretary: a list that the rulebook has read out today."""
    SHOP_OPENED = "shop_opened"
    """To every member: the shop opened, and until when."""
    SHOP_CLOSED = "shop_closed"
    """To the shopkeepers: the shop closed, and what is still owed."""
    SHOP_ORDERED = "shop_ordered"
    """To the member: the order with its pick-up code."""
    SHOP_READY = "shop_ready"
    """To the member: the goods lie ready."""
    SHOP_HANDED = "shop_handed"
    """To the member: so many were handed over."""
    SHOP_ENDED = "shop_ended"
    """To the member: an order was called off or brought back, and what went back."""
    SHOP_EXPIRED = "shop_expired"
    """To the member: an order was not collected in time, and what went back."""
    SHOP_BACK = "shop_back"
    """To the member: what they wait for is there again."""
    SHOP_LOW = "shop_low"
    """To the shopkeepers: little is left of a product."""
    SHOP_LAPSING = "shop_lapsing"
    """To the member: points lapse soon unless they are spent."""
    SHOP_LAPSED = "shop_lapsed"
    """To the member: points that were not spent in time lapsed."""
    ANNOUNCEMENT = "announcement"
    """An announcement, to one member of its audience or to a group."""
    ANNOUNCEMENT_REPORT = "announcement_report"
    """To the author: what became of an announcement."""


MAY_WAIT = frozenset(
    {
        OutboxKind.REMINDER,
        OutboxKind.REMINDER_LIST,
        OutboxKind.OVERDUE,
        OutboxKind.ESCALATED,
        OutboxKind.DRAFTS_LEFT,
        OutboxKind.STAND_IN,
        OutboxKind.OBJECTION_DUE,
        OutboxKind.ORDER_EXPIRING,
        OutboxKind.RANK_NOTICE,
        OutboxKind.STANDINGS_POST,
        OutboxKind.DATED_LIST,
        OutboxKind.SHOP_OPENED,
        OutboxKind.SHOP_CLOSED,
        OutboxKind.SHOP_EXPIRED,
        OutboxKind.SHOP_BACK,
        OutboxKind.SHOP_LOW,
        OutboxKind.SHOP_LAPSING,
        OutboxKind.SHOP_LAPSED,
        OutboxKind.ANNOUNCEMENT,
    }
)
"""What wakes nobody: in quiet hours it waits for their end. Answers, cards and decisions go out at once."""


class Priority(IntEnum):
    """Lower goes first."""

    ANSWER = 0
    """Somebody waits for it now."""
    CARD = 5
    """A recorder's work."""
    BROADCAST = 9
    """To many, can wait."""


class OutboxStatus(StrEnum):
    """How far a message has come."""

    QUEUED = "queued"
    """Waits, or will be tried again."""
    SENDING = "sending"
    """Taken by a sender until the lease is over."""
    SENT = "sent"
    """Delivered, or found to be needless."""
    HELD = "held"
    """Its announcement is paused."""
    CANCELLED = "cancelled"
    """Its announcement was stopped before this one went out."""
    DEAD = "dead"
    """Given up; `failure` says why."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message that waits, for a member or for a group's chat.

    `facts` are ids from which the words are made when it is sent.
    """

    id: int
    kind: OutboxKind
    member_id: int | None
    facts: dict[str, int | str]
    attempts: int
    chat_id: int | None = None
    announcement_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewMessage:
    """One message about to be put in; the same dedupe key a second time changes nothing.

    It is for a member, or else for the group with this `chat_id`. `due_at` is when it may go out at the
    earliest; None: at once.
    """

    kind: OutboxKind
    dedupe_key: str
    member_id: int | None
    facts: Mapping[str, int | str]
    priority: Priority
    chat_id: int | None = None
    announcement_id: int | None = None
    due_at: datetime | None = None


def next_try_at(now: datetime, attempts: int, *, chance: float = 1.0) -> datetime | None:
    """Return when a message that failed for a passing reason is tried again; None to give up.

    Doubling from two seconds, at most ten minutes between tries; `chance` (0 to 1) spreads the tries over the
    later half of that wait, so that a storm does not come back as one.
    """
    if attempts >= ATTEMPTS_MAX:
        return None
    wait_seconds = min(RETRY_SECONDS_MAX, 2**attempts)
    return now + timedelta(seconds=wait_seconds * (SPREAD_MIN + (1 - SPREAD_MIN) * chance))
