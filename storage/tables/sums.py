"""Tables of what entries come to: sums by item and month, full windows, balances of closed periods.

They follow from the ledger and can be made anew from it; the member 0 is the unit itself, a negative
one a household whose members share an account.
"""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, String, Table

from storage.tables.columns import BigId, metadata

sums = Table(
    "sums",
    metadata,
    Column("unit_id", BigId, ForeignKey("units.id"), primary_key=True, autoincrement=False),
    Column("member_id", BigId, primary_key=True, autoincrement=False),
    Column("item", String(64), primary_key=True),
    Column("month_on", Date, primary_key=True),
    Column("gains", BigInteger, nullable=False),
    Column("losses", BigInteger, nullable=False),
    Column("counted", BigInteger, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

fills = Table(
    "fills",
    metadata,
    Column("unit_id", BigId, ForeignKey("units.id"), primary_key=True, autoincrement=False),
    Column("member_id", BigId, primary_key=True, autoincrement=False),
    Column("year_on", Date, primary_key=True),
    Column("version_id", BigId, ForeignKey("rulebook_versions.id"), primary_key=True, autoincrement=False),
    Column("cap", String(128), primary_key=True),
    Column("window", String(16), primary_key=True),
    Column("came", BigInteger, nullable=False),
    Column("counted", BigInteger, nullable=False),
    Index(None, "member_id"),
    sqlite_with_rowid=False,
)

balances = Table(
    "balances",
    metadata,
    Column(
        "finalised_period_id",
        BigId,
        ForeignKey("finalised_periods.id"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("member_id", BigId, primary_key=True, autoincrement=False),
    Column("counted", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "member_id"),
)
