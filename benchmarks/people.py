"""Fills a database of the product's own shape with a year of events: a unit, members, entries, sums."""

from pathlib import Path

from sqlalchemy import text

from benchmarks.ground import NOON, open_deps
from domain.members import UnitKind
from services.deps import Deps
from storage import ledger as stored_ledger
from storage import units as stored_units
from storage.migrate import upgrade

ITEMS, PER_MEMBER = 30, 10
BOOK = "kuaiman"
_LABELS = "\n".join(
    f"  i{n:02}: {{name: 第{n}项, category: c{n % 3}, points: {n % 7 + 1}, caps: {{month: 400, year: 4000}}}}"
    for n in range(ITEMS)
)
TEXT = f"""id: {BOOK}
name: 测快慢细则
version: "1"
base: {{points: 60, per: year}}
categories:
  c0: 服务
  c1: {{name: 学习, caps: {{year: 9000}}}}
  c2: 纪律
items:
{_LABELS}
grade:
  periods: [year]
  bands: {{优秀: "[110, ∞)", 合格: "[80, 110)", 不合格: "(-∞, 80)"}}
consequences:
  commend: {{name: 表彰, in: [year], top: 10, to: committee}}
  talk: {{name: 谈话, in: [year], bottom: 3, to: secretary}}
  educate: {{name: 教育, in: [year], when: grade == "不合格", to: secretary}}
"""


def fill(url: str, folder: Path, *, event_count: int) -> tuple[Deps, int]:
    """Make the tables and a year of so many events, ten a member; return surroundings and unit."""
    books = folder / "books"
    books.mkdir(exist_ok=True)
    (books / f"{BOOK}.yaml").write_text(TEXT, encoding="utf-8")
    deps = open_deps(url, folder, durability="NORMAL")
    deps.shelf.folders = (books,)
    upgrade(deps.store)
    problems = deps.shelf.load_files(deps.store, now=NOON)
    assert problems == (), problems
    with deps.store.begin() as uow:
        unit_id = stored_units.insert_unit(
            uow,
            code="big",
            name="大支部",
            kind=UnitKind.BRANCH,
            parent_id=None,
            rulebook=BOOK,
            time_zone="Asia/Shanghai",
            now=NOON,
        )
        stored_ledger.open_chain(uow, unit_id)
        for statement in _statements(deps.store.is_sqlite):
            uow.connection.execute(text(statement), {"unit": unit_id, "count": event_count})
    return deps, unit_id


def _statements(is_sqlite: bool) -> list[str]:  # noqa: FBT001  which of the two
    """Return what makes everybody and everything; the sums are those that approvals would have left.

    No cap of the rulebook bites, so every entry counts in full.
    """
    people = f"(:count / {PER_MEMBER})"
    if is_sqlite:
        numbers = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {}) "
        day, month = "date('2025-01-01', {} || ' days')", "date(happened_on, 'start of month')"
        year, number = "'2025-01-01'", "printf('%02d', strftime('%m', happened_on) - 1)"
        item, instant = "printf('i%02d', {})", "'2026-03-10 04:00:00.000000'"
        code = "printf('m%06d', n)"
    else:
        numbers = "WITH n AS (SELECT n::bigint AS n FROM generate_series(1, {}) AS n) "
        day, month = "(DATE '2025-01-01' + ({})::int)", "date_trunc('month', happened_on)::date"
        year, number = "DATE '2025-01-01'", "lpad((extract(month FROM happened_on)::int - 1)::text, 2, '0')"
        item, instant = "'i' || lpad(({})::text, 2, '0')", "TIMESTAMPTZ '2026-03-10 04:00:00+00'"
        code = "'m' || lpad(n::text, 6, '0')"
    which, member = f"(n / 7 * 16807 % {ITEMS})", f"(n * 48271 % {people} + 1)"
    worth, on = f"({which} % 7 + 1) * 10000", day.format("(n / 11 * 69621 % 365)")
    added = "SUM(amount), SUM(amount) FROM entries WHERE unit_id = :unit"
    return [
        f"INSERT INTO members (id, code, name, status, created_at) {numbers.format(people)}"
        f"SELECT n, {code}, '党员', 'active', {instant} FROM n",
        f"INSERT INTO memberships (member_id, unit_id, kind) {numbers.format(people)}"
        "SELECT n, :unit, 'full' FROM n",
        "INSERT INTO events (id, cause_key, unit_id, item, happened_on, points, rulebook_version_id, "
        f"recorded_by_id, recorded_at) {numbers.format(':count')}"
        f"SELECT n, 'e' || n, :unit, {item.format(which)}, {on}, {worth}, 1, 1, {instant} FROM n",
        "INSERT INTO entries (id, unit_id, sequence, event_id, member_id, item, category, happened_on, "
        "amount, counted_amount, why, clause, rulebook_version_id, cause_key, recorded_by_id, recorded_at, "
        f"previous_hash, hash) {numbers.format(':count')}"
        f"SELECT n, :unit, n, n, {member}, {item.format(which)}, 'c' || ({which} % 3), {on}, {worth}, "
        f"{worth}, '', '', 1, 'e' || n, 1, {instant}, '', '' FROM n",
        f"INSERT INTO sums SELECT unit_id, member_id, item, {month} AS month_on, SUM(amount), 0, "
        "SUM(amount), 0, COUNT(*) FROM entries WHERE unit_id = :unit "
        "GROUP BY unit_id, member_id, item, month_on",
        f"INSERT INTO fills SELECT unit_id, member_id, {year}, 1, item || '.cap.month', "
        f"'2025.' || {number}, {added} GROUP BY unit_id, member_id, item, {number}",
        f"INSERT INTO fills SELECT unit_id, member_id, {year}, 1, item || '.cap.year', '2025.00', "
        f"{added} GROUP BY unit_id, member_id, item",
        f"INSERT INTO fills SELECT unit_id, member_id, {year}, 1, 'c1.cap.year', '2025.00', "
        f"{added} AND category = 'c1' GROUP BY unit_id, member_id",
        "CREATE TABLE plain AS SELECT member_id AS member, amount AS points FROM entries",
        "ANALYZE",
    ]
