"""The guards of the books inside the database itself: their lines are never changed nor removed."""

from collections.abc import Sequence

GUARDED = ("events", "entries")
"""The ledger's tables; what came later brings its own guards with its own migration."""
SHOP_BOOKS = ("shop_purse_lines", "shop_stock_lines")
STANDINGS = ("standings",)


def install_statements(dialect: str) -> list[str]:
    """Return the statements that put the ledger's guards up."""
    if dialect == "sqlite":
        return guard_statements(dialect, GUARDED)
    function = (
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    return [function, *guard_statements(dialect, GUARDED)]


def guard_statements(dialect: str, tables: Sequence[str]) -> list[str]:
    """Return the statements that guard further tables, once the ledger's guards are up."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for table in tables
            for verb in ("UPDATE", "DELETE")
        ]
    statements = []
    for table in tables:
        statements += [
            (
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            ),
            (
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            ),
        ]
    return statements


def remove_statements(dialect: str) -> list[str]:
    """Return the statements that take the ledger's guards down, for a downgrade."""
    drops = unguard_statements(dialect, GUARDED)
    return drops if dialect == "sqlite" else [*drops, "DROP FUNCTION refuse_change()"]


def unguard_statements(dialect: str, tables: Sequence[str]) -> list[str]:
    """Return the statements that take the guards of these tables down."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_no_{verb}" for table in tables for verb in ("update", "delete")]
    return [
        f"DROP TRIGGER {table}_{name} ON {table}"
        for table in tables
        for name in ("append_only", "no_truncate")
    ]
