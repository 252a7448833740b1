"""The scoring service: shares of an approval, quotas, standings, sheets, and who may look."""

from datetime import date
from fractions import Fraction

import pytest

from domain.errors import ItemNotForMember, MemberUnknown, NotAllowed, QuotaReached, UnitUnknown
from domain.members import Role
from domain.periods import parse_period
from domain.reports import ReportStatus
from domain.scoring import Evaluation, Event, SubjectScore
from domain.scoring.totals import stands_on_sums
from services.deps import Deps
from services.ledger import explain_entry, list_entries, verify
from services.reviews import approve_report, open_review, undo_decision
from services.scoring import explain, score_sheet, standings
from services.scoring.ledgers import evaluate
from services.scoring.totals import scores_by_sums
from services.worlds import roster_around
from storage import members as stored_members
from storage import units as stored_units
from tests.builders import TODAY, Branch, Person, a_branch, a_member, a_report, an_administrator

YEAR = parse_period("2026")


@pytest.fixture
def sharing(deps: Deps) -> Branch:
    """Return a branch of five under a rulebook that splits, spreads and gives by quota."""
    return a_branch(deps, code="sharing", rulebook="fenzhang")


def approve(
    deps: Deps, branch: Branch, item: str, *, member: Person | None = None, points: int | None = None
) -> int:
    report = a_report(deps, member or branch.member, item=item)
    decided = None if points is None else Fraction(points)
    approve_report(deps, actor=branch.recorder.actor, report_id=report.id, points=decided)
    return report.id


def entered(deps: Deps, branch: Branch) -> dict[str, Fraction]:
    """Return what the ledger says of each name, taken-back lines included."""
    found: dict[str, Fraction] = {}
    for line in list_entries(deps, actor=branch.recorder.actor).lines:
        found[line.member_name] = found.get(line.member_name, Fraction(0)) + Fraction(
            line.entry.counted_amount, 10_000
        )
    return found


def test_a_split_enters_every_share_and_its_undo_takes_all_back(deps: Deps, sharing: Branch) -> None:
    report_id = approve(deps, sharing, "merit", points=5)
    unit, member = sharing.unit.name, sharing.member.name
    assert entered(deps, sharing) == {unit: Fraction(3, 2), member: Fraction(7, 2)}
    results = {
        one.subject: one.total
        for one in standings(deps, actor=sharing.recorder.actor, period="2026").subjects
    }
    assert (results["sharing"], results[f"sharing-{member}"]) == (Fraction(203, 2), Fraction(207, 2))
    line = next(
        line
        for line in list_entries(deps, actor=sharing.recorder.actor).lines
        if line.entry.member_id is None
    )
    story = explain_entry(deps, actor=sharing.recorder.actor, entry_id=line.entry.id)
    assert (story.member, story.unit, story.entry.why) == (None, sharing.unit, "split")
    undo_decision(deps, actor=sharing.recorder.actor, report_id=report_id)
    assert entered(deps, sharing) == {unit: 0, member: 0}
    assert verify(deps)[1] == ()


def test_the_card_promises_the_members_own_share(deps: Deps, sharing: Branch) -> None:
    report = a_report(deps, sharing.member, item="merit")
    preview = open_review(deps, actor=sharing.recorder.actor, report_id=report.id).preview
    assert preview is not None
    assert (preview.gains_low, preview.gains_high) == (Fraction(7, 10), Fraction(7))


def test_a_broadcast_reaches_every_member_of_the_unit(deps: Deps, sharing: Branch) -> None:
    gone = a_member(deps, unit=sharing.unit, name="离开的", until_on=date(2026, 1, 1))
    approve(deps, sharing, "praise")
    people = [sharing.secretary, *sharing.recorders, *sharing.members]
    assert entered(deps, sharing) == {person.name: 2 for person in people}
    assert gone.name not in entered(deps, sharing)


def test_an_award_goes_to_head_deputy_and_members_once_each(deps: Deps, sharing: Branch) -> None:
    committee, _ = an_administrator(deps)
    head = a_member(deps, unit=committee, name="一把手", roles=(Role.HEAD,))
    deputy = a_member(deps, unit=committee, name="分管", roles=(Role.DEPUTY,))
    with deps.store.begin() as uow:
        stored_units.update_unit(
            uow, sharing.unit.id, name=sharing.unit.name, parent_id=committee.id, rulebook="fenzhang"
        )
        now = deps.clock.now()
        stored_members.grant_role(
            uow, member_id=deputy.member_id, unit_id=sharing.unit.id, role=Role.IN_CHARGE, now=now
        )
    approve(deps, sharing, "heads")
    people = [sharing.secretary, *sharing.recorders, *sharing.members, head, deputy]
    assert entered(deps, sharing) == {person.name: 5 for person in people}


def test_a_quota_refuses_the_third_until_one_is_taken_back(deps: Deps, sharing: Branch) -> None:
    first = approve(deps, sharing, "service")
    approve(deps, sharing, "service", member=sharing.members[1])
    third = a_report(deps, sharing.secretary, item="service")
    with pytest.raises(QuotaReached) as refused:
        approve_report(deps, actor=sharing.recorder.actor, report_id=third.id)
    assert refused.value.facts() == {"item": "服务", "places": 2}
    assert open_review(deps, actor=sharing.recorder.actor, report_id=third.id).preview is None
    undo_decision(deps, actor=sharing.recorder.actor, report_id=first)
    decided = approve_report(deps, actor=sharing.recorder.actor, report_id=third.id)
    assert decided.report.status is ReportStatus.APPROVED
    assert verify(deps)[1] == ()


def test_an_item_for_others_is_refused(deps: Deps, sharing: Branch) -> None:
    report = a_report(deps, sharing.member, item="students")
    with pytest.raises(ItemNotForMember):
        approve_report(deps, actor=sharing.recorder.actor, report_id=report.id)
    assert entered(deps, sharing) == {}


def test_standings_are_what_the_engine_says_of_the_events(deps: Deps, sharing: Branch) -> None:
    events = []
    for number, (item, person, points) in enumerate(
        [
            ("merit", sharing.member, 7),
            ("praise", sharing.members[1], None),
            ("service", sharing.member, None),
        ],
        start=1,
    ):
        approve(deps, sharing, item, member=person, points=points)
        worth = None if points is None else Fraction(points)
        code = f"sharing-{person.name}"
        events.append(Event(number, TODAY, item, (code,), unit="sharing", points=worth))
    with deps.store.read() as uow:
        book = deps.shelf.in_force(uow, "fenzhang", TODAY).rulebook
        world = roster_around(uow, book, sharing.unit).world
    replayed = Evaluation(book, type(world)(stays=world.stays, events=tuple(events)))

    def bare(scores: tuple[SubjectScore, ...]) -> list[tuple[object, ...]]:
        return [(one.subject, one.total, one.components, one.rank, one.grade) for one in scores]

    for label in ("2026", "2026-Q1", "2026-03"):
        shown = standings(deps, actor=sharing.recorder.actor, period=label)
        assert bare(shown.subjects) == bare(replayed.of(parse_period(label)).subjects)


def test_a_total_is_explained_line_by_line(deps: Deps, branch: Branch) -> None:
    for _ in range(3):
        approve(deps, branch, "lesson")
    told = explain(deps, actor=branch.member.actor, period="2026-03")
    assert told.score is not None
    assert [(line.item, line.raw, line.counted, line.why) for line in told.score.trace] == [
        ("lesson", Fraction(4), Fraction(4), ""),
        ("lesson", Fraction(4), Fraction(4), ""),
        ("lesson", Fraction(4), Fraction(2), "cap.month"),
    ]
    assert told.score.total == 10
    assert sum(line.counted for line in told.score.trace) == told.score.total


def test_a_member_sees_rank_and_how_many_are_ranked(deps: Deps, branch: Branch) -> None:
    approve(deps, branch, "lesson")
    view = score_sheet(deps, actor=branch.member.actor)
    assert view.score is not None
    assert (view.score.rank, view.ranked, view.sheet.total) == (1, 5, Fraction(4))


def test_who_may_look_at_standings_and_sheets(deps: Deps, branch: Branch, other_branch: Branch) -> None:
    with pytest.raises(NotAllowed):
        standings(deps, actor=branch.member.actor)
    with pytest.raises(UnitUnknown):
        standings(deps, actor=branch.recorder.actor, unit_id=other_branch.unit.id)
    for stranger in (branch.members[1], other_branch.recorder):
        with pytest.raises(MemberUnknown):
            explain(deps, actor=stranger.actor, member_id=branch.member.member_id)
        with pytest.raises(MemberUnknown):
            score_sheet(deps, actor=stranger.actor, member_id=999_999)
    shown = standings(deps, actor=branch.secretary.actor)
    assert (shown.unit, [one.id for one in shown.units], shown.is_for_desk) == (
        branch.unit,
        [branch.unit.id],
        True,
    )


@pytest.mark.parametrize("label", ["2026", "2026-Q1", "2026-03", "2025"])
def test_the_short_way_equals_the_long_one(deps: Deps, branch: Branch, label: str) -> None:
    a_member(deps, unit=branch.unit, name="刚来的", since_on=date(2026, 2, 1))
    a_member(deps, unit=branch.unit, name="走了的", until_on=date(2025, 6, 1))
    for item, person in [("lesson", branch.member)] * 3 + [("award", branch.members[1])]:
        level = "city" if item == "award" else None
        a_report(deps, person, item=item, level=level, status=ReportStatus.APPROVED, by=branch.recorder)
    period = parse_period(label)
    with deps.store.read() as uow:
        book = deps.shelf.in_force(uow, "ceshi", TODAY).rulebook
        assert stands_on_sums(book, period.kind)
        short, _ = scores_by_sums(uow, book, branch.unit, period, today=TODAY)
        long = evaluate(uow, deps.shelf, branch.unit, period, today=TODAY).evaluation.of(period)
    assert [one._replace(trace=()) for one in long.subjects] == list(short.subjects)
    assert long.problems == short.problems
