"""Desk tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "desk_0002"
down_revision = "ussd_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "office_setting",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_office_setting")),
    )
    op.create_table(
        "weekly_report",
        sa.Column("week_start", sa.Date(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("week_start", name=op.f("pk_weekly_report")),
    )
    op.create_table(
        "canned_reply",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["staff_unit.id"], name=op.f("fk_canned_reply_unit_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_reply")),
    )
    op.create_index("uq_canned_reply_code", "canned_reply", ["code", "unit_id"], unique=True, postgresql_nulls_not_distinct=True)
    op.create_table(
        "case_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_case_note_conversation_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
        sa.UniqueConstraint("conversation_id", "position", name=op.f("uq_case_note_conversation_id_position")),
    )
    op.create_table(
        "mention",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["note_id"], ["case_note.id"], name=op.f("fk_mention_note_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_mention_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("note_id", "staff_id", name=op.f("pk_mention")),
    )
    op.create_index("ix_mention_unread", "mention", ["staff_id"], unique=False, postgresql_where=sa.text("read_at IS NULL"))
    op.create_table(
        "reveal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_reveal_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reveal")),
    )
    op.create_index("ix_reveal_staff_subject", "reveal", ["staff_id", "subject_id"], unique=False)
    op.create_table(
        "satisfaction",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_satisfaction_score")),
        sa.ForeignKeyConstraint(["case_id"], ["support_case.id"], name=op.f("fk_satisfaction_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_satisfaction_conversation_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_satisfaction")),
    )
    op.create_index(op.f("ix_satisfaction_conversation_id"), "satisfaction", ["conversation_id"], unique=False)
    op.create_table(
        "review_mark",
        sa.Column("inbound_id", sa.Uuid(), nullable=False),
        sa.Column("target", sa.String(length=120), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["inbound_id"], ["inbound_message.id"], name=op.f("fk_review_mark_inbound_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("inbound_id", name=op.f("pk_review_mark")),
    )
    op.add_column("staff_member", sa.Column("available", sa.Boolean(), server_default="true", nullable=False))
    op.add_column("staff_member", sa.Column("oidc_subject", sa.String(length=255), nullable=True))
    op.create_unique_constraint(op.f("uq_staff_member_oidc_subject"), "staff_member", ["oidc_subject"])
    op.add_column("support_case", sa.Column("unit_id", sa.Uuid(), nullable=True))
    op.add_column("support_case", sa.Column("label", sa.String(length=40), nullable=True))
    op.add_column("support_case", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("support_case", sa.Column("first_reply_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("support_case", sa.Column("attended", sa.Integer(), server_default="0", nullable=False))
    op.add_column("ticket", sa.Column("unit_id", sa.Uuid(), nullable=True))
    op.add_column("ticket", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("ticket", sa.Column("visit_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("ticket", "visit_at")
    op.drop_column("ticket", "due_at")
    op.drop_column("ticket", "unit_id")
    op.drop_column("support_case", "attended")
    op.drop_column("support_case", "first_reply_at")
    op.drop_column("support_case", "told_at")
    op.drop_column("support_case", "label")
    op.drop_column("support_case", "unit_id")
    op.drop_constraint(op.f("uq_staff_member_oidc_subject"), "staff_member", type_="unique")
    op.drop_column("staff_member", "oidc_subject")
    op.drop_column("staff_member", "available")
    op.drop_table("review_mark")
    op.drop_index(op.f("ix_satisfaction_conversation_id"), table_name="satisfaction")
    op.drop_table("satisfaction")
    op.drop_index("ix_reveal_staff_subject", table_name="reveal")
    op.drop_table("reveal")
    op.drop_index("ix_mention_unread", table_name="mention", postgresql_where=sa.text("read_at IS NULL"))
    op.drop_table("mention")
    op.drop_table("case_note")
    op.drop_index("uq_canned_reply_code", table_name="canned_reply", postgresql_nulls_not_distinct=True)
    op.drop_table("canned_reply")
    op.drop_table("weekly_report")
    op.drop_table("office_setting")
