"""When a weekly report was tried and sent by e-mail"""

import sqlalchemy as sa
from alembic import op

revision = "desk_0005"
down_revision = "desk_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("weekly_report", sa.Column("mail_tried_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("weekly_report", sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("weekly_report", "mailed_at")
    op.drop_column("weekly_report", "mail_tried_at")
