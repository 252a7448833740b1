"""Whatever is reported and decided in whatever order, the sheet is what a plain dictionary says."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.errors import JifenError
from domain.reports import TRANSITIONS, EvidenceKind, ReportAction, ReportStatus
from services.actors import Actor
from services.clock import FixedClock
from services.deps import Deps
from services.ledger import my_points, verify
from services.reports import (
    Change,
    attach_evidence,
    discard,
    edit_report,
    reopen,
    start_report,
    submit_report,
    withdraw,
)
from services.reviews import approve_report, reject_report, return_report, undo_decision
from storage.database import Store
from storage.files import EvidenceFiles
from tests.builders import TODAY, a_branch
from tests.conftest import NOON, SECRET, a_shelf

DAY_CAP, MONTH_CAP = 6, 10
EXAMPLES = int(os.environ.get("JIFEN_MACHINE_EXAMPLES", "10"))
"""For longer runs: JIFEN_MACHINE_EXAMPLES=100."""


@dataclass
class Believed:
    """A report as the dictionary knows it."""

    status: ReportStatus
    days_ago: int
    hours: int
    decided_at_minute: int = 0


class LedgerMachine(RuleBasedStateMachine):
    """Drives the use cases at random beside a dictionary of what must have come of it."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "jifen.db"
        path.write_bytes(self.template.read_bytes())
        self.clock = FixedClock(NOON)
        self.deps = Deps(
            store=Store(f"sqlite:///{path}", durability="NORMAL"),
            clock=self.clock,
            shelf=a_shelf(),
            files=EvidenceFiles(Path(self.folder.name)),
            secret=SECRET,
            panel_url="http://panel.test",
        )
        self.branch = a_branch(self.deps, recorders=1, members=1)
        self.reports: dict[int, Believed] = {}
        self.minute = 0

    def teardown(self) -> None:
        self.deps.close()
        self.folder.cleanup()

    @rule(days_ago=st.integers(0, 2), hours=st.integers(1, 4))
    def start(self, days_ago: int, hours: int) -> None:
        actor = self.branch.member.actor
        report = start_report(self.deps, actor=actor, cause_key=f"tap:{len(self.reports)}").report
        change = Change(item="hours", quantity=Fraction(hours), happened_on=TODAY - timedelta(days=days_ago))
        edit_report(self.deps, actor=actor, report_id=report.id, change=change)
        self._give_evidence(report.id)
        self.reports[report.id] = Believed(ReportStatus.DRAFT, days_ago, hours)

    def _give_evidence(self, report_id: int) -> None:
        attach_evidence(
            self.deps,
            actor=self.branch.member.actor,
            report_id=report_id,
            source_key="m",
            kind=EvidenceKind.PHOTO,
            file_id=f"f{report_id}",
        )

    @rule(minutes=st.integers(1, 10))
    def wait(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))
        self.minute += minutes

    @precondition(lambda self: bool(self.reports))
    @rule(data=st.data(), action=st.sampled_from(ReportAction))
    def act(self, data: st.DataObject, action: ReportAction) -> None:
        report_id = data.draw(st.sampled_from(sorted(self.reports)))
        believed = self.reports[report_id]
        expected = TRANSITIONS.get((believed.status, action))
        if action is ReportAction.UNDO and self.minute - believed.decided_at_minute > 15:
            expected = None
        try:
            self._do(action, report_id)
        except JifenError:
            assert expected is None
            return
        if expected is None:  # repeating a step of one's own is harmless
            assert (believed.status, action) in HARMLESS
            return
        believed.status = expected
        if action in {ReportAction.APPROVE, ReportAction.RETURN, ReportAction.REJECT}:
            believed.decided_at_minute = self.minute

    def _do(self, action: ReportAction, report_id: int) -> None:
        member, recorder = self.branch.member.actor, self.branch.recorder.actor
        own: dict[ReportAction, Callable[..., object]] = {
            ReportAction.SUBMIT: submit_report,
            ReportAction.DISCARD: discard,
            ReportAction.WITHDRAW: withdraw,
            ReportAction.REOPEN: reopen,
        }
        if action in own:
            own[action](self.deps, actor=member, report_id=report_id)
        else:
            self._decide(action, recorder, report_id)

    def _decide(self, action: ReportAction, recorder: Actor, report_id: int) -> None:
        match action:
            case ReportAction.APPROVE:
                approve_report(self.deps, actor=recorder, report_id=report_id)
            case ReportAction.RETURN:
                return_report(self.deps, actor=recorder, report_id=report_id, reason="x")
            case ReportAction.REJECT:
                reject_report(self.deps, actor=recorder, report_id=report_id, reason="x")
            case _:
                undo_decision(self.deps, actor=recorder, report_id=report_id)

    @invariant()
    def the_sheet_is_what_the_dictionary_says(self) -> None:
        days = [0, 0, 0]
        for report in self.reports.values():
            if report.status is ReportStatus.APPROVED:
                days[report.days_ago] += 2 * report.hours
        total = min(MONTH_CAP, sum(min(DAY_CAP, points) for points in days))
        points = my_points(self.deps, actor=self.branch.member.actor)
        assert points.view.sheet.total == total
        assert verify(self.deps)[1] == ()


HARMLESS = {
    (ReportStatus.DISCARDED, ReportAction.DISCARD),
    (ReportStatus.WITHDRAWN, ReportAction.WITHDRAW),
    (ReportStatus.DRAFT, ReportAction.REOPEN),
    (ReportStatus.RETURNED, ReportAction.REOPEN),
}


def test_the_ledger_agrees_with_a_dictionary(sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LedgerMachine, "template", sqlite_template, raising=False)
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(max_examples=EXAMPLES, stateful_step_count=25, deadline=None, database=None),
    )
