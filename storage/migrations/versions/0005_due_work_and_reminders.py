"""Due work, units' settings and calendars, reminders, and reports that were escalated."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('due_claims',
    sa.Column('job', sa.String(length=64), nullable=False),
    sa.Column('slot', sa.String(length=64), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=False),
    sa.Column('claimed_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('job', 'slot', name=op.f('pk_due_claims'))
    )
    with op.batch_alter_table('due_claims', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_due_claims_claimed_at'), ['claimed_at'], unique=False)

    op.create_table('due_marks',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('looked_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_due_marks'))
    )
    op.create_table('unit_settings',
    sa.Column('unit_id', BIG_ID, nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('value', sa.String(length=200), nullable=False),
    sa.Column('set_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.Column('set_by_id', BIG_ID, nullable=False),
    sa.ForeignKeyConstraint(['set_by_id'], ['members.id'], name=op.f('fk_unit_settings_set_by_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_unit_settings_unit_id')),
    sa.PrimaryKeyConstraint('unit_id', 'name', name=op.f('pk_unit_settings'))
    )
    op.create_table('calendar_days',
    sa.Column('unit_id', BIG_ID, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('set_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.Column('set_by_id', BIG_ID, nullable=False),
    sa.ForeignKeyConstraint(['set_by_id'], ['members.id'], name=op.f('fk_calendar_days_set_by_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_calendar_days_unit_id')),
    sa.PrimaryKeyConstraint('unit_id', 'day', name=op.f('pk_calendar_days'))
    )
    op.create_table('reminder_days',
    sa.Column('unit_id', BIG_ID, nullable=False),
    sa.Column('month', sa.String(length=16), nullable=False),
    sa.Column('remind_on', sa.Date(), nullable=False),
    sa.Column('set_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.Column('set_by_id', BIG_ID, nullable=False),
    sa.ForeignKeyConstraint(['set_by_id'], ['members.id'], name=op.f('fk_reminder_days_set_by_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_reminder_days_unit_id')),
    sa.PrimaryKeyConstraint('unit_id', 'month', name=op.f('pk_reminder_days'))
    )
    op.create_table('nothing_to_report',
    sa.Column('member_id', BIG_ID, nullable=False),
    sa.Column('unit_id', BIG_ID, nullable=False),
    sa.Column('month', sa.String(length=16), nullable=False),
    sa.Column('answered_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_nothing_to_report_member_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_nothing_to_report_unit_id')),
    sa.PrimaryKeyConstraint('member_id', 'unit_id', 'month', name=op.f('pk_nothing_to_report'))
    )
    with op.batch_alter_table('nothing_to_report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_nothing_to_report_unit_id_month'), ['unit_id', 'month'], unique=False)

    op.create_table('stand_ins',
    sa.Column('id', BIG_ID, sa.Identity(always=False), nullable=False),
    sa.Column('unit_id', BIG_ID, nullable=False),
    sa.Column('member_id', BIG_ID, nullable=False),
    sa.Column('asked_by_id', BIG_ID, nullable=False),
    sa.Column('since_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('made_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['asked_by_id'], ['members.id'], name=op.f('fk_stand_ins_asked_by_id')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_stand_ins_member_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_stand_ins_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stand_ins'))
    )
    with op.batch_alter_table('stand_ins', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stand_ins_status_unit_id'), ['status', 'unit_id'], unique=False)

    op.add_column('reports', sa.Column('escalated_revision', sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column('reports', 'escalated_revision')
    for table in ('stand_ins', 'nothing_to_report', 'reminder_days', 'calendar_days', 'unit_settings', 'due_marks', 'due_claims'):
        op.drop_table(table)
