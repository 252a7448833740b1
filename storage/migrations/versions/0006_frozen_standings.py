"""Frozen standings, guarded like the ledger, and what members want to be told about them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import storage.types
from storage.triggers import STANDINGS, guard_statements, unguard_statements

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    op.create_table('standings',
    sa.Column('finalised_period_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('member_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('unit_id', BIG_ID, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('ranked', sa.Integer(), nullable=False),
    sa.Column('movement', sa.Integer(), nullable=True),
    sa.Column('grade', sa.String(length=64), nullable=True),
    sa.Column('stars', sa.Integer(), nullable=True),
    sa.Column('is_eligible', sa.Boolean(), nullable=False),
    sa.Column('parts', JSON, nullable=False),
    sa.Column('consequences', JSON, nullable=False),
    sa.Column('needs', JSON, nullable=False),
    sa.ForeignKeyConstraint(['finalised_period_id'], ['finalised_periods.id'], name=op.f('fk_standings_finalised_period_id')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_standings_member_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_standings_unit_id')),
    sa.PrimaryKeyConstraint('finalised_period_id', 'member_id', name=op.f('pk_standings'))
    )
    with op.batch_alter_table('standings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_standings_member_id'), ['member_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_standings_unit_id_kind'), ['unit_id', 'kind'], unique=False)

    op.create_table('notice_choices',
    sa.Column('member_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('wants_picture', sa.Boolean(), nullable=False),
    sa.Column('wants_monthly', sa.Boolean(), nullable=False),
    sa.Column('set_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_notice_choices_member_id')),
    sa.PrimaryKeyConstraint('member_id', name=op.f('pk_notice_choices'))
    )
    for statement in guard_statements(op.get_bind().dialect.name, STANDINGS):
        op.execute(statement)


def downgrade() -> None:
    for statement in unguard_statements(op.get_bind().dialect.name, STANDINGS):
        op.execute(statement)
    op.drop_table('notice_choices')
    op.drop_table('standings')
