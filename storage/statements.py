"""Statements that are built once, compiled once for each database, and run on the driver's own cursor.

SQLAlchemy writes the SQL and knows the types; what it does anew for every execution (building, cache keys,
result objects) costs ten times what the driver needs, so the statements of the busy use cases go round it.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, BindParameter, Dialect, Insert, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import ReturnsRows
from sqlalchemy.types import TypeEngine

from storage.database import UnitOfWork, say_many_to_driver, say_to_driver

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement in one database's words."""

    sql: str
    is_positional: bool
    """Whether the driver takes question marks rather than names."""
    parameters: tuple[tuple[str, str | None, Convert | None, Any], ...]
    """In the driver's order: name, the caller's name or None for a constant, conversion, constant."""
    readers: tuple[Convert | None, ...] | None
    """None where no column has to be converted."""
    row: Callable[[Iterable[Any]], Any]


class Prepared:
    """One statement with named parameters; `keys` are the columns that an INSERT or UPDATE sets from them.

    Parameters in conditions are named otherwise than the columns set. Lists need `PreparedForMany`.
    """

    def __init__(
        self, statement: Executable, *, keys: Sequence[str] = (), postgresql: Executable | None = None
    ) -> None:
        self._statement = statement
        self._on_postgresql = statement if postgresql is None else postgresql
        self._keys = list(keys) or None
        self._compiled: dict[str, _Compiled] = {}

    def all(self, uow: UnitOfWork, **values: Any) -> list[Any]:
        """Return every row, with the columns as attributes."""
        compiled, cursor = self._run(uow, values)
        rows = cursor.fetchall()
        readers = compiled.readers
        if readers is None:
            return [compiled.row(row) for row in rows]
        columns = [(at, read) for at, read in enumerate(readers) if read is not None]
        return [compiled.row(_converted(row, columns)) for row in rows]

    def one_or_none(self, uow: UnitOfWork, **values: Any) -> Any:
        """Return the single row, or None; more than one is our mistake."""
        rows = self.all(uow, **values)
        assert len(rows) <= 1, "a unique key is missing"
        return rows[0] if rows else None

    def scalar(self, uow: UnitOfWork, **values: Any) -> Any:
        """Return the first column of the first row, or None."""
        rows = self.all(uow, **values)
        return rows[0][0] if rows else None

    def change(self, uow: UnitOfWork, **values: Any) -> int:
        """Return how many rows were written."""
        count: int = self._run(uow, values)[1].rowcount
        return count

    def change_many(self, uow: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it once for each of these, in order, as one batch."""
        if rows:
            compiled = self._for(uow)
            say_many_to_driver(uow, compiled.sql, [_bound(compiled, row) for row in rows])

    def change_many_alike(
        self, uow: UnitOfWork, same: Mapping[str, Any], names: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Run it once for each row as one batch, where only these plain columns differ from row to row.

        What is the same is converted once; texts and whole numbers need no conversion.
        """
        compiled = self._for(uow)
        bound = _bound(compiled, {**dict.fromkeys(names), **same})
        order = [parameter[0] for parameter in compiled.parameters]
        places = [order.index(name) if compiled.is_positional else name for name in names]

        def one(row: Sequence[Any]) -> Any:
            filled = bound.copy()
            for place, value in zip(places, row, strict=True):
                filled[place] = value
            return filled

        filled_in = [one(row) for row in rows]
        if filled_in:
            say_many_to_driver(uow, compiled.sql, filled_in)

    def _run(self, uow: UnitOfWork, values: Mapping[str, Any]) -> tuple[_Compiled, Any]:
        compiled = self._for(uow)
        return compiled, say_to_driver(uow, compiled.sql, _bound(compiled, values))

    def _for(self, uow: UnitOfWork) -> _Compiled:
        dialect = uow.connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = self._compile(dialect)
        return compiled

    def _compile(self, dialect: Dialect) -> _Compiled:
        statement: Any = self._statement if dialect.name == "sqlite" else self._on_postgresql
        compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=self._keys)
        assert "POSTCOMPILE" not in compiled.string, "a list of values changes the words"
        order = compiled.positiontup
        parameters: list[tuple[str, str | None, Convert | None, Any]] = []
        for name in order if order is not None else list(compiled.binds):
            parameter = compiled.binds[name]
            bind = _impl(parameter.type, dialect).bind_processor(dialect)
            if parameter.required:
                parameters.append((name, name, bind, None))
            else:
                value = parameter.effective_value
                parameters.append((name, None, None, value if bind is None else bind(value)))
        columns = list(statement.exported_columns) if isinstance(statement, ReturnsRows) else []
        readers = tuple(_impl(column.type, dialect).result_processor(dialect, None) for column in columns)
        row = namedtuple("Row", [column.key for column in columns], rename=True)  # type: ignore[misc]  # noqa: PYI024  the columns are known only here
        return _Compiled(
            sql=compiled.string,
            is_positional=order is not None,
            parameters=tuple(parameters),
            readers=readers if any(readers) else None,
            row=row._make,
        )


def _converted(row: Sequence[Any], columns: Sequence[tuple[int, Convert]]) -> Sequence[Any]:
    """Return a driver's row with these columns converted where they hold anything."""
    changed: list[Any] | None = None
    for at, read in columns:
        if row[at] is not None:
            changed = list(row) if changed is None else changed
            changed[at] = read(row[at])
    return row if changed is None else changed


def _bound(compiled: _Compiled, values: Mapping[str, Any]) -> Any:
    """Return the parameters as the driver takes them: a list in order, or by name."""
    bound = [
        constant if source is None else values[source] if bind is None else bind(values[source])
        for _, source, bind, constant in compiled.parameters
    ]
    if compiled.is_positional:
        return bound
    return {one[0]: value for one, value in zip(compiled.parameters, bound, strict=True)}


def _impl(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)


class PreparedForMany:
    """One statement about a list of ids, prepared for lists of 1, 2, 4, 8 … of them.

    `build` gets the parameters to put into its `IN`; a shorter list repeats its last id.
    """

    def __init__(self, build: Callable[[Sequence[BindParameter[int]]], Executable]) -> None:
        self._build = build
        self._by_length: dict[int, Prepared] = {}

    def all(self, uow: UnitOfWork, ids: Iterable[int], **values: Any) -> list[Any]:
        """Return every row; none for no ids."""
        wanted = sorted(set(ids))
        if not wanted:
            return []
        length = 1 << (len(wanted) - 1).bit_length()
        prepared = self._by_length.get(length)
        if prepared is None:
            of = [bindparam(f"id_{n}", required=True, type_=BigInteger) for n in range(length)]
            prepared = self._by_length[length] = Prepared(self._build(of))
        wanted += wanted[-1:] * (length - len(wanted))
        return prepared.all(uow, **{f"id_{n}": one for n, one in enumerate(wanted)}, **values)


def inserting(table: Table, keys: Sequence[str], *, returning: str | None = None) -> Prepared:
    """Return an INSERT of one row; with `returning` it gives that column back."""
    statement: Any = Insert(table).inline()
    if returning is not None:
        statement = statement.returning(table.c[returning])
    return Prepared(statement, keys=keys)


def inserting_new(table: Table, keys: Sequence[str], *, returning: str | None = None) -> Prepared:
    """Return an INSERT of one row that changes nothing where a unique key has it already."""
    here: Any = sqlite.insert(table).inline().on_conflict_do_nothing()
    there: Any = postgresql.insert(table).inline().on_conflict_do_nothing()
    if returning is not None:
        here, there = here.returning(table.c[returning]), there.returning(table.c[returning])
    return Prepared(here, keys=keys, postgresql=there)
