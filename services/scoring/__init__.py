"""The scoring service that bot and panel share, and the only way to a score.

`preview_for` and `previews_for` say what a report would bring, `score_sheet` and `sheet_for` what a member
has, `standings` how a unit stands, `members_from` who of it reaches a mark, `explain` how a total came about.
"""

from services.scoring.previews import item_name, preview_for, previews_for, proposal_of
from services.scoring.sheets import SheetView, sheet_for
from services.scoring.standings import Explained, Standings, explain, members_from, score_sheet, standings

__all__ = [
    "Explained",
    "SheetView",
    "Standings",
    "explain",
    "item_name",
    "members_from",
    "preview_for",
    "previews_for",
    "proposal_of",
    "score_sheet",
    "sheet_for",
    "standings",
]
