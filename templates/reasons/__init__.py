"""The words of reasons: one source for terminal, chat and panel, in each language."""

from templates.reasons.absences import absence_words
from templates.reasons.lines import ToldLine, line_words, told_line
from templates.reasons.names import Names, reason_words
from templates.reasons.sheets import ToldPart, ToldSheet, account_words, heading, sheet_lines, told_sheet
from templates.reasons.speech import CHINESE, Speech
from templates.reasons.tables import scores_table
from templates.reasons.telling import Telling, ToldReason

__all__ = [
    "CHINESE",
    "Names",
    "Speech",
    "Telling",
    "ToldLine",
    "ToldPart",
    "ToldReason",
    "ToldSheet",
    "absence_words",
    "account_words",
    "heading",
    "line_words",
    "reason_words",
    "scores_table",
    "sheet_lines",
    "told_line",
    "told_sheet",
]
