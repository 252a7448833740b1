"""Announcements, the units' own words, and an outbox that knows groups and announcements."""

import sqlalchemy as sa
from alembic import op

import storage.types
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('announcements',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.Column('cause_key', sa.String(length=128), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('attachment_kind', sa.String(length=16), nullable=True),
    sa.Column('file_id', sa.String(length=255), nullable=True),
    sa.Column('file_name', sa.String(length=255), nullable=True),
    sa.Column('audience', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('wants_confirmation', sa.Boolean(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('created_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.Column('due_at', storage.types.UtcInstant(timezone=True), nullable=True),
    sa.Column('started_at', storage.types.UtcInstant(timezone=True), nullable=True),
    sa.Column('ended_at', storage.types.UtcInstant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['members.id'], name=op.f('fk_announcements_author_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_announcements_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcements')),
    sa.UniqueConstraint('cause_key', name=op.f('uq_announcements_cause_key'))
    )
    with op.batch_alter_table('announcements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_announcements_status_due_at'), ['status', 'due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_announcements_unit_id_status'), ['unit_id', 'status'], unique=False)

    op.create_table('group_chats',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.Column('chat_id', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('added_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('added_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.Column('left_at', storage.types.UtcInstant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['added_by_id'], ['members.id'], name=op.f('fk_group_chats_added_by_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_group_chats_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_chats')),
    sa.UniqueConstraint('chat_id', name=op.f('uq_group_chats_chat_id'))
    )
    with op.batch_alter_table('group_chats', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_group_chats_unit_id'), ['unit_id'], unique=False)

    op.create_table('wordings',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slot', sa.String(length=32), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('written_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['members.id'], name=op.f('fk_wordings_author_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_wordings_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wordings')),
    sa.UniqueConstraint('unit_id', 'slot', 'language', 'version', name=op.f('uq_wordings_unit_id_slot_language_version'))
    )
    op.create_table('confirmations',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.Column('announcement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('confirmed_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcements.id'], name=op.f('fk_confirmations_announcement_id')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_confirmations_member_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_confirmations')),
    sa.UniqueConstraint('announcement_id', 'member_id', name=op.f('uq_confirmations_announcement_id_member_id'))
    )
    op.create_table('progress_messages',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.Column('announcement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('chat_id', sa.BigInteger(), nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('shown', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcements.id'], name=op.f('fk_progress_messages_announcement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_progress_messages')),
    sa.UniqueConstraint('chat_id', 'message_id', name=op.f('uq_progress_messages_chat_id_message_id'))
    )
    with op.batch_alter_table('progress_messages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_progress_messages_announcement_id'), ['announcement_id'], unique=False)

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('chat_id', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('announcement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.drop_index(batch_op.f('ix_outbox_status_due_at_priority'))
        batch_op.create_index(batch_op.f('ix_outbox_announcement_id_status'), ['announcement_id', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_chat_id_status'), ['chat_id', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_status_priority_id'), ['status', 'priority', 'id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_outbox_announcement_id'), 'announcements', ['announcement_id'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_outbox_announcement_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_outbox_status_priority_id'))
        batch_op.drop_index(batch_op.f('ix_outbox_chat_id_status'))
        batch_op.drop_index(batch_op.f('ix_outbox_announcement_id_status'))
        batch_op.create_index(batch_op.f('ix_outbox_status_due_at_priority'), ['status', 'due_at', 'priority'], unique=False)
        batch_op.drop_column('announcement_id')
        batch_op.drop_column('chat_id')

    with op.batch_alter_table('progress_messages', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_progress_messages_announcement_id'))

    op.drop_table('progress_messages')
    op.drop_table('confirmations')
    op.drop_table('wordings')
    with op.batch_alter_table('group_chats', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_group_chats_unit_id'))

    op.drop_table('group_chats')
    with op.batch_alter_table('announcements', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_announcements_unit_id_status'))
        batch_op.drop_index(batch_op.f('ix_announcements_status_due_at'))

    op.drop_table('announcements')
