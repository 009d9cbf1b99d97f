"""Accounts without a password, and sessions opened by an OpenID Connect provider"""

import sqlalchemy as sa
from alembic import op

revision = "desk_0003"
down_revision = "desk_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("staff_member", "password_hash", nullable=True)
    op.add_column("staff_session", sa.Column("by_provider", sa.Boolean(), server_default="false", nullable=False))


def downgrade() -> None:
    op.drop_column("staff_session", "by_provider")
    op.execute("DELETE FROM staff_member WHERE password_hash IS NULL")
    op.alter_column("staff_member", "password_hash", nullable=False)
