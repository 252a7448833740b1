"""Running sums and windows, balances of closed periods, entries of units, dates of rulebook versions."""

import sqlalchemy as sa
from alembic import op

from storage.triggers import install_statements, remove_statements

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('sums',
    sa.Column('unit_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('member_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('item', sa.String(length=64), nullable=False),
    sa.Column('month_on', sa.Date(), nullable=False),
    sa.Column('gains', sa.BigInteger(), nullable=False),
    sa.Column('losses', sa.BigInteger(), nullable=False),
    sa.Column('counted', sa.BigInteger(), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_sums_unit_id')),
    sa.PrimaryKeyConstraint('unit_id', 'member_id', 'item', 'month_on', name=op.f('pk_sums')),
    sqlite_with_rowid=False,
    )
    op.create_table('fills',
    sa.Column('unit_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('member_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('year_on', sa.Date(), nullable=False),
    sa.Column('version_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('cap', sa.String(length=128), nullable=False),
    sa.Column('window', sa.String(length=16), nullable=False),
    sa.Column('came', sa.BigInteger(), nullable=False),
    sa.Column('counted', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_fills_unit_id')),
    sa.ForeignKeyConstraint(['version_id'], ['rulebook_versions.id'], name=op.f('fk_fills_version_id')),
    sa.PrimaryKeyConstraint('unit_id', 'member_id', 'year_on', 'version_id', 'cap', 'window', name=op.f('pk_fills')),
    sqlite_with_rowid=False,
    )
    with op.batch_alter_table('fills', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fills_member_id'), ['member_id'], unique=False)

    op.create_table('balances',
    sa.Column('finalised_period_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('member_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('counted', sa.BigInteger(), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['finalised_period_id'], ['finalised_periods.id'], name=op.f('fk_balances_finalised_period_id')),
    sa.PrimaryKeyConstraint('finalised_period_id', 'member_id', name=op.f('pk_balances')),
    )
    with op.batch_alter_table('balances', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_balances_member_id'), ['member_id'], unique=False)

    op.add_column('rulebook_versions', sa.Column('effective_on', sa.Date(), nullable=True))
    op.add_column('rulebook_versions', sa.Column('reason', sa.Text(), nullable=False, server_default=''))
    with op.batch_alter_table('rulebook_versions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('published_by_id', BIG_ID, nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_rulebook_versions_published_by_id'), 'members', ['published_by_id'], ['id'])
        batch_op.drop_constraint(batch_op.f('uq_rulebook_versions_rulebook_digest'), type_='unique')
        batch_op.create_index(batch_op.f('ix_rulebook_versions_rulebook'), ['rulebook'], unique=False)
    _alter_entries(is_nullable=True)


def downgrade() -> None:
    _alter_entries(is_nullable=False)
    with op.batch_alter_table('rulebook_versions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rulebook_versions_rulebook'))
        batch_op.drop_constraint(batch_op.f('fk_rulebook_versions_published_by_id'), type_='foreignkey')
        batch_op.drop_column('published_by_id')
        batch_op.create_unique_constraint(batch_op.f('uq_rulebook_versions_rulebook_digest'), ['rulebook', 'digest'])
    op.drop_column('rulebook_versions', 'reason')
    op.drop_column('rulebook_versions', 'effective_on')
    with op.batch_alter_table('balances', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_balances_member_id'))

    op.drop_table('balances')
    with op.batch_alter_table('fills', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fills_member_id'))

    op.drop_table('fills')
    op.drop_table('sums')


def _alter_entries(*, is_nullable: bool) -> None:
    """Let entries have no member, or not; SQLite makes the table anew, and its guards go with it."""
    dialect = op.get_bind().dialect.name
    if dialect == 'sqlite':
        for statement in remove_statements(dialect):
            op.execute(statement)
    with op.batch_alter_table('entries', schema=None) as batch_op:
        batch_op.alter_column('member_id', existing_type=BIG_ID, nullable=is_nullable)
    if dialect == 'sqlite':
        for statement in install_statements(dialect):
            op.execute(statement)
