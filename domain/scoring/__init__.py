"""The scoring engine: entries and a rulebook in, prices, previews and explained score sheets out."""

from domain.scoring.counting import Cut
from domain.scoring.previews import Preview, Remaining, preview
from domain.scoring.pricing import Price, ProposalRefused, RefusalCode, price
from domain.scoring.records import Proposal, Recorded
from domain.scoring.sheets import Line, Part, ScoreSheet, score_sheet

__all__ = [
    "Cut",
    "Line",
    "Part",
    "Preview",
    "Price",
    "Proposal",
    "ProposalRefused",
    "Recorded",
    "RefusalCode",
    "Remaining",
    "ScoreSheet",
    "preview",
    "price",
    "score_sheet",
]
