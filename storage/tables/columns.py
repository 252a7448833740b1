"""The kinds of column that every table is made of, and the metadata they all belong to."""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Identity, Integer, MetaData
from sqlalchemy.dialects import postgresql

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigId = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(postgresql.JSONB, "postgresql")


def id_column() -> Column[int]:
    """Return the primary key that a table counts up."""
    return Column("id", BigId, Identity(), primary_key=True)


def reference(name: str, target: str, *, nullable: bool = False) -> Column[int]:
    """Return a column that refers to another table's row, such as `units.id`."""
    return Column(name, BigId, ForeignKey(target), nullable=nullable)
