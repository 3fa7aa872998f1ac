"""results of campaigns, numbers of lots, households merged with a way back, what was said otherwise of a member"""

import sqlalchemy as sa
from alembic import op

import outreach.db


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.add_column(sa.Column('counted_on', sa.Date(), nullable=True))

    with op.batch_alter_table('campaign_share', schema=None) as batch_op:
        batch_op.add_column(sa.Column('at_end', sa.Integer(), nullable=True))

    with op.batch_alter_table('sample', schema=None) as batch_op:
        batch_op.add_column(sa.Column('number', sa.String(length=32), server_default='', nullable=False))

    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.add_column(sa.Column('differs', sa.JSON(none_as_null=True), nullable=True))

    op.create_table('household_merge',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('keep_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('moved', sa.JSON(), nullable=False),
    sa.Column('undone_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('undone_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['account.id'], name=op.f('fk_household_merge_by_id_account')),
    sa.ForeignKeyConstraint(['keep_id'], ['household.id'], name=op.f('fk_household_merge_keep_id_household')),
    sa.ForeignKeyConstraint(['other_id'], ['household.id'], name=op.f('fk_household_merge_other_id_household')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['account.id'], name=op.f('fk_household_merge_undone_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_household_merge'))
    )
    with op.batch_alter_table('household_merge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_household_merge_keep_id'), ['keep_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_household_merge_other_id'), ['other_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('household_merge', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_household_merge_other_id'))
        batch_op.drop_index(batch_op.f('ix_household_merge_keep_id'))

    op.drop_table('household_merge')
    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.drop_column('differs')

    with op.batch_alter_table('sample', schema=None) as batch_op:
        batch_op.drop_column('number')

    with op.batch_alter_table('campaign_share', schema=None) as batch_op:
        batch_op.drop_column('at_end')

    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.drop_column('counted_on')
