"""Members may have their name left out of public lists."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('notice_choices', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hides_name', sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table('notice_choices', schema=None) as batch_op:
        batch_op.drop_column('hides_name')
