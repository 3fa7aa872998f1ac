"""plans end with a reason; hardship is summed up above the commune; nothing of a household is looked for from end to end"""

import sqlalchemy as sa
from alembic import op


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

INDEXES = (  # table, column, whether only the rows that have one
    ('ambassador', 'registered_by_id', False), ('follow_up', 'visit_id', False), ('follow_up', 'ended_by_visit_id', True),
    ('household', 'merged_into_id', True), ('visit', 'place_id', True),
)


def upgrade() -> None:
    op.create_table('hardship_tally',
    sa.Column('area_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('key', sa.String(length=10), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=False),
    sa.Column('villages', sa.Integer(), nullable=False),
    sa.Column('poor', sa.Integer(), nullable=True),
    sa.Column('near_poor', sa.Integer(), nullable=True),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('not_reached', sa.Integer(), nullable=False),
    sa.Column('visited', sa.Integer(), nullable=False),
    sa.Column('has_ambassador', sa.Integer(), nullable=False),
    sa.Column('learning', sa.Integer(), nullable=False),
    sa.Column('proficient', sa.Integer(), nullable=False),
    sa.Column('folded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_hardship_tally_area_id_area')),
    sa.ForeignKeyConstraint(['parent_id'], ['area.id'], name=op.f('fk_hardship_tally_parent_id_area')),
    sa.PrimaryKeyConstraint('area_id', 'key', name=op.f('pk_hardship_tally'))
    )
    op.create_index(op.f('ix_hardship_tally_parent_id'), 'hardship_tally', ['parent_id'], unique=False)
    # In one line: SQLite would copy the whole table for a constraint of its own, and cannot while others refer to it.
    op.execute('ALTER TABLE plan ADD COLUMN ended_by_id INTEGER CONSTRAINT fk_plan_ended_by_id_account REFERENCES account (id)')
    op.execute("ALTER TABLE plan ADD COLUMN end_reason VARCHAR(300) DEFAULT '' NOT NULL")
    for table, column, some in INDEXES:
        where = sa.text(f'{column} IS NOT NULL') if some else None
        op.create_index(op.f(f'ix_{table}_{column}'), table, [column], unique=False, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for table, column, _some in INDEXES:
        op.drop_index(op.f(f'ix_{table}_{column}'), table)
    op.execute('ALTER TABLE plan DROP COLUMN end_reason')
    op.execute('ALTER TABLE plan DROP COLUMN ended_by_id')
    op.drop_index(op.f('ix_hardship_tally_parent_id'), 'hardship_tally')
    op.drop_table('hardship_tally')
