"""field work: receipts, handsets and late records, care, corrections, sheets, doubts, samples, campaigns"""

import sqlalchemy as sa
from alembic import op

import outreach.db


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('allowance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commune_id', sa.Integer(), nullable=False),
    sa.Column('from_month', sa.Date(), nullable=False),
    sa.Column('per_day', sa.Integer(), nullable=False),
    sa.Column('per_visit', sa.Integer(), nullable=False),
    sa.Column('per_month', sa.Integer(), nullable=False),
    sa.Column('group_month', sa.Integer(), nullable=False),
    sa.Column('most_days', sa.Integer(), nullable=True),
    sa.Column('basis', sa.String(length=200), nullable=False),
    sa.Column('set_by_id', sa.Integer(), nullable=False),
    sa.Column('set_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['commune_id'], ['area.id'], name=op.f('fk_allowance_commune_id_area')),
    sa.ForeignKeyConstraint(['set_by_id'], ['account.id'], name=op.f('fk_allowance_set_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_allowance'))
    )
    with op.batch_alter_table('allowance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_allowance_commune_id'), ['commune_id'], unique=False)

    op.create_table('campaign',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('commune_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['commune_id'], ['area.id'], name=op.f('fk_campaign_commune_id_area')),
    sa.ForeignKeyConstraint(['made_by_id'], ['account.id'], name=op.f('fk_campaign_made_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign'))
    )
    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaign_commune_id'), ['commune_id'], unique=False)

    op.create_table('care',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('since', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('until', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_care_account_id_account')),
    sa.ForeignKeyConstraint(['by_id'], ['account.id'], name=op.f('fk_care_by_id_account')),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_care_household_id_household')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_care'))
    )
    with op.batch_alter_table('care', schema=None) as batch_op:
        batch_op.create_index('ix_care_account_id_until', ['account_id', 'until'], unique=False)
        batch_op.create_index('ix_care_household_id_until', ['household_id', 'until'], unique=False)

    op.create_table('family_type',
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('type', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_family_type_household_id_household')),
    sa.PrimaryKeyConstraint('household_id', 'type', name=op.f('pk_family_type'))
    )
    op.create_table('handset',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mark', sa.String(length=36), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('secret_digest', sa.String(length=64), nullable=False),
    sa.Column('data_key', sa.String(length=200), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('created_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('seen_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('sent_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('waiting', sa.Integer(), nullable=False),
    sa.Column('clock_off', sa.Integer(), nullable=False),
    sa.Column('scope', sa.String(length=64), nullable=False),
    sa.Column('wiped_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('wiped_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_handset_account_id_account')),
    sa.ForeignKeyConstraint(['wiped_by_id'], ['account.id'], name=op.f('fk_handset_wiped_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handset')),
    sa.UniqueConstraint('mark', name=op.f('uq_handset_mark'))
    )
    with op.batch_alter_table('handset', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_handset_account_id'), ['account_id'], unique=False)

    op.create_table('late',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.String(length=40), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.Column('why', sa.String(length=20), nullable=False),
    sa.Column('url', sa.String(length=200), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('received_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('written', sa.Boolean(), nullable=True),
    sa.Column('word', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_late_area_id_area')),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_late_author_id_account')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_late_decided_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_late')),
    sa.UniqueConstraint('client_id', name=op.f('uq_late_client_id'))
    )
    with op.batch_alter_table('late', schema=None) as batch_op:
        batch_op.create_index('ix_late_area_id_decided_at', ['area_id', 'decided_at'], unique=False)

    op.create_table('receipt',
    sa.Column('client_id', sa.String(length=40), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('act', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=30), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('received_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['account.id'], name=op.f('fk_receipt_by_id_account')),
    sa.PrimaryKeyConstraint('client_id', name=op.f('pk_receipt'))
    )
    op.create_table('sheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('totals', sa.JSON(), nullable=False),
    sa.Column('frozen_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('made_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_sheet_account_id_account')),
    sa.ForeignKeyConstraint(['village_id'], ['area.id'], name=op.f('fk_sheet_village_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheet')),
    sa.UniqueConstraint('account_id', 'month', 'village_id', name='uq_sheet_account_id_month_village_id')
    )
    with op.batch_alter_table('sheet', schema=None) as batch_op:
        batch_op.create_index('ix_sheet_village_id_month', ['village_id', 'month'], unique=False)

    op.create_table('campaign_share',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('type', sa.String(length=20), nullable=False),
    sa.Column('target', sa.Integer(), nullable=False),
    sa.Column('at_start', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_share_campaign_id_campaign')),
    sa.ForeignKeyConstraint(['village_id'], ['area.id'], name=op.f('fk_campaign_share_village_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_share')),
    sa.UniqueConstraint('campaign_id', 'village_id', 'type', name='uq_campaign_share_campaign_id_village_id_type')
    )
    with op.batch_alter_table('campaign_share', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaign_share_village_id'), ['village_id'], unique=False)

    op.create_table('correction',
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('new_visit_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['account.id'], name=op.f('fk_correction_by_id_account')),
    sa.ForeignKeyConstraint(['new_visit_id'], ['visit.id'], name=op.f('fk_correction_new_visit_id_visit')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_correction_visit_id_visit')),
    sa.PrimaryKeyConstraint('visit_id', name=op.f('pk_correction')),
    sa.UniqueConstraint('new_visit_id', name=op.f('uq_correction_new_visit_id'))
    )
    op.create_table('doubt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('found_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('verdict', sa.String(length=10), nullable=True),
    sa.Column('settled_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.Column('word', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['settled_by_id'], ['account.id'], name=op.f('fk_doubt_settled_by_id_account')),
    sa.ForeignKeyConstraint(['village_id'], ['area.id'], name=op.f('fk_doubt_village_id_area')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_doubt_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_doubt')),
    sa.UniqueConstraint('visit_id', 'reason', name='uq_doubt_visit_id_reason')
    )
    with op.batch_alter_table('doubt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_doubt_village_id'), ['village_id'], unique=False)

    op.create_table('sample',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('drawn_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('way', sa.String(length=10), nullable=False, server_default='home'),
    sa.Column('result', sa.String(length=10), nullable=True),
    sa.Column('word', sa.String(length=300), nullable=False),
    sa.Column('checked_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('checked_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['checked_by_id'], ['account.id'], name=op.f('fk_sample_checked_by_id_account')),
    sa.ForeignKeyConstraint(['village_id'], ['area.id'], name=op.f('fk_sample_village_id_area')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_sample_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sample')),
    sa.UniqueConstraint('visit_id', name=op.f('uq_sample_visit_id'))
    )
    with op.batch_alter_table('sample', schema=None) as batch_op:
        batch_op.create_index('ix_sample_village_id_month', ['village_id', 'month'], unique=False)

    op.create_table('sheet_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sheet_id', sa.Integer(), nullable=False),
    sa.Column('old', sa.String(length=10), nullable=False),
    sa.Column('new', sa.String(length=10), nullable=False),
    sa.Column('at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('word', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['account.id'], name=op.f('fk_sheet_step_by_id_account')),
    sa.ForeignKeyConstraint(['sheet_id'], ['sheet.id'], name=op.f('fk_sheet_step_sheet_id_sheet')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheet_step'))
    )
    with op.batch_alter_table('sheet_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sheet_step_sheet_id'), ['sheet_id'], unique=False)

    with op.batch_alter_table('household', schema=None) as batch_op:
        batch_op.add_column(sa.Column('walk_no', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('lat', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('lon', sa.Double(), nullable=True))

    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('said_at', outreach.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('way', sa.String(length=10), nullable=False, server_default='home'))
        batch_op.add_column(sa.Column('place_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_visit_place_id_area'), 'area', ['place_id'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_visit_place_id_area'), type_='foreignkey')
        batch_op.drop_column('place_id')
        batch_op.drop_column('way')
        batch_op.drop_column('said_at')

    with op.batch_alter_table('household', schema=None) as batch_op:
        batch_op.drop_column('lon')
        batch_op.drop_column('lat')
        batch_op.drop_column('walk_no')

    with op.batch_alter_table('sheet_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sheet_step_sheet_id'))

    op.drop_table('sheet_step')
    with op.batch_alter_table('sample', schema=None) as batch_op:
        batch_op.drop_index('ix_sample_village_id_month')

    op.drop_table('sample')
    with op.batch_alter_table('doubt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_doubt_village_id'))

    op.drop_table('doubt')
    op.drop_table('correction')
    with op.batch_alter_table('campaign_share', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_campaign_share_village_id'))

    op.drop_table('campaign_share')
    with op.batch_alter_table('sheet', schema=None) as batch_op:
        batch_op.drop_index('ix_sheet_village_id_month')

    op.drop_table('sheet')
    op.drop_table('receipt')
    with op.batch_alter_table('late', schema=None) as batch_op:
        batch_op.drop_index('ix_late_area_id_decided_at')

    op.drop_table('late')
    with op.batch_alter_table('handset', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_handset_account_id'))

    op.drop_table('handset')
    op.drop_table('family_type')
    with op.batch_alter_table('care', schema=None) as batch_op:
        batch_op.drop_index('ix_care_household_id_until')
        batch_op.drop_index('ix_care_account_id_until')

    op.drop_table('care')
    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_campaign_commune_id'))

    op.drop_table('campaign')
    with op.batch_alter_table('allowance', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_allowance_commune_id'))

    op.drop_table('allowance')
