"""Lists that rulebooks have read out on fixed days."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import storage.types

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    op.create_table('dated_lists',
    sa.Column('id', BIG_ID, sa.Identity(always=False), nullable=False),
    sa.Column('unit_id', BIG_ID, nullable=False),
    sa.Column('listed_on', sa.Date(), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('period', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('is_frozen', sa.Boolean(), nullable=False),
    sa.Column('lines', JSON, nullable=False),
    sa.Column('tied', JSON, nullable=False),
    sa.Column('made_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_dated_lists_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dated_lists')),
    sa.UniqueConstraint('unit_id', 'listed_on', 'code', 'period', name=op.f('uq_dated_lists_unit_id_listed_on_code_period'))
    )


def downgrade() -> None:
    op.drop_table('dated_lists')
