"""Deciding: the recorders' queue, and the decision that becomes a ledger line."""

from services.reviews.checks import ADJUSTED_POINTS_MAX, DECIDED
from services.reviews.deciding import approve_report, reject_report, return_report
from services.reviews.desk import Queue, ReviewDesk, ReviewWarning, list_queue, open_review
from services.reviews.undoing import undo_decision

__all__ = [
    "ADJUSTED_POINTS_MAX",
    "DECIDED",
    "Queue",
    "ReviewDesk",
    "ReviewWarning",
    "approve_report",
    "list_queue",
    "open_review",
    "reject_report",
    "return_report",
    "undo_decision",
]
