"""Turns events into the entries of members and units: priced, split or spread, within quotas."""

from domain.scoring.posting.entering import allocate, post
from domain.scoring.posting.results import EventProblem, Posted, QuotaFull, Refused

__all__ = ["EventProblem", "Posted", "QuotaFull", "Refused", "allocate", "post"]
