"""numbers from the village to the country"""

import sqlalchemy as sa
from alembic import op

import outreach.db


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('dataset_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dataset', sa.String(length=40), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('published_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('rows', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dataset_version')),
    sa.UniqueConstraint('dataset', 'month', 'version', name='uq_dataset_version_dataset_month_version')
    )
    op.create_table('fold',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fold'))
    )
    op.create_table('area_day',
    sa.Column('area_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('not_reached', sa.Integer(), nullable=False),
    sa.Column('visited', sa.Integer(), nullable=False),
    sa.Column('has_ambassador', sa.Integer(), nullable=False),
    sa.Column('learning', sa.Integer(), nullable=False),
    sa.Column('proficient', sa.Integer(), nullable=False),
    sa.Column('moved_away', sa.Integer(), nullable=False),
    sa.Column('vacant', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.Column('alone_online_services', sa.Integer(), nullable=False),
    sa.Column('alone_shopping', sa.Integer(), nullable=False),
    sa.Column('alone_payment', sa.Integer(), nullable=False),
    sa.Column('alone_safety', sa.Integer(), nullable=False),
    sa.Column('alone_local_platform', sa.Integer(), nullable=False),
    sa.Column('helped_online_services', sa.Integer(), nullable=False),
    sa.Column('helped_shopping', sa.Integer(), nullable=False),
    sa.Column('helped_payment', sa.Integer(), nullable=False),
    sa.Column('helped_safety', sa.Integer(), nullable=False),
    sa.Column('helped_local_platform', sa.Integer(), nullable=False),
    sa.Column('vneid', sa.Integer(), nullable=False),
    sa.Column('visits', sa.Integer(), nullable=False),
    sa.Column('did_alone', sa.Integer(), nullable=False),
    sa.Column('were_helped', sa.Integer(), nullable=False),
    sa.Column('were_shown', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_area_day_area_id_area')),
    sa.ForeignKeyConstraint(['parent_id'], ['area.id'], name=op.f('fk_area_day_parent_id_area')),
    sa.PrimaryKeyConstraint('area_id', 'on', name=op.f('pk_area_day'))
    )
    with op.batch_alter_table('area_day', schema=None) as batch_op:
        batch_op.create_index('ix_area_day_changed_at_area_id_on', ['changed_at', 'area_id', 'on'], unique=False)
        batch_op.create_index('ix_area_day_parent_id_on', ['parent_id', 'on'], unique=False)

    op.create_table('area_tally',
    sa.Column('area_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('not_reached', sa.Integer(), nullable=False),
    sa.Column('visited', sa.Integer(), nullable=False),
    sa.Column('has_ambassador', sa.Integer(), nullable=False),
    sa.Column('learning', sa.Integer(), nullable=False),
    sa.Column('proficient', sa.Integer(), nullable=False),
    sa.Column('moved_away', sa.Integer(), nullable=False),
    sa.Column('vacant', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.Column('alone_online_services', sa.Integer(), nullable=False),
    sa.Column('alone_shopping', sa.Integer(), nullable=False),
    sa.Column('alone_payment', sa.Integer(), nullable=False),
    sa.Column('alone_safety', sa.Integer(), nullable=False),
    sa.Column('alone_local_platform', sa.Integer(), nullable=False),
    sa.Column('helped_online_services', sa.Integer(), nullable=False),
    sa.Column('helped_shopping', sa.Integer(), nullable=False),
    sa.Column('helped_payment', sa.Integer(), nullable=False),
    sa.Column('helped_safety', sa.Integer(), nullable=False),
    sa.Column('helped_local_platform', sa.Integer(), nullable=False),
    sa.Column('vneid', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_area_tally_area_id_area')),
    sa.ForeignKeyConstraint(['parent_id'], ['area.id'], name=op.f('fk_area_tally_parent_id_area')),
    sa.PrimaryKeyConstraint('area_id', name=op.f('pk_area_tally'))
    )
    with op.batch_alter_table('area_tally', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_area_tally_changed_at'), ['changed_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_area_tally_parent_id'), ['parent_id'], unique=False)

    op.create_table('recount_finding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=20), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_recount_finding_area_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recount_finding'))
    )
    with op.batch_alter_table('recount_finding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recount_finding_area_id'), ['area_id'], unique=False)

    op.create_table('unfolded',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['village_id'], ['area.id'], name=op.f('fk_unfolded_village_id_area')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unfolded'))
    )
    op.create_table('visit_day',
    sa.Column('village_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('commune_id', sa.Integer(), nullable=False),
    sa.Column('province_id', sa.Integer(), nullable=False),
    sa.Column('visits', sa.Integer(), nullable=False),
    sa.Column('did_alone', sa.Integer(), nullable=False),
    sa.Column('were_helped', sa.Integer(), nullable=False),
    sa.Column('were_shown', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['commune_id'], ['area.id'], name=op.f('fk_visit_day_commune_id_area')),
    sa.ForeignKeyConstraint(['province_id'], ['area.id'], name=op.f('fk_visit_day_province_id_area')),
    sa.ForeignKeyConstraint(['village_id'], ['area.id'], name=op.f('fk_visit_day_village_id_area')),
    sa.PrimaryKeyConstraint('village_id', 'on', name=op.f('pk_visit_day'))
    )
    with op.batch_alter_table('visit_day', schema=None) as batch_op:
        batch_op.create_index('ix_visit_day_commune_id_on', ['commune_id', 'on'], unique=False)
        batch_op.create_index('ix_visit_day_on', ['on'], unique=False)

    op.create_table('feed_key',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('prefix', sa.String(length=8), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('used_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_feed_key_area_id_area')),
    sa.ForeignKeyConstraint(['made_by_id'], ['account.id'], name=op.f('fk_feed_key_made_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_key')),
    sa.UniqueConstraint('digest', name=op.f('uq_feed_key_digest'))
    )
    with op.batch_alter_table('feed_key', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feed_key_area_id'), ['area_id'], unique=False)

    op.create_table('plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.Column('target_on', sa.Date(), nullable=False),
    sa.Column('share', sa.Integer(), nullable=False),
    sa.Column('start', sa.Double(), nullable=False),
    sa.Column('set_by_id', sa.Integer(), nullable=False),
    sa.Column('set_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_plan_area_id_area')),
    sa.ForeignKeyConstraint(['set_by_id'], ['account.id'], name=op.f('fk_plan_set_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan'))
    )
    with op.batch_alter_table('plan', schema=None) as batch_op:
        batch_op.create_index('ix_plan_area_id_ended_at', ['area_id', 'ended_at'], unique=False)

    op.create_table('report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('form', sa.String(length=10), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('language', sa.String(length=10), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('made_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_report_area_id_area')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['account.id'], name=op.f('fk_report_asked_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report'))
    )
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.create_index('ix_report_area_id_asked_at', ['area_id', 'asked_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_asked_by_id'), ['asked_by_id'], unique=False)

    op.create_table('threshold',
    sa.Column('area_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.Column('set_by_id', sa.Integer(), nullable=False),
    sa.Column('set_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_threshold_area_id_area')),
    sa.ForeignKeyConstraint(['set_by_id'], ['account.id'], name=op.f('fk_threshold_set_by_id_account')),
    sa.PrimaryKeyConstraint('area_id', 'kind', name=op.f('pk_threshold'))
    )
    op.create_table('village_fact',
    sa.Column('village_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('poor', sa.Integer(), nullable=True),
    sa.Column('near_poor', sa.Integer(), nullable=True),
    sa.Column('hardship', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('set_by_id', sa.Integer(), nullable=False),
    sa.Column('set_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['set_by_id'], ['account.id'], name=op.f('fk_village_fact_set_by_id_account')),
    sa.ForeignKeyConstraint(['village_id'], ['area.id'], name=op.f('fk_village_fact_village_id_area')),
    sa.PrimaryKeyConstraint('village_id', 'as_of', name=op.f('pk_village_fact'))
    )
    op.create_table('webhook',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=False),
    sa.Column('secret', sa.String(length=64), nullable=False),
    sa.Column('cursor', sa.String(length=60), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_webhook_area_id_area')),
    sa.ForeignKeyConstraint(['made_by_id'], ['account.id'], name=op.f('fk_webhook_made_by_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook'))
    )
    with op.batch_alter_table('webhook', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_webhook_area_id'), ['area_id'], unique=False)

    op.create_table('delivery',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('webhook_id', sa.Integer(), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('made_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.String(length=80), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('due_at', outreach.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease', sa.String(length=36), nullable=True),
    sa.Column('lease_until', outreach.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['webhook_id'], ['webhook.id'], name=op.f('fk_delivery_webhook_id_webhook')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery')),
    sa.UniqueConstraint('key', name=op.f('uq_delivery_key'))
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index('ix_delivery_state_due_at', ['state', 'due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_webhook_id'), ['webhook_id'], unique=False)

    op.create_table('milestone',
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('share', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_milestone_plan_id_plan')),
    sa.PrimaryKeyConstraint('plan_id', 'month', name=op.f('pk_milestone'))
    )
    op.create_table('unweighed',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_unweighed_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unweighed'))
    )
    with op.batch_alter_table('unweighed', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unweighed_member_id'), ['member_id'], unique=False)

    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.add_column(sa.Column('due_at', outreach.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('acted_at', outreach.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_alert_open', ['area_id'], unique=False, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    with op.batch_alter_table('household', schema=None) as batch_op:
        batch_op.add_column(sa.Column('alone', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('helped', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('vneid', sa.Integer(), server_default='0', nullable=False))

    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.add_column(sa.Column('alone', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('helped', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('vneid_said_on', sa.Date(), nullable=True))

    with op.batch_alter_table('tally', schema=None) as batch_op:
        batch_op.add_column(sa.Column('alone_online_services', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('alone_shopping', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('alone_payment', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('alone_safety', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('alone_local_platform', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('helped_online_services', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('helped_shopping', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('helped_payment', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('helped_safety', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('helped_local_platform', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('vneid', sa.Integer(), server_default='0', nullable=False))

    with op.batch_alter_table('tally_day', schema=None) as batch_op:
        batch_op.add_column(sa.Column('alone_online_services', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('alone_shopping', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('alone_payment', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('alone_safety', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('alone_local_platform', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('helped_online_services', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('helped_shopping', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('helped_payment', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('helped_safety', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('helped_local_platform', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('vneid', sa.Integer(), server_default='0', nullable=False))

    # Whatever speaks for somebody's skills so far is counted as soon as a worker runs.
    op.execute('INSERT INTO unweighed (member_id) SELECT DISTINCT member_id FROM evidence')
    op.execute('INSERT INTO unweighed (member_id) SELECT DISTINCT member_id FROM learner WHERE member_id IS NOT NULL')


def downgrade() -> None:
    with op.batch_alter_table('tally_day', schema=None) as batch_op:
        batch_op.drop_column('vneid')
        batch_op.drop_column('helped_local_platform')
        batch_op.drop_column('helped_safety')
        batch_op.drop_column('helped_payment')
        batch_op.drop_column('helped_shopping')
        batch_op.drop_column('helped_online_services')
        batch_op.drop_column('alone_local_platform')
        batch_op.drop_column('alone_safety')
        batch_op.drop_column('alone_payment')
        batch_op.drop_column('alone_shopping')
        batch_op.drop_column('alone_online_services')

    with op.batch_alter_table('tally', schema=None) as batch_op:
        batch_op.drop_column('vneid')
        batch_op.drop_column('helped_local_platform')
        batch_op.drop_column('helped_safety')
        batch_op.drop_column('helped_payment')
        batch_op.drop_column('helped_shopping')
        batch_op.drop_column('helped_online_services')
        batch_op.drop_column('alone_local_platform')
        batch_op.drop_column('alone_safety')
        batch_op.drop_column('alone_payment')
        batch_op.drop_column('alone_shopping')
        batch_op.drop_column('alone_online_services')

    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.drop_column('vneid_said_on')
        batch_op.drop_column('helped')
        batch_op.drop_column('alone')

    with op.batch_alter_table('household', schema=None) as batch_op:
        batch_op.drop_column('vneid')
        batch_op.drop_column('helped')
        batch_op.drop_column('alone')

    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.drop_index('ix_alert_open', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_column('acted_at')
        batch_op.drop_column('due_at')

    with op.batch_alter_table('unweighed', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unweighed_member_id'))

    op.drop_table('unweighed')
    op.drop_table('milestone')
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delivery_webhook_id'))
        batch_op.drop_index('ix_delivery_state_due_at')

    op.drop_table('delivery')
    with op.batch_alter_table('webhook', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_webhook_area_id'))

    op.drop_table('webhook')
    op.drop_table('village_fact')
    op.drop_table('threshold')
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_asked_by_id'))
        batch_op.drop_index('ix_report_area_id_asked_at')

    op.drop_table('report')
    with op.batch_alter_table('plan', schema=None) as batch_op:
        batch_op.drop_index('ix_plan_area_id_ended_at')

    op.drop_table('plan')
    with op.batch_alter_table('feed_key', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_feed_key_area_id'))

    op.drop_table('feed_key')
    with op.batch_alter_table('visit_day', schema=None) as batch_op:
        batch_op.drop_index('ix_visit_day_on')
        batch_op.drop_index('ix_visit_day_commune_id_on')

    op.drop_table('visit_day')
    op.drop_table('unfolded')
    with op.batch_alter_table('recount_finding', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recount_finding_area_id'))

    op.drop_table('recount_finding')
    with op.batch_alter_table('area_tally', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_area_tally_parent_id'))
        batch_op.drop_index(batch_op.f('ix_area_tally_changed_at'))

    op.drop_table('area_tally')
    with op.batch_alter_table('area_day', schema=None) as batch_op:
        batch_op.drop_index('ix_area_day_parent_id_on')
        batch_op.drop_index('ix_area_day_changed_at_area_id_on')

    op.drop_table('area_day')
    op.drop_table('fold')
    op.drop_table('dataset_version')
