"""Whatever is approved and taken back in whatever order, the sums are what counting from scratch says."""

import os
import tempfile
from datetime import date
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

from domain.periods import parse_period
from domain.reports import ReportStatus
from domain.scoring import Evaluation, Event, Stay, World
from services.clock import FixedClock
from services.deps import Deps
from services.ledger import my_points, verify
from services.reviews import undo_decision
from storage.database import Store
from storage.files import EvidenceFiles
from tests.builders import a_branch, a_report
from tests.conftest import NOON, SECRET, PreparedPostgresql, a_shelf

DAYS = tuple(date(2026, month, day) for month in (1, 2, 3) for day in (1, 9))
ITEMS = ("cross", "plain", "shared", "loss", "best", "daily")
COUNTED = {"cross", "shared", "best", "daily"}


EXAMPLES = int(os.environ.get("JIFEN_MACHINE_EXAMPLES", "5"))
"""For longer runs: JIFEN_MACHINE_EXAMPLES=100."""


class TallyMachine(RuleBasedStateMachine):
    """Approves and takes back at random under a rulebook whose caps cross each other."""

    template: Path | None = None
    prepared: PreparedPostgresql | None = None

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.deps = Deps(
            store=Store(self._database(), durability="NORMAL"),
            clock=FixedClock(NOON),
            shelf=a_shelf(),
            files=EvidenceFiles(Path(self.folder.name)),
            secret=SECRET,
            panel_url="http://panel.test",
        )
        self.branch = a_branch(self.deps, rulebook="fengding", recorders=1, members=1)
        self.live: dict[int, Event] = {}
        self.number = 0

    def _database(self) -> str:
        if self.prepared is not None:
            return self.prepared.emptied()
        assert self.template is not None, "one of them is given"
        path = Path(self.folder.name) / "jifen.db"
        path.write_bytes(self.template.read_bytes())
        return f"sqlite:///{path}"

    def teardown(self) -> None:
        self.deps.close()
        self.folder.cleanup()

    @rule(item=st.sampled_from(ITEMS), on=st.sampled_from(DAYS), times=st.integers(1, 9))
    def approve(self, item: str, on: date, times: int) -> None:
        quantity = Fraction(times) if item in COUNTED else None
        report = a_report(
            self.deps,
            self.branch.member,
            status=ReportStatus.APPROVED,
            by=self.branch.recorder,
            item=item,
            on=on,
            quantity=quantity,
            photos=0,
        )
        self.number += 1
        self.live[report.id] = Event(self.number, on, item, ("m",), quantity=quantity)

    @precondition(lambda self: bool(self.live))
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        report_id = data.draw(st.sampled_from(sorted(self.live)))
        undo_decision(self.deps, actor=self.branch.recorder.actor, report_id=report_id)
        del self.live[report_id]

    @invariant()
    def the_sums_are_what_the_engine_says_of_the_events(self) -> None:
        assert verify(self.deps)[1] == ()
        with self.deps.store.read() as uow:
            book = self.deps.shelf.in_force(uow, "fengding", DAYS[0]).rulebook
        world = World(stays=(Stay("m", "u"),), events=tuple(self.live.values()))
        evaluation = Evaluation(book, world)
        for label in ("2026", "2026-Q1", "2026-01", "2026-02", "2026-03"):
            expected = evaluation.of(parse_period(label)).of("m")
            sheet = my_points(
                self.deps, actor=self.branch.member.actor, period=parse_period(label)
            ).view.sheet
            assert expected is not None
            assert (sheet.total, sheet.components) == (expected.total, expected.components)
        ledger = my_points(self.deps, actor=self.branch.member.actor, period=parse_period("2026"))
        assert ledger.total >= len(self.live)


def _run(steps: int) -> None:
    run_state_machine_as_test(
        TallyMachine,
        settings=settings(max_examples=EXAMPLES, stateful_step_count=steps, deadline=None, database=None),
    )


def test_sums_equal_counting_from_scratch_on_sqlite(
    sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TallyMachine, "template", sqlite_template)
    _run(16)


def test_sums_equal_counting_from_scratch_on_postgresql(
    prepared_postgresql: PreparedPostgresql, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TallyMachine, "prepared", prepared_postgresql)
    _run(10)
