"""visits and numbers of villages that ended stay with them"""

import sqlalchemy as sa
from alembic import op


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

# What was received before a reform was made for the village that ended: the history of stages says which that was.
STAY = """
UPDATE visit SET stays_in_id = (
    SELECT max(area_successor.old_id) FROM stage_change
    JOIN household ON household.id = stage_change.household_id
    JOIN area_successor ON area_successor.old_id = stage_change.village_id
    WHERE stage_change.household_id = visit.household_id AND area_successor.new_id = household.village_id
)
WHERE EXISTS (
    SELECT 1 FROM household
    JOIN area_successor ON area_successor.new_id = household.village_id
    WHERE household.id = visit.household_id AND visit.received_at < area_successor."on"
)
"""

# Nobody has come to a village by a reform yet that has ended by another since: so it came to all that changed in it.
AT_END = """
INSERT INTO ended_tally (village_id, commune_id, province_id, "on",
not_reached, visited, has_ambassador, learning, proficient, moved_away, vacant, refused,
alone_online_services, alone_shopping, alone_payment, alone_safety, alone_local_platform,
helped_online_services, helped_shopping, helped_payment, helped_safety, helped_local_platform, vneid)
SELECT village_id, commune_id, province_id, max(area.valid_to),
sum(not_reached), sum(visited), sum(has_ambassador), sum(learning), sum(proficient), sum(moved_away),
sum(vacant), sum(refused), sum(alone_online_services), sum(alone_shopping), sum(alone_payment),
sum(alone_safety), sum(alone_local_platform), sum(helped_online_services), sum(helped_shopping),
sum(helped_payment), sum(helped_safety), sum(helped_local_platform), sum(vneid)
FROM tally_day JOIN area ON area.id = tally_day.village_id WHERE area.valid_to IS NOT NULL
GROUP BY village_id, commune_id, province_id
"""


def upgrade() -> None:
    op.create_table('ended_tally',
    sa.Column('village_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('commune_id', sa.Integer(), nullable=False),
    sa.Column('province_id', sa.Integer(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
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
    sa.ForeignKeyConstraint(['commune_id'], ['area.id'], name=op.f('fk_ended_tally_commune_id_area')),
    sa.ForeignKeyConstraint(['province_id'], ['area.id'], name=op.f('fk_ended_tally_province_id_area')),
    sa.ForeignKeyConstraint(['village_id'], ['area.id'], name=op.f('fk_ended_tally_village_id_area')),
    sa.PrimaryKeyConstraint('village_id', name=op.f('pk_ended_tally'))
    )
    op.create_index(op.f('ix_ended_tally_commune_id'), 'ended_tally', ['commune_id'], unique=False)
    op.create_index(op.f('ix_ended_tally_province_id'), 'ended_tally', ['province_id'], unique=False)
    op.execute(AT_END)
    # In one line: SQLite would copy the whole table for a constraint of its own, and cannot while others refer to it.
    op.execute('ALTER TABLE visit ADD COLUMN stays_in_id INTEGER CONSTRAINT fk_visit_stays_in_id_area REFERENCES area (id)')
    op.create_index('ix_visit_stays_in_id', 'visit', ['stays_in_id'], unique=False, sqlite_where=sa.text('stays_in_id IS NOT NULL'), postgresql_where=sa.text('stays_in_id IS NOT NULL'))
    op.execute(STAY)


def downgrade() -> None:
    op.drop_index(op.f('ix_ended_tally_province_id'), 'ended_tally')
    op.drop_index(op.f('ix_ended_tally_commune_id'), 'ended_tally')
    op.drop_table('ended_tally')
    op.drop_index('ix_visit_stays_in_id', 'visit')
    op.execute('ALTER TABLE visit DROP COLUMN stays_in_id')
