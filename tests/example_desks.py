"""A unit that scores by one of the example rulebooks, beside what the same tables come to from scratch."""

import csv
import hashlib
import io
import re
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path

from domain.members import Role
from domain.reports import Report, ReportStatus
from domain.rulebooks import Rulebook, parse_rulebook
from domain.scoring import PeriodScores, SubjectScore
from domain.scoring.evaluation import Evaluation
from domain.scoring.inputs import World
from domain.scoring.tables import read_events, read_roster
from services.deps import Deps
from services.ledger import verify
from services.members import join
from services.reviews import undo_decision
from services.roster_files import parse_roster
from services.rosters import Imported, import_roster
from services.scoring import standings
from storage import members as stored_members
from storage import rulebooks as stored_rulebooks
from tests.builders import Person, a_member, a_report, a_unit, an_administrator

EXAMPLES = Path(__file__).parents[1] / "rulebooks" / "examples"
FEBRUARY_16 = date(2026, 2, 16)
KNOWN_UNTIL = date(2026, 4, 1)
"""The desk leaves out months that are still to come."""
PEOPLE = """\
member,name,unit,since,until,class,household
m1,王一,hezhuang,2025-01-01,,正式,张大户
m2,王二,hezhuang,2025-01-01,,新会员,张大户
m3,王三,hezhuang,2025-01-01,,正式,李二户
m4,王四,hezhuang,2025-01-01,,,
"""
MOVED = PEOPLE.replace(
    "m1,王一,hezhuang,2025-01-01,,正式,张大户\n",
    "m1,王一,hezhuang,2025-01-01,2026-02-16,正式,张大户\nm1,王一,hezhuang,2026-02-16,,正式,李二户\n",
)


@dataclass
class Desk:
    """A unit that scores by one of the examples, with what was entered there as rows of `jifen score`."""

    deps: Deps
    book: Rulebook
    unit_id: int
    recorder: Person
    administrator: Person
    people: dict[str, Person] = field(default_factory=dict)
    events: list[dict[str, str]] = field(default_factory=list)

    def enter(
        self, member: str, item: str, on: str, *, level: str | None = None, quantity: str | None = None
    ) -> Report:
        """Let a member report something and the recorder approve it."""
        report = a_report(
            self.deps,
            self.people[member],
            status=ReportStatus.APPROVED,
            by=self.recorder,
            item=item,
            on=date.fromisoformat(on),
            level=level,
            quantity=None if quantity is None else Fraction(quantity),
        )
        row = {"date": on, "item": item, "member": member, "level": level or "", "quantity": quantity or ""}
        self.events.append(row | {"key": str(report.id)})
        return report

    def undo(self, report: Report) -> None:
        """Take a decision back."""
        undo_decision(self.deps, actor=self.recorder.actor, report_id=report.id)
        self.events.remove(next(row for row in self.events if row["key"] == str(report.id)))

    def scores(self, label: str) -> list[dict[str, object]]:
        """Return the desk's standings of a period."""
        shown = standings(self.deps, actor=self.administrator.actor, unit_id=self.unit_id, period=label)
        return [_facts(one) for one in shown.subjects]

    def by_tables(self, roster: str, label: str) -> PeriodScores:
        """Return what `jifen score` makes of the same tables, from scratch."""
        rows = list(enumerate(csv.DictReader(io.StringIO(roster)), start=2))
        read, problems = read_roster(rows)
        events, more = read_events(list(enumerate(self.events, start=2)))
        assert (problems, more) == ([], [])
        stays = tuple(
            stay._replace(until_on=min(stay.until_on or date.max, KNOWN_UNTIL)) for stay in read.stays
        )
        evaluation = Evaluation(self.book, World(stays, tuple(events), (), read.parents))
        assert evaluation.refused == ()
        return evaluation.of(self.book.period(label))

    def agrees(self, roster: str, *labels: str) -> None:
        """Check that desk and tables say the same of these periods, and that the sums are in order."""
        for label in labels:
            expected = [_facts(one) for one in self.by_tables(roster, label).subjects]
            assert self.scores(label) == expected, label
        assert verify(self.deps)[1] == ()

    def rows(self, member: str) -> list[tuple[object, ...]]:
        with self.deps.store.read() as uow:
            found = stored_members.memberships_of(uow, self.people[member].member_id)
        return [(m.since_on, m.until_on, m.class_, m.household) for m in found]


def _facts(one: SubjectScore) -> dict[str, object]:
    names = ("subject", "kind", "name", "total", "rank", "grade", "is_eligible", "flags")
    facts: dict[str, object] = {name: getattr(one, name) for name in names}
    facts["components"] = {code: points for code, points in one.components.items() if points}
    facts["consequences"] = [due.code for due in one.consequences]
    return facts


def _open_to_members(text: str) -> str:
    """Return a rulebook of which members may report every item, so that use cases can enter them all."""
    text = text.replace("reported_by: committee", "reported_by: members")
    lines = text.splitlines(keepends=True)
    return "".join(
        re.sub(r"points: (?=-|0, effect|2, effect)", "reported_by: members, points: ", line)
        if "per: quarter" not in line
        else line
        for line in lines
    )


def a_desk(deps: Deps, example: str, roster: str = PEOPLE, *, more: str = "", lists: str = "") -> Desk:
    """Load one of the examples and import its roster; everybody has joined.

    `more` sections and `lists` among its consequences are put into the rulebook.
    """
    text = _open_to_members((EXAMPLES / f"{example}.yaml").read_text(encoding="utf-8")) + more
    text = text.replace("consequences:\n", f"consequences:\n{lists}")
    with deps.store.begin() as uow:
        stored_rulebooks.insert_version(
            uow,
            rulebook=example,
            version="1",
            digest=hashlib.sha256(text.encode()).hexdigest(),
            text=text,
            now=deps.clock.now(),
            effective_on=None,
        )
    committee, administrator = an_administrator(deps)
    unit = a_unit(deps, code="hezhuang", rulebook=example, parent_id=committee.id)
    office = a_unit(deps, code="office", rulebook=None, parent_id=committee.id)
    recorder = a_member(deps, unit=office, name="记录员")
    with deps.store.begin() as uow:
        stored_members.grant_role(
            uow, member_id=recorder.member_id, unit_id=unit.id, role=Role.RECORDER, now=deps.clock.now()
        )
    book = parse_rulebook(text, file=example, parents=lambda _code: None)
    desk = Desk(deps, book, unit.id, recorder, administrator)
    done = bring_in(deps, roster)
    for number, invited in enumerate(done.invitations, start=1):
        me = join(deps, user_id=number, code=invited.code, language="zh_Hans")
        desk.people[invited.member] = Person(me.member.id, me.member.name, number)
    return desk


def bring_in(deps: Deps, roster: str, *, is_preview: bool = False) -> Imported:
    rows = parse_roster(roster.encode()).rows
    return import_roster(deps, rows=rows, time_zone="Asia/Shanghai", is_preview=is_preview)
