"""The database itself refuses to change the ledger, and what would lose its time zone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from domain.reports import ReportStatus
from services.deps import Deps
from storage.database import Store
from storage.tables import audit, entries, events, shop_products, shop_purse_lines, shop_stock_lines
from tests.builders import a_branch, a_report
from tests.conftest import NOON
from tests.shops import a_product, a_shop, earn

GUARDED = [events, entries]


def rows_of(store: Store, table: Any) -> Sequence[Any]:
    with store.read() as uow:
        return [tuple(row) for row in uow.connection.execute(select(table))]


@pytest.mark.parametrize("table", GUARDED, ids=str)
def test_the_ledger_refuses_update_and_delete(deps: Deps, table: Any) -> None:
    branch = a_branch(deps)
    a_report(deps, branch.member, status=ReportStatus.APPROVED, by=branch.recorder)
    before = rows_of(deps.store, table)
    for statement in (update(table).values(item="lesson"), delete(table)):
        with pytest.raises(DBAPIError, match=f"{table.name} is append-only"), deps.store.begin() as uow:
            uow.connection.execute(statement)
    assert (len(before), rows_of(deps.store, table)) == (1, before)


@pytest.mark.parametrize("table", GUARDED, ids=str)
def test_the_ledger_refuses_to_be_emptied(deps: Deps, table: Any) -> None:
    verb = "DELETE FROM" if deps.store.is_sqlite else "TRUNCATE"
    cascade = "" if deps.store.is_sqlite else "CASCADE"
    branch = a_branch(deps)
    a_report(deps, branch.member, status=ReportStatus.APPROVED, by=branch.recorder)
    before = rows_of(deps.store, table)
    with pytest.raises(DBAPIError, match="is append-only"), deps.store.begin() as uow:
        uow.connection.execute(text(f"{verb} {table.name} {cascade}"))
    assert (len(before), rows_of(deps.store, table)) == (1, before)


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    naive = datetime(2026, 3, 10, 12)  # noqa: DTZ001  the point of this test
    with pytest.raises(StatementError, match="naive instants are refused"), store.begin() as uow:
        uow.connection.execute(insert(audit).values(happened_at=naive, action="x", facts={}))
    assert rows_of(store, audit) == []


def test_an_instant_comes_back_as_the_same_in_utc(store: Store) -> None:
    local = datetime.fromisoformat("2026-03-10T12:00:00.123456+08:00")
    with store.begin() as uow:
        uow.connection.execute(insert(audit).values(happened_at=local, action="x", facts={"a": [1]}))
        row = uow.connection.execute(select(audit.c.happened_at, audit.c.facts)).one()
    assert (row.happened_at.isoformat(), row.facts) == ("2026-03-10T04:00:00.123456+00:00", {"a": [1]})


def write_and_fail(store: Store) -> None:
    with store.begin() as uow:
        uow.connection.execute(insert(audit).values(happened_at=NOON, action="x", facts={}))
        raise LookupError


def test_an_exception_rolls_everything_back(store: Store) -> None:
    with pytest.raises(LookupError):
        write_and_fail(store)
    assert rows_of(store, audit) == []


def test_a_reader_keeps_one_view_while_others_write(store: Store) -> None:
    with store.read() as uow:
        before = list(uow.connection.execute(select(audit.c.id)))
        with store.begin() as other:
            other.connection.execute(insert(audit).values(happened_at=NOON, action="x", facts={}))
        assert list(uow.connection.execute(select(audit.c.id))) == before
    assert len(rows_of(store, audit)) == 1


@pytest.mark.parametrize("table", [shop_purse_lines, shop_stock_lines], ids=str)
def test_the_books_of_the_shop_refuse_update_and_delete(deps: Deps, table: Any) -> None:
    shop = a_shop(deps)
    earn(deps, shop, shop.member)
    a_product(deps, shop)
    before = rows_of(deps.store, table)
    for statement in (update(table).values(cause_key="x"), delete(table)):
        with pytest.raises(DBAPIError, match=f"{table.name} is append-only"), deps.store.begin() as uow:
            uow.connection.execute(statement)
    assert (len(before), rows_of(deps.store, table)) == (1, before)


def test_the_database_itself_keeps_stock_from_falling_below_nothing(deps: Deps) -> None:
    a_product(deps, a_shop(deps), count=1)
    with pytest.raises(IntegrityError), deps.store.begin() as uow:
        uow.connection.execute(update(shop_products).values(stock=-1))
