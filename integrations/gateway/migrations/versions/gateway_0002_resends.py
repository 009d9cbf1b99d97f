"""How often a person sent a message again"""

import sqlalchemy as sa
from alembic import op

revision = "gateway_0002"
down_revision = "gateway_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbound_message", sa.Column("resends", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("outbound_message", "resends")
