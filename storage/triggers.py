"""The guards of the ledger inside the database itself: entries and events are never changed nor removed."""

GUARDED = ("events", "entries")


def install_statements(dialect: str) -> list[str]:
    """Return the statements that put the guards up."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for table in GUARDED
            for verb in ("UPDATE", "DELETE")
        ]
    statements = [
        (
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    ]
    for table in GUARDED:
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
    """Return the statements that take the guards down, for a downgrade."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_no_{verb}" for table in GUARDED for verb in ("update", "delete")]
    drops = [
        f"DROP TRIGGER {table}_{name} ON {table}"
        for table in GUARDED
        for name in ("append_only", "no_truncate")
    ]
    return [*drops, "DROP FUNCTION refuse_change()"]
