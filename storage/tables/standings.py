"""Tables of frozen standings, and of what members want to be told about them."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, false

from storage.tables.columns import BigId, Json, metadata, reference
from storage.types import UtcInstant

standings = Table(
    "standings",
    metadata,
    Column(
        "finalised_period_id",
        BigId,
        ForeignKey("finalised_periods.id"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("member_id", BigId, ForeignKey("members.id"), primary_key=True, autoincrement=False),
    reference("unit_id", "units.id"),
    Column("kind", String(16), nullable=False),
    Column("position", Integer, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("rank", Integer),
    Column("ranked", Integer, nullable=False),
    Column("movement", Integer),
    Column("grade", String(64)),
    Column("stars", Integer),
    Column("is_eligible", Boolean, nullable=False),
    Column("parts", Json, nullable=False),
    Column("consequences", Json, nullable=False),
    Column("needs", Json, nullable=False),
    Index(None, "member_id"),
    Index(None, "unit_id", "kind"),
)
"""How each member stood when a period was frozen, in the order of the list; never changed afterwards."""

notice_choices = Table(
    "notice_choices",
    metadata,
    Column("member_id", BigId, ForeignKey("members.id"), primary_key=True, autoincrement=False),
    Column("wants_picture", Boolean, nullable=False),
    Column("wants_monthly", Boolean, nullable=False),
    Column("hides_name", Boolean, nullable=False, server_default=false()),
    Column("set_at", UtcInstant, nullable=False),
)
"""What a member wants of the notices and public lists; who is not here wants everything, named."""
