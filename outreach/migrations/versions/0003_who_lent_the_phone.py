"""who lent the phone of a rehearsal, which commune a certificate is of"""

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

COMMUNES = """
UPDATE certificate SET commune_id = (
    SELECT area.parent_id FROM confirmation
    JOIN member ON member.id = confirmation.member_id
    JOIN household ON household.id = member.household_id
    JOIN area ON area.id = household.village_id
    WHERE confirmation.id = certificate.confirmation_id
)
"""


def upgrade() -> None:
    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.add_column(sa.Column('lent_by_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_run_lent_by_id_account'), 'account', ['lent_by_id'], ['id'])

    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.add_column(sa.Column('commune_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_certificate_commune_id_area'), 'area', ['commune_id'], ['id'])

    op.execute(COMMUNES)
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.alter_column('commune_id', existing_type=sa.Integer(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_certificate_commune_id_area'), type_='foreignkey')
        batch_op.drop_column('commune_id')

    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_run_lent_by_id_account'), type_='foreignkey')
        batch_op.drop_column('lent_by_id')
