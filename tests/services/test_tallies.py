"""The running sums: what late, cut and withdrawn entries do to them, closed periods, new versions."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import delete, update

from domain.errors import DateRefused
from domain.periods import parse_period
from domain.points import from_stored
from domain.reports import ReportStatus
from services.clock import FixedClock
from services.deps import Deps
from services.ledger import LedgerProblem, list_entries, my_points, verify
from services.reviews import approve_report, open_review, undo_decision
from services.tallies import count_uncounted, recount_books
from storage import periods as stored_periods
from storage import rulebooks as stored_rulebooks
from storage import units as stored_units
from storage.tables import balances, fills, sums
from tests.builders import TODAY, Branch, Person, a_branch, a_member, a_report, an_administrator, finalise
from tests.conftest import RULEBOOKS


@pytest.fixture
def capped(deps: Deps) -> Branch:
    """Return a branch whose rulebook caps years inside months, groups, days and the total."""
    return a_branch(deps, code="capped", rulebook="fengding")


def approved(deps: Deps, branch: Branch, item: str, *, on: date = TODAY, quantity: int | None = None) -> int:
    report = a_report(
        deps,
        branch.member,
        status=ReportStatus.APPROVED,
        by=branch.recorder,
        item=item,
        on=on,
        quantity=None if quantity is None else Fraction(quantity),
    )
    return report.id


def counted(deps: Deps, branch: Branch) -> list[Fraction]:
    """Return what each ledger line counted when it was written, oldest first, in whole points."""
    lines = list_entries(deps, actor=branch.recorder.actor).lines
    return [from_stored(line.entry.counted_amount) for line in reversed(lines)]


def total(deps: Deps, person: Person, label: str = "2026") -> Fraction:
    return my_points(deps, actor=person.actor, period=parse_period(label)).view.sheet.total


def test_a_reversal_counts_what_it_gives_back_to_others(deps: Deps, branch: Branch) -> None:
    first = approved(deps, branch, "lesson")
    for _ in range(2):
        approved(deps, branch, "lesson")  # 4 + 4 + 4 under a cap of 10
    undo_decision(deps, actor=branch.recorder.actor, report_id=first)
    assert counted(deps, branch) == [4, 4, 2, -2]
    assert total(deps, branch.member) == 8
    assert verify(deps)[1] == ()


def test_a_late_entry_takes_from_what_was_counted_before(deps: Deps, capped: Branch) -> None:
    approved(deps, capped, "cross", on=date(2026, 3, 1), quantity=6)
    approved(deps, capped, "cross", on=date(2026, 2, 1), quantity=6)
    approved(deps, capped, "cross", on=date(2026, 1, 1), quantity=6)  # the year's 12 are full: March loses
    assert counted(deps, capped) == [6, 6, 0]
    assert [total(deps, capped.member, f"2026-0{month}") for month in (1, 2, 3)] == [6, 6, 0]
    march = my_points(deps, actor=capped.member.actor, period=parse_period("2026-03"))
    assert [line.counted for line in march.counted.values()] == [0]
    assert verify(deps)[1] == ()


def test_an_unbounded_day_frees_its_cap_again(deps: Deps, capped: Branch) -> None:
    first = approved(deps, capped, "daily", quantity=2)
    approved(deps, capped, "daily", quantity=2)
    undo_decision(deps, actor=capped.recorder.actor, report_id=first)
    assert counted(deps, capped) == [4, 1, -1]
    assert total(deps, capped.member) == 4


def test_only_the_best_count_and_a_reversal_lets_another_in(deps: Deps, capped: Branch) -> None:
    ids = [approved(deps, capped, "best", quantity=times) for times in (3, 5, 4)]
    assert counted(deps, capped) == [3, 5, 1]
    assert total(deps, capped.member) == 9
    undo_decision(deps, actor=capped.recorder.actor, report_id=ids[1])
    assert counted(deps, capped)[-1] == -2
    assert total(deps, capped.member) == 7
    assert verify(deps)[1] == ()


def test_the_card_promises_what_the_approval_brings(deps: Deps, capped: Branch) -> None:
    for item, times in (("cross", 5), ("plain", None), ("best", 7), ("cross", 9), ("shared", 8)):
        quantity = None if times is None else Fraction(times)
        report = a_report(deps, capped.member, item=item, quantity=quantity, photos=0)
        preview = open_review(deps, actor=capped.recorder.actor, report_id=report.id).preview
        assert preview is not None
        approve_report(deps, actor=capped.recorder.actor, report_id=report.id)
        assert counted(deps, capped)[-1] == preview.gains_low == preview.gains_high


def test_a_closed_period_keeps_what_it_counted(deps: Deps, clock: FixedClock, capped: Branch) -> None:
    unit, administrator = an_administrator(deps)
    with deps.store.begin() as uow:
        stored_units.update_unit(
            uow, capped.unit.id, name=capped.unit.name, parent_id=unit.id, rulebook=capped.unit.rulebook
        )
    approved(deps, capped, "cross", on=date(2026, 3, 1), quantity=6)
    approved(deps, capped, "cross", on=date(2026, 2, 1), quantity=5)
    finalise(deps, administrator, capped.unit.id, "2026-02")
    clock.advance(timedelta(days=41))
    approved(deps, capped, "cross", on=date(2026, 1, 1), quantity=6)
    assert [total(deps, capped.member, f"2026-0{month}") for month in (1, 2, 3)] == [6, 5, 1]
    assert verify(deps)[1] == ()
    with pytest.raises(DateRefused):
        approved(deps, capped, "cross", on=date(2026, 2, 1), quantity=1)
    with deps.store.begin() as uow:
        uow.connection.execute(update(balances).values(counted=1))
    assert verify(deps)[1] == (LedgerProblem("capped", 2, "balance"),)


@pytest.mark.parametrize(("table", "what"), [(sums, "sums"), (fills, "fills")])
def test_touched_sums_are_found(deps: Deps, branch: Branch, table: object, what: str) -> None:
    approved(deps, branch, "lesson")
    assert verify(deps)[1] == ()
    with deps.store.begin() as uow:
        uow.connection.execute(update(table).values(counted=70_000))  # type: ignore[arg-type]
    assert verify(deps)[1] == (LedgerProblem("chunfeng", branch.member.member_id, what),)


def a_version(deps: Deps, *, old: str, new: str, effective_on: date | None) -> None:
    """Put a changed text of `fengding` into force."""
    text = (RULEBOOKS / "fengding.yaml").read_text(encoding="utf-8").replace(old, new)
    with deps.store.begin() as uow:
        stored_rulebooks.insert_version(
            uow,
            rulebook="fengding",
            version="2",
            digest=hashlib.sha256(text.encode()).hexdigest(),
            text=text,
            now=deps.clock.now(),
            effective_on=effective_on,
        )
        recount_books(uow, deps.shelf, ["fengding"])


def test_each_version_judges_the_entries_of_its_days(deps: Deps, capped: Branch) -> None:
    approved(deps, capped, "cross", on=date(2026, 2, 1), quantity=6)
    approved(deps, capped, "cross", on=date(2026, 3, 5), quantity=6)
    a_version(deps, old="month: 6", new="month: 2", effective_on=date(2026, 3, 1))
    assert [total(deps, capped.member, f"2026-0{month}") for month in (2, 3)] == [6, 2]
    approved(deps, capped, "plain", on=date(2026, 2, 2))
    approved(deps, capped, "cross", on=date(2026, 3, 6), quantity=3)
    assert counted(deps, capped) == [6, 6, 0, 0]
    lines = list_entries(deps, actor=capped.recorder.actor).lines[::-1]
    first, _, third, last = (line.entry.rulebook_version_id for line in lines)
    assert first == third != last
    assert verify(deps)[1] == ()


def test_a_ledger_from_before_there_were_sums_is_counted_once(deps: Deps, capped: Branch) -> None:
    for day in (1, 2, 3):
        approved(deps, capped, "cross", on=date(2026, 2, day), quantity=4)
    approved(deps, capped, "plain", on=date(2026, 1, 5))
    with deps.store.begin() as uow:
        stored_periods.insert_finalised(
            uow,
            unit_id=capped.unit.id,
            label="2026-01",
            starts_on=date(2026, 1, 1),
            until_on=date(2026, 2, 1),
            actor_id=None,
            now=deps.clock.now(),
        )
        uow.connection.execute(delete(sums))
        uow.connection.execute(delete(fills))
    for _ in range(2):
        with deps.store.begin() as uow:
            count_uncounted(uow, deps.shelf)
        assert [total(deps, capped.member, f"2026-0{month}") for month in (1, 2)] == [4, 6]
        assert verify(deps)[1] == ()


def test_a_year_of_its_own_begins_empty(deps: Deps, clock: FixedClock, capped: Branch) -> None:
    approved(deps, capped, "cross", on=date(2025, 12, 31), quantity=9)
    approved(deps, capped, "cross", on=date(2026, 1, 1), quantity=9)
    assert [total(deps, capped.member, label) for label in ("2025", "2026")] == [6, 6]
    clock.advance(timedelta(days=1))
    assert verify(deps)[1] == ()


def test_two_members_do_not_share_a_window(deps: Deps, capped: Branch) -> None:
    second = a_member(deps, unit=capped.unit, name="新来的")
    approved(deps, capped, "plain")
    a_report(deps, second, status=ReportStatus.APPROVED, by=capped.recorder, item="plain", photos=0)
    assert [total(deps, person) for person in (capped.member, second)] == [4, 4]


def test_racing_approvals_fill_one_window_together(deps: Deps, capped: Branch) -> None:
    reports = [
        a_report(deps, capped.member, item="cross", on=date(2026, 2, day), quantity=Fraction(2)).id
        for day in range(1, 7)
    ]

    def approve(report_id: int) -> None:
        approve_report(deps, actor=capped.recorder.actor, report_id=report_id)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(approve, reports))
    assert total(deps, capped.member) == 6
    assert sum(counted(deps, capped)) == 6
    assert verify(deps)[1] == ()
