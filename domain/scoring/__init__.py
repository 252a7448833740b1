"""The scoring engine: entries and a rulebook in, prices, previews and explained score sheets out."""

from domain.scoring.accounts import Contribution
from domain.scoring.counting import Cut
from domain.scoring.drafts import Due
from domain.scoring.evaluation import Evaluation, Ledger
from domain.scoring.inputs import Ballot, Event, Stay, World
from domain.scoring.posting import EventProblem, Refused
from domain.scoring.previews import Preview, Remaining, preview, preview_on
from domain.scoring.pricing import Price, ProposalRefused, RefusalCode, price
from domain.scoring.records import Proposal, Recorded
from domain.scoring.scores import PeriodScores, ScoreProblem, SubjectScore
from domain.scoring.sheets import Line, Part, ScoreSheet, score_sheet

__all__ = [
    "Ballot",
    "Contribution",
    "Cut",
    "Due",
    "Evaluation",
    "Event",
    "EventProblem",
    "Ledger",
    "Line",
    "Part",
    "PeriodScores",
    "Preview",
    "Price",
    "Proposal",
    "ProposalRefused",
    "Recorded",
    "RefusalCode",
    "Refused",
    "Remaining",
    "ScoreProblem",
    "ScoreSheet",
    "Stay",
    "SubjectScore",
    "World",
    "preview",
    "preview_on",
    "price",
    "score_sheet",
]
