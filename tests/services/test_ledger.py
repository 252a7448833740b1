"""Looking into the ledger: own points, the story of a line, the list of a desk, the check of the chain."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import Executable, delete, event, update

from domain.errors import AccountUnknown, EntryUnknown, NotAllowed
from domain.ledger import Entry
from domain.periods import parse_period
from domain.reports import ReportStatus
from services.actors import ChatAccount
from services.clock import FixedClock
from services.deps import Deps
from services.ledger import PAGE_LENGTH, LedgerProblem, explain_entry, list_entries, my_points, verify
from services.members import list_members
from services.reports import my_reports, open_report
from services.reviews import approve_report, list_queue, undo_decision
from storage.tables import entries, events, ledger_heads
from tests.builders import TODAY, Branch, a_report


def approved(deps: Deps, branch: Branch, *, on: date = TODAY, item: str = "clean") -> Entry:
    a_report(deps, branch.member, status=ReportStatus.APPROVED, by=branch.recorder, item=item, on=on)
    return list_entries(deps, actor=branch.recorder.actor).lines[0].entry


def test_my_points_show_the_month_by_category_and_its_lines_newest_first(deps: Deps, branch: Branch) -> None:
    first, second = approved(deps, branch), approved(deps, branch, item="lesson")
    approved(deps, branch, on=date(2026, 2, 28))
    points = my_points(deps, actor=branch.member.actor)
    assert (points.view.period.label, points.view.sheet.total) == ("2026-03", Fraction(9))
    assert points.view.sheet.categories == {
        "service": Fraction(5),
        "study": Fraction(4),
        "duty": Fraction(0),
    }
    assert (points.lines, points.total) == ((second, first), 2)
    year = my_points(deps, actor=branch.member.actor, period=parse_period("2026"))
    assert (year.view.sheet.total, year.total) == (Fraction(14), 3)
    assert my_points(deps, actor=branch.members[1].actor).lines == ()


def test_my_points_are_paged(deps: Deps, branch: Branch) -> None:
    made = [approved(deps, branch, item="article") for _ in range(PAGE_LENGTH + 1)][::-1]
    pages = [my_points(deps, actor=branch.member.actor, page=page).lines for page in range(3)]
    assert pages == [tuple(made[:PAGE_LENGTH]), tuple(made[PAGE_LENGTH:]), ()]


def test_a_line_tells_its_story_to_its_member_and_to_who_sees_the_ledger(deps: Deps, branch: Branch) -> None:
    entry = approved(deps, branch)
    report_id = my_reports(deps, actor=branch.member.actor).reports[0].id
    for reader in (branch.member, branch.recorders[1], branch.secretary):
        story = explain_entry(deps, actor=reader.actor, entry_id=entry.id)
        assert (story.entry, story.member and story.member.name, story.unit) == (
            entry,
            branch.member.name,
            branch.unit,
        )
        assert story.report is not None
        assert story.decision is not None
        assert (story.report.item, story.decision.points, story.entry.clause) == (
            "clean",
            Fraction(5),
            "第一条",
        )
        assert (story.recorded_by_name, story.is_reversed) == (branch.recorder.name, False)
    undo_decision(deps, actor=branch.recorder.actor, report_id=report_id)
    assert explain_entry(deps, actor=branch.member.actor, entry_id=entry.id).is_reversed


def test_a_line_is_hidden_from_everybody_else(deps: Deps, branch: Branch, other_branch: Branch) -> None:
    entry = approved(deps, branch)
    for stranger in (branch.members[1], other_branch.member, other_branch.recorder):
        for entry_id in (entry.id, 999_999):
            with pytest.raises(EntryUnknown) as refused:
                explain_entry(deps, actor=stranger.actor, entry_id=entry_id)
            assert refused.value.facts() == {}
    with pytest.raises(AccountUnknown):
        explain_entry(deps, actor=ChatAccount(999_999), entry_id=entry.id)


def test_the_desks_list_shows_only_ones_own_units_and_filters(
    deps: Deps, branch: Branch, other_branch: Branch
) -> None:
    february = approved(deps, branch, on=date(2026, 2, 28))
    march = approved(deps, branch, item="lesson")
    foreign = approved(deps, other_branch)
    actor = branch.recorder.actor

    def listed(**wanted: object) -> list[Entry]:
        page = list_entries(deps, actor=actor, **wanted)  # type: ignore[arg-type]  # each row gives the right type
        assert page.total == len(page.lines)
        return [line.entry for line in page.lines]

    assert listed() == [march, february]
    assert listed(item="lesson") == [march]
    assert listed(until_on=date(2026, 3, 1)) == [february]
    assert listed(since_on=date(2026, 3, 1)) == [march]
    assert listed(member_id=branch.members[1].member_id) == []
    assert listed(unit_id=other_branch.unit.id) == []
    assert listed(member_id=foreign.member_id) == []
    assert list_entries(deps, actor=actor, page=1).lines == ()
    with pytest.raises(NotAllowed):
        list_entries(deps, actor=branch.member.actor)


TAMPERED = [
    ("unit_id", 2),
    ("sequence", 9),
    ("event_id", 1),
    ("member_id", 5),
    ("item", "lesson"),
    ("category", "study"),
    ("happened_on", date(2026, 3, 9)),
    ("amount", 990_000),
    ("counted_amount", 990_000),
    ("why", "cap.month"),
    ("clause", "第九条"),
    ("rulebook_version_id", 2),
    ("cause_key", "decision:99:99"),
    ("reverses_id", 1),
    ("recorded_by_id", 1),
    ("recorded_at", "+1us"),
    ("previous_hash", "f" * 64),
    ("hash", "f" * 64),
]
FOUND = {
    "sequence": {
        ("chunfeng", 3, "chain"),
        ("chunfeng", 9, "chain"),
        ("chunfeng", 9, "hash"),
        ("chunfeng", 0, "head"),
    },
    "unit_id": {("chunfeng", 3, "chain"), ("haizi", 2, "chain"), ("haizi", 2, "hash"), ("haizi", 0, "head")},
    "previous_hash": {("chunfeng", 2, "chain"), ("chunfeng", 2, "hash")},
    "hash": {("chunfeng", 2, "hash"), ("chunfeng", 3, "chain")},
    "rulebook_version_id": {("chunfeng", 2, "hash"), ("", 2, "shop_credit")},  # that one has a shop
}
"""What the check says of each change of line 2 that shows in more than its own hash."""


def unguarded(deps: Deps, *statements: Executable) -> None:
    """Change the ledger as somebody with the database's password could."""
    with deps.store.engine.connect() as connection:
        if deps.store.is_sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            for table in ("events", "entries"):
                for verb in ("update", "delete"):
                    connection.exec_driver_sql(f"DROP TRIGGER {table}_no_{verb}")
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.invalidate()


def test_every_column_but_the_id_is_tampered_with_below() -> None:
    assert {column for column, _ in TAMPERED} == set(entries.columns.keys()) - {"id"}


@pytest.mark.parametrize(("column", "value"), TAMPERED)
def test_a_tampered_column_is_found(
    deps: Deps, branch: Branch, other_branch: Branch, column: str, value: object
) -> None:
    for _ in range(3):
        approved(deps, branch)
    assert verify(deps) == (3, ())
    if column == "recorded_at":
        value = deps.clock.now() + timedelta(microseconds=1)
    # event_id 1 and reverses_id 1 belong to other lines, unit_id 2 to another branch
    target = entries.c.sequence == 2
    unguarded(deps, update(entries).where(target).values({column: value}))
    count, problems = verify(deps)
    found = {(problem.unit_code, problem.sequence, problem.what) for problem in problems}
    assert (count, found) == (3, FOUND.get(column, {("chunfeng", 2, "hash")}))


def test_a_removed_line_is_found(deps: Deps, branch: Branch) -> None:
    for _ in range(3):
        approved(deps, branch)
    middle = entries.c.sequence == 2
    unguarded(deps, delete(entries).where(middle))
    assert verify(deps) == (2, (LedgerProblem("chunfeng", 3, "chain"),))


def test_a_removed_last_line_is_found(deps: Deps, branch: Branch) -> None:
    for _ in range(2):
        approved(deps, branch)
    unguarded(deps, delete(entries).where(entries.c.sequence == 2))
    assert verify(deps) == (1, (LedgerProblem("chunfeng", 0, "head"),))


def test_a_removed_head_is_found(deps: Deps, branch: Branch) -> None:
    with deps.store.begin() as uow:
        uow.connection.execute(delete(ledger_heads).where(ledger_heads.c.unit_id == branch.unit.id))
    assert verify(deps) == (0, (LedgerProblem("chunfeng", 0, "head"),))


def test_an_approval_whose_event_is_gone_is_found(deps: Deps, branch: Branch) -> None:
    report = a_report(deps, branch.member, status=ReportStatus.APPROVED, by=branch.recorder)
    empty = update(ledger_heads).values(sequence=0, hash="0" * 64)
    unguarded(deps, delete(entries), delete(events), empty)
    assert verify(deps) == (
        0,
        (
            LedgerProblem("chunfeng", branch.member.member_id, "sums"),
            LedgerProblem("", report.id, "approval_without_entry"),
        ),
    )


def test_another_secret_finds_every_line_wrong(deps: Deps, branch: Branch) -> None:
    approved(deps, branch)
    other = Deps(deps.store, deps.clock, deps.shelf, deps.files, b"another secret", deps.panel_url)
    assert verify(other) == (1, (LedgerProblem("chunfeng", 1, "hash"),))


def test_the_check_reads_one_view_while_approvals_go_on(deps: Deps, branch: Branch) -> None:
    report = a_report(deps, branch.member)
    began: list[int] = []

    def approve_meanwhile(*_arguments: object) -> None:
        if not began:
            began.append(1)
            approve_report(deps, actor=branch.recorder.actor, report_id=report.id)

    event.listen(deps.store.engine, "after_cursor_execute", approve_meanwhile)
    assert verify(deps)[1] == ()
    event.remove(deps.store.engine, "after_cursor_execute", approve_meanwhile)
    assert verify(deps) == (1, ())


def statements_of(deps: Deps, use_case: Callable[[], object]) -> int:
    use_case()
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(deps.store.engine, "before_cursor_execute", note)
    use_case()
    event.remove(deps.store.engine, "before_cursor_execute", note)
    return sum(not statement.startswith(("BEGIN", "ROLLBACK", "COMMIT")) for statement in seen)


def test_lists_ask_as_much_for_three_rows_as_for_one(deps: Deps, branch: Branch, clock: FixedClock) -> None:
    member, recorder = branch.member.actor, branch.recorder.actor
    draft = a_report(deps, branch.member, status=ReportStatus.DRAFT)
    lists: dict[str, Callable[[], object]] = {
        "my_reports": lambda: my_reports(deps, actor=member),
        "my_points": lambda: my_points(deps, actor=member),
        "list_entries": lambda: list_entries(deps, actor=recorder),
        "list_members": lambda: list_members(deps, actor=recorder),
        "list_queue": lambda: list_queue(deps, actor=recorder),
        "open_report": lambda: open_report(deps, actor=member, report_id=draft.id),
    }

    def add_rows() -> None:
        clock.advance(timedelta(minutes=1))
        approved(deps, branch)
        a_report(deps, branch.member, item="lesson")

    add_rows()
    one = {name: statements_of(deps, use_case) for name, use_case in lists.items()}
    add_rows()
    add_rows()
    three = {name: statements_of(deps, use_case) for name, use_case in lists.items()}
    assert three == one
