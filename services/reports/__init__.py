"""Reporting: from the first tap to the recorders' queue, and back when it is returned or withdrawn."""

from services.reports.attaching import DOWNLOAD_BYTES_MAX, attach_evidence, drop_evidence
from services.reports.desk import (
    LISTED,
    PAGE_LENGTH,
    RECENT_ITEMS_MAX,
    ReportDesk,
    ReportPage,
    my_reports,
    open_report,
    report_with_source,
)
from services.reports.editing import Change, check_quantity, edit_report, put_aside, start_report
from services.reports.sending import discard, reopen, submit_report, submitted_facts, withdraw

__all__ = [
    "DOWNLOAD_BYTES_MAX",
    "LISTED",
    "PAGE_LENGTH",
    "RECENT_ITEMS_MAX",
    "Change",
    "ReportDesk",
    "ReportPage",
    "attach_evidence",
    "check_quantity",
    "discard",
    "drop_evidence",
    "edit_report",
    "my_reports",
    "open_report",
    "put_aside",
    "reopen",
    "report_with_source",
    "start_report",
    "submit_report",
    "submitted_facts",
    "withdraw",
]
