"""Every table, one file per noun: what the migrations must lead to.

Amounts (`amount`, `quantity`, `points`, …) are integers of 1/10 000.
"""

from storage.tables.announcements import announcements, confirmations, group_chats, progress_messages
from storage.tables.columns import metadata
from storage.tables.ledger import entries, events, ledger_heads
from storage.tables.members import accounts, invitations, members, memberships, roles, units
from storage.tables.messages import cards, dialogs, inbox, outbox, uploads
from storage.tables.operating import audit, leases, login_links, sessions
from storage.tables.reports import decisions, evidence, objections, reports, submissions
from storage.tables.rulebooks import finalised_periods, rulebook_versions
from storage.tables.wording import wordings

__all__ = [
    "accounts",
    "announcements",
    "audit",
    "cards",
    "confirmations",
    "decisions",
    "dialogs",
    "entries",
    "events",
    "evidence",
    "finalised_periods",
    "group_chats",
    "inbox",
    "invitations",
    "leases",
    "ledger_heads",
    "login_links",
    "members",
    "memberships",
    "metadata",
    "objections",
    "outbox",
    "progress_messages",
    "reports",
    "roles",
    "rulebook_versions",
    "sessions",
    "submissions",
    "units",
    "uploads",
    "wordings",
]
