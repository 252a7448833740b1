"""Deciding: what every decision leaves behind, and who may not decide."""

from domain.reports import ReportStatus
from services.deps import Deps
from services.ledger import verify
from tests.builders import a_branch, a_report


def test_approving_writes_one_entry_and_keeps_the_chain(deps: Deps) -> None:
    branch = a_branch(deps)
    report = a_report(deps, branch.member, status=ReportStatus.APPROVED, by=branch.recorder)
    assert report.status is ReportStatus.APPROVED
    assert verify(deps) == (1, ())
