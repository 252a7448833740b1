"""Refusals about deciding, taking back and objecting."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domain.errors.families import Conflict, Invalid, NotAllowed, NotKnown


class ObjectionUnknown(NotKnown):
    """No such objection for this actor."""

    code = "objection.unknown"


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
class UndoTooLate(Conflict):
    """The minutes in which a decision can be taken back are over."""

    minutes: int
    code: ClassVar[str] = "review.undo_late"


class ReasonMissing(Invalid):
    """Returning and rejecting need a reason."""

    code = "review.reason_missing"


class NoAnswerer(Invalid):
    """Nobody but those concerned could answer an objection."""

    code = "objection.no_answerer"
