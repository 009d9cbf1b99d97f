"""USSD sessions and answers that came too late for their screen"""

import sqlalchemy as sa
from alembic import op

revision = "ussd_0001"
down_revision = "desk_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ussd_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("session_index", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("requests", sa.Integer(), server_default="0", nullable=False),
        sa.Column("waiting_for", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_ussd_session_conversation_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ussd_session")),
    )
    op.create_index("ix_ussd_session_conversation", "ussd_session", ["conversation_id", "touched_at"], unique=False)
    op.create_index("uq_ussd_session_open", "ussd_session", ["conversation_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL"))
    op.create_table(
        "ussd_late_answer",
        sa.Column("inbound_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["inbound_id"], ["inbound_message.id"], name=op.f("fk_ussd_late_answer_inbound_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("inbound_id", name=op.f("pk_ussd_late_answer")),
    )


def downgrade() -> None:
    op.drop_table("ussd_late_answer")
    op.drop_table("ussd_session")
