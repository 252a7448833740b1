"""Prepared statements keep what SQLAlchemy would keep: types, refusals, listeners, one row at most."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    MetaData,
    String,
    Table,
    bindparam,
    event,
    select,
    update,
)

from storage.database import Duplicate, Store
from storage.statements import Prepared, PreparedForMany, inserting, inserting_new
from storage.types import UtcInstant

INSTANT = datetime(2026, 3, 10, 12, 30, 15, 250, tzinfo=timezone(timedelta(hours=8)))
KEYS = ("id", "name", "is_good", "on", "at", "facts")
metadata = MetaData()
things = Table(
    "things",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(20), unique=True),
    Column("is_good", Boolean),
    Column("on", Date),
    Column("at", UtcInstant),
    Column("facts", JSON),
)
INSERT = inserting(things, KEYS, returning="id")
INSERT_NEW = inserting_new(things, KEYS, returning="id")
ADD = inserting(things, KEYS)
ADD_NEW = inserting_new(things, KEYS)
RENAME = Prepared(update(things).where(things.c.id == bindparam("thing")), keys=("name",))
GET = Prepared(select(things).where(things.c.id == bindparam("thing")))
OF_MANY = PreparedForMany(
    lambda ids: select(things.c.id).where(things.c.id.in_(ids)).order_by(things.c.id.desc())
)
GOOD = Prepared(select(things.c.id).where(things.c.is_good.is_(True), things.c.name != "乙"))


def a_thing(number: int, name: str = "甲") -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "is_good": True,
        "on": date(2026, 3, 10),
        "at": INSTANT,
        "facts": {"n": [number]},
    }


@pytest.fixture
def table(store: Store) -> Iterator[Store]:
    metadata.create_all(store.engine)
    yield store
    metadata.drop_all(store.engine)


def test_every_type_comes_back_as_it_went(table: Store) -> None:
    with table.begin() as uow:
        assert INSERT.scalar(uow, **a_thing(2**40)) == 2**40
    with table.read() as uow:
        row = GET.one_or_none(uow, thing=2**40)
    assert (row._asdict(), row.at.tzinfo) == (a_thing(2**40), UTC)


def test_nothing_stays_nothing(table: Store) -> None:
    empty = dict.fromkeys(("name", "is_good", "on", "at"))
    with table.begin() as uow:
        INSERT.scalar(uow, id=1, facts={}, **empty)
        assert GET.one_or_none(uow, thing=1)._asdict() == {"id": 1, "facts": {}} | empty
        assert (GET.one_or_none(uow, thing=2), GET.scalar(uow, thing=2)) == (None, None)


def test_naive_instant_is_refused(table: Store) -> None:
    with table.begin() as uow, pytest.raises(ValueError, match="naive"):
        INSERT.scalar(uow, **a_thing(1) | {"at": datetime(2026, 3, 10)})  # noqa: DTZ001  it is meant to be naive


def test_second_of_a_unique_key_is_refused_as_sqlalchemy_does_it(table: Store) -> None:
    with table.begin() as uow:
        INSERT.scalar(uow, **a_thing(1))
    with table.begin() as uow, pytest.raises(Duplicate):
        INSERT.scalar(uow, **a_thing(2))


def test_insert_of_new_only_leaves_what_is_there(table: Store) -> None:
    with table.begin() as uow:
        assert [INSERT_NEW.scalar(uow, **a_thing(number)) for number in (1, 2)] == [1, None]


def test_change_tells_how_many_rows(table: Store) -> None:
    with table.begin() as uow:
        INSERT.scalar(uow, **a_thing(1))
        assert [RENAME.change(uow, thing=number, name="丙") for number in (1, 2)] == [1, 0]
        assert GET.one_or_none(uow, thing=1).name == "丙"


def test_many_changes_are_one_batch_in_order(table: Store) -> None:
    rows = [a_thing(number, name) for number, name in ((1, "甲"), (2, "甲"), (3, "乙"))]
    with table.begin() as uow:
        ADD_NEW.change_many(uow, [])
        ADD_NEW.change_many(uow, rows)
        assert [row.id for row in OF_MANY.all(uow, [1, 2, 3])] == [3, 1]
        with pytest.raises(Duplicate):
            ADD.change_many(uow, [a_thing(4, "丙"), a_thing(5, "丙")])


def test_constants_and_lists_are_bound(table: Store) -> None:
    with table.begin() as uow:
        for number, name in enumerate("甲乙丙", start=1):
            INSERT.scalar(uow, **a_thing(number, name))
        for asked, found in (([], []), ([3], [3]), ([1, 3], [3, 1]), ([1, 1, 2, 3, 9], [3, 2, 1])):
            assert [row.id for row in OF_MANY.all(uow, asked)] == found
        assert [row.id for row in GOOD.all(uow)] == [1, 3]


def test_listeners_of_the_engine_hear_every_statement(table: Store) -> None:
    heard: list[str] = []

    def note(_connection: object, _cursor: object, sql: str, *_: object) -> None:
        heard.append(sql.partition(" ")[0])

    event.listen(table.engine, "before_cursor_execute", note)
    with table.begin() as uow:
        INSERT.scalar(uow, **a_thing(1))
        GET.all(uow, thing=1)
    event.remove(table.engine, "before_cursor_execute", note)
    assert [word for word in heard if word not in {"BEGIN", "COMMIT"}] == ["INSERT", "SELECT"]
