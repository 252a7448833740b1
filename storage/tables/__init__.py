"""Every table, one file per noun: what the migrations must lead to.

Amounts (`amount`, `quantity`, `points`, …) are integers of 1/10 000.
"""

from storage.tables.announcements import announcements, confirmations, group_chats, progress_messages
from storage.tables.columns import metadata
from storage.tables.dated_lists import dated_lists
from storage.tables.due import due_claims, due_marks
from storage.tables.ledger import entries, events, ledger_heads
from storage.tables.members import accounts, households, invitations, members, memberships, roles, units
from storage.tables.messages import cards, dialogs, inbox, outbox, uploads
from storage.tables.operating import audit, leases, login_links, sessions
from storage.tables.reminders import calendar_days, nothing_to_report, reminder_days, stand_ins, unit_settings
from storage.tables.reports import decisions, evidence, objections, reports, submissions
from storage.tables.rulebooks import finalised_periods, rulebook_versions
from storage.tables.shop import (
    shop_accounts,
    shop_orders,
    shop_products,
    shop_purse_lines,
    shop_stock_lines,
    shop_waits,
    shop_windows,
    shop_wrong_codes,
)
from storage.tables.standings import notice_choices, standings
from storage.tables.sums import balances, fills, sums
from storage.tables.wording import wordings

__all__ = [
    "accounts",
    "announcements",
    "audit",
    "balances",
    "calendar_days",
    "cards",
    "confirmations",
    "dated_lists",
    "decisions",
    "dialogs",
    "due_claims",
    "due_marks",
    "entries",
    "events",
    "evidence",
    "fills",
    "finalised_periods",
    "group_chats",
    "households",
    "inbox",
    "invitations",
    "leases",
    "ledger_heads",
    "login_links",
    "members",
    "memberships",
    "metadata",
    "nothing_to_report",
    "notice_choices",
    "objections",
    "outbox",
    "progress_messages",
    "reminder_days",
    "reports",
    "roles",
    "rulebook_versions",
    "sessions",
    "shop_accounts",
    "shop_orders",
    "shop_products",
    "shop_purse_lines",
    "shop_stock_lines",
    "shop_waits",
    "shop_windows",
    "shop_wrong_codes",
    "stand_ins",
    "standings",
    "submissions",
    "sums",
    "unit_settings",
    "units",
    "uploads",
    "wordings",
]
