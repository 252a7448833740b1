"""The points shop: products, windows, accounts, orders and its two books, which are guarded like the ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import storage.types
from storage.triggers import SHOP_BOOKS, guard_statements, unguard_statements

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('shop_accounts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('merged_into_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('balance', sa.BigInteger(), nullable=False),
    sa.Column('settled_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_shop_accounts_member_id')),
    sa.ForeignKeyConstraint(['merged_into_id'], ['shop_accounts.id'], name=op.f('fk_shop_accounts_merged_into_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_shop_accounts_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shop_accounts')),
    sa.UniqueConstraint('unit_id', 'member_id', name=op.f('uq_shop_accounts_unit_id_member_id'))
    )
    with op.batch_alter_table('shop_accounts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shop_accounts_due_on'), ['due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_shop_accounts_merged_into_id'), ['merged_into_id'], unique=False)

    op.create_table('shop_products',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.Column('cause_key', sa.String(length=128), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('price', sa.BigInteger(), nullable=False),
    sa.Column('stock', sa.BigInteger(), nullable=False),
    sa.Column('held', sa.BigInteger(), nullable=False),
    sa.Column('limit_per_window', sa.Integer(), nullable=True),
    sa.Column('kinds', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('low_stock', sa.Integer(), nullable=False),
    sa.Column('cost_cents', sa.BigInteger(), nullable=True),
    sa.Column('photo_digest', sa.String(length=64), nullable=True),
    sa.Column('thumbnail_digest', sa.String(length=64), nullable=True),
    sa.Column('created_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('archived_at', storage.types.UtcInstant(timezone=True), nullable=True),
    sa.CheckConstraint('held >= 0', name='ck_shop_products_held'),
    sa.CheckConstraint('stock >= 0', name='ck_shop_products_stock'),
    sa.ForeignKeyConstraint(['created_by_id'], ['members.id'], name=op.f('fk_shop_products_created_by_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_shop_products_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shop_products')),
    sa.UniqueConstraint('cause_key', name=op.f('uq_shop_products_cause_key'))
    )
    with op.batch_alter_table('shop_products', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shop_products_unit_id'), ['unit_id'], unique=False)

    op.create_table('shop_windows',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('label', sa.String(length=16), nullable=False),
    sa.Column('opens_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.Column('closes_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.Column('pick_up_until_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.Column('budget_cents', sa.BigInteger(), nullable=True),
    sa.Column('spent_cents', sa.BigInteger(), nullable=False),
    sa.Column('opening_told_at', storage.types.UtcInstant(timezone=True), nullable=True),
    sa.Column('closing_told_at', storage.types.UtcInstant(timezone=True), nullable=True),
    sa.Column('created_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['members.id'], name=op.f('fk_shop_windows_created_by_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_shop_windows_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shop_windows'))
    )
    with op.batch_alter_table('shop_windows', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shop_windows_unit_id_opens_at'), ['unit_id', 'opens_at'], unique=False)

    op.create_table('shop_wrong_codes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tried_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_shop_wrong_codes_member_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shop_wrong_codes'))
    )
    with op.batch_alter_table('shop_wrong_codes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shop_wrong_codes_member_id_tried_at'), ['member_id', 'tried_at'], unique=False)

    op.create_table('shop_orders',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.Column('cause_key', sa.String(length=128), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('window_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('handed', sa.Integer(), nullable=False),
    sa.Column('price', sa.BigInteger(), nullable=False),
    sa.Column('cost_cents', sa.BigInteger(), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('code_salt', sa.String(length=32), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('balance_after', sa.BigInteger(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('ordered_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.Column('expires_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.Column('handed_at', storage.types.UtcInstant(timezone=True), nullable=True),
    sa.Column('closed_at', storage.types.UtcInstant(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('handed >= 0 AND handed <= quantity', name='ck_shop_orders_handed'),
    sa.ForeignKeyConstraint(['account_id'], ['shop_accounts.id'], name=op.f('fk_shop_orders_account_id')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['members.id'], name=op.f('fk_shop_orders_closed_by_id')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_shop_orders_member_id')),
    sa.ForeignKeyConstraint(['product_id'], ['shop_products.id'], name=op.f('fk_shop_orders_product_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_shop_orders_unit_id')),
    sa.ForeignKeyConstraint(['window_id'], ['shop_windows.id'], name=op.f('fk_shop_orders_window_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shop_orders')),
    sa.UniqueConstraint('cause_key', name=op.f('uq_shop_orders_cause_key')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_shop_orders_code_hash'))
    )
    with op.batch_alter_table('shop_orders', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shop_orders_member_id_window_id_product_id'), ['member_id', 'window_id', 'product_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_shop_orders_product_id'), ['product_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_shop_orders_status_expires_at'), ['status', 'expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_shop_orders_unit_id_status'), ['unit_id', 'status'], unique=False)

    op.create_table('shop_waits',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('since_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.Column('told_at', storage.types.UtcInstant(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_shop_waits_member_id')),
    sa.ForeignKeyConstraint(['product_id'], ['shop_products.id'], name=op.f('fk_shop_waits_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shop_waits'))
    )
    with op.batch_alter_table('shop_waits', schema=None) as batch_op:
        batch_op.create_index('uq_shop_waits_open', ['product_id', 'member_id'], unique=True, sqlite_where=sa.text('told_at IS NULL'), postgresql_where=sa.text('told_at IS NULL'))

    op.create_table('shop_stock_lines',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.Column('cause_key', sa.String(length=160), nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('count', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('happened_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['members.id'], name=op.f('fk_shop_stock_lines_actor_id')),
    sa.ForeignKeyConstraint(['order_id'], ['shop_orders.id'], name=op.f('fk_shop_stock_lines_order_id')),
    sa.ForeignKeyConstraint(['product_id'], ['shop_products.id'], name=op.f('fk_shop_stock_lines_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shop_stock_lines')),
    sa.UniqueConstraint('cause_key', name=op.f('uq_shop_stock_lines_cause_key'))
    )
    with op.batch_alter_table('shop_stock_lines', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shop_stock_lines_product_id'), ['product_id'], unique=False)

    op.create_table('shop_purse_lines',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.Column('cause_key', sa.String(length=160), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('about_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('happened_at', storage.types.UtcInstant(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['about_id'], ['shop_purse_lines.id'], name=op.f('fk_shop_purse_lines_about_id')),
    sa.ForeignKeyConstraint(['account_id'], ['shop_accounts.id'], name=op.f('fk_shop_purse_lines_account_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_shop_purse_lines_entry_id')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_shop_purse_lines_member_id')),
    sa.ForeignKeyConstraint(['order_id'], ['shop_orders.id'], name=op.f('fk_shop_purse_lines_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shop_purse_lines')),
    sa.UniqueConstraint('cause_key', name=op.f('uq_shop_purse_lines_cause_key')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_shop_purse_lines_entry_id'))
    )
    with op.batch_alter_table('shop_purse_lines', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shop_purse_lines_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_shop_purse_lines_order_id'), ['order_id'], unique=False)
    for statement in guard_statements(op.get_bind().dialect.name, SHOP_BOOKS):
        op.execute(statement)


def downgrade() -> None:
    for statement in unguard_statements(op.get_bind().dialect.name, SHOP_BOOKS):
        op.execute(statement)
    with op.batch_alter_table('shop_purse_lines', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shop_purse_lines_order_id'))
        batch_op.drop_index(batch_op.f('ix_shop_purse_lines_account_id'))

    op.drop_table('shop_purse_lines')
    with op.batch_alter_table('shop_stock_lines', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shop_stock_lines_product_id'))

    op.drop_table('shop_stock_lines')
    with op.batch_alter_table('shop_waits', schema=None) as batch_op:
        batch_op.drop_index('uq_shop_waits_open', sqlite_where=sa.text('told_at IS NULL'), postgresql_where=sa.text('told_at IS NULL'))

    op.drop_table('shop_waits')
    with op.batch_alter_table('shop_orders', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shop_orders_unit_id_status'))
        batch_op.drop_index(batch_op.f('ix_shop_orders_status_expires_at'))
        batch_op.drop_index(batch_op.f('ix_shop_orders_product_id'))
        batch_op.drop_index(batch_op.f('ix_shop_orders_member_id_window_id_product_id'))

    op.drop_table('shop_orders')
    with op.batch_alter_table('shop_wrong_codes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shop_wrong_codes_member_id_tried_at'))

    op.drop_table('shop_wrong_codes')
    with op.batch_alter_table('shop_windows', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shop_windows_unit_id_opens_at'))

    op.drop_table('shop_windows')
    with op.batch_alter_table('shop_products', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shop_products_unit_id'))

    op.drop_table('shop_products')
    with op.batch_alter_table('shop_accounts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shop_accounts_merged_into_id'))
        batch_op.drop_index(batch_op.f('ix_shop_accounts_due_on'))

    op.drop_table('shop_accounts')
