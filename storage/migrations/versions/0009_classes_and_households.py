"""What class of members somebody belongs to in a unit, and to which household."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('households',
    sa.Column('id', BIG_ID, sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_households')),
    sa.UniqueConstraint('code', name=op.f('uq_households_code'))
    )
    with op.batch_alter_table('memberships', schema=None) as batch_op:
        batch_op.add_column(sa.Column('class', sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('household_id', BIG_ID, nullable=True))
        batch_op.create_index(batch_op.f('ix_memberships_household_id'), ['household_id'], unique=False)
        batch_op.create_foreign_key(op.f('fk_memberships_household_id'), 'households', ['household_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('memberships', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('fk_memberships_household_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_memberships_household_id'))
        batch_op.drop_column('household_id')
        batch_op.drop_column('class')
    op.drop_table('households')
