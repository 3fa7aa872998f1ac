"""visits of villages that ended stay with them"""

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


def upgrade() -> None:
    # In one line: SQLite would copy the whole table for a constraint of its own, and cannot while others refer to it.
    op.execute('ALTER TABLE visit ADD COLUMN stays_in_id INTEGER CONSTRAINT fk_visit_stays_in_id_area REFERENCES area (id)')
    op.create_index('ix_visit_stays_in_id', 'visit', ['stays_in_id'], unique=False, sqlite_where=sa.text('stays_in_id IS NOT NULL'), postgresql_where=sa.text('stays_in_id IS NOT NULL'))
    op.execute(STAY)


def downgrade() -> None:
    op.drop_index('ix_visit_stays_in_id', 'visit')
    op.execute('ALTER TABLE visit DROP COLUMN stays_in_id')
