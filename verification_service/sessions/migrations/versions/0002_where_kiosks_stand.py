"""where kiosks stand; an operator may allow another attempt"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "commune_point",
        sa.Column("province", sa.String(length=100), nullable=False),
        sa.Column("commune", sa.String(length=100), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("province", "commune", name=op.f("pk_commune_point")),
    )
    for name in ("commune", "province"):
        # A kiosk enrolled before is near nobody until it is enrolled again.
        op.add_column("kiosk", sa.Column(name, sa.String(length=100), nullable=False, server_default=""))
        op.alter_column("kiosk", name, server_default=None)
    for name in ("latitude", "longitude"):
        op.add_column("kiosk", sa.Column(name, sa.Double(), nullable=True))
    op.add_column("verification_session", sa.Column("attempts_allowed", sa.Integer(), nullable=False, server_default="3"))
    op.alter_column("verification_session", "attempts_allowed", server_default=None)


def downgrade() -> None:
    op.drop_column("verification_session", "attempts_allowed")
    for name in ("longitude", "latitude", "province", "commune"):
        op.drop_column("kiosk", name)
    op.drop_table("commune_point")
