"""First tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_key", "attempt", ["scope", "key_hash", "at"], unique=False)
    op.create_table(
        "audit_event",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_event")),
    )
    op.create_index("ix_audit_event_subject", "audit_event", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "channel_credential",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_channel_credential")),
    )
    op.create_table(
        "conversation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("address_index", sa.String(length=64), nullable=False),
        sa.Column("network_index", sa.String(length=64), nullable=True),
        sa.Column("owner", sa.String(length=8), server_default="bot", nullable=False),
        sa.Column("owner_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=8), server_default="vi", nullable=False),
        sa.Column("state", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("choices", sa.Text(), nullable=True),
        sa.Column("next_position", sa.Integer(), server_default="1", nullable=False),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_inbound_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("channel IN ('web', 'zalo', 'sms', 'ussd')", name=op.f("ck_conversation_channel")),
        sa.CheckConstraint("owner IN ('bot', 'queued', 'agent')", name=op.f("ck_conversation_owner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("channel", "address_index", name=op.f("uq_conversation_channel_address_index")),
    )
    op.create_index("ix_conversation_owner_waiting", "conversation", ["owner", "owner_since"], unique=False, postgresql_where=sa.text("owner <> 'bot'"))
    op.create_table(
        "awaited_result",
        sa.Column("reference", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_awaited_result_conversation_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_awaited_result")),
    )
    op.create_index(op.f("ix_awaited_result_conversation_id"), "awaited_result", ["conversation_id"], unique=False)
    op.create_table(
        "bot_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("sender_id", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_turn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turns", sa.Integer(), server_default="0", nullable=False),
        sa.Column("events", sa.Integer(), server_default="0", nullable=False),
        sa.Column("journey", sa.String(length=64), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_bot_session_conversation_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_session")),
        sa.UniqueConstraint("sender_id", name=op.f("uq_bot_session_sender_id")),
    )
    op.create_index(op.f("ix_bot_session_conversation_id"), "bot_session", ["conversation_id"], unique=False)
    op.create_index("uq_bot_session_open", "bot_session", ["conversation_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL"))
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_consent_conversation_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_conversation_id"), "consent", ["conversation_id"], unique=False)
    op.create_table(
        "support_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), server_default="open", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.String(length=32), nullable=True),
        sa.CheckConstraint("state IN ('open', 'assigned', 'snoozed', 'resolved')", name=op.f("ck_support_case_state")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_support_case_conversation_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_case")),
    )
    op.create_index(op.f("ix_support_case_conversation_id"), "support_case", ["conversation_id"], unique=False)
    op.create_index("ix_support_case_waiting", "support_case", ["state", "opened_at"], unique=False)
    op.create_index("uq_support_case_unresolved", "support_case", ["conversation_id"], unique=True, postgresql_where=sa.text("state <> 'resolved'"))
    op.create_table(
        "ticket",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("commune", sa.String(length=120), nullable=True),
        sa.Column("hamlet", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("preferred_time", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), server_default="open", nullable=False),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('home_visit', 'call_back', 'appointment', 'wrong_data')", name=op.f("ck_ticket_kind")),
        sa.CheckConstraint("state IN ('open', 'assigned', 'done', 'cancelled')", name=op.f("ck_ticket_state")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_ticket_conversation_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("code", name=op.f("uq_ticket_code")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_ticket_idempotency_key")),
    )
    op.create_index(op.f("ix_ticket_conversation_id"), "ticket", ["conversation_id"], unique=False)
    op.create_index("ix_ticket_state", "ticket", ["state", "created_at"], unique=False)
    op.create_table(
        "inbound_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("provider_message_id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("event", sa.String(length=32), nullable=True),
        sa.Column("event_data", sa.Text(), nullable=True),
        sa.Column("redacted", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("state", sa.String(length=16), server_default="received", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("empty_answers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("understood", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("bot_session_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('text', 'payload', 'media', 'event', 'empty', 'too_long')", name=op.f("ck_inbound_message_kind")),
        sa.CheckConstraint("state IN ('received', 'answered', 'kept', 'failed', 'noted')", name=op.f("ck_inbound_message_state")),
        sa.ForeignKeyConstraint(["bot_session_id"], ["bot_session.id"], name=op.f("fk_inbound_message_bot_session_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_inbound_message_conversation_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_message")),
        sa.UniqueConstraint("channel", "provider_message_id", name=op.f("uq_inbound_message_channel_provider_message_id")),
        sa.UniqueConstraint("conversation_id", "position", name=op.f("uq_inbound_message_conversation_id_position")),
    )
    op.create_table(
        "outbound_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("inbound_id", sa.Uuid(), nullable=True),
        sa.Column("part", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("notice", sa.String(length=32), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), server_default="pending", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("provider_ref", sa.String(length=255), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sending_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("author IN ('assistant', 'agent', 'system')", name=op.f("ck_outbound_message_author")),
        sa.CheckConstraint("state IN ('pending', 'sending', 'sent', 'delivered', 'seen', 'ambiguous', 'dead')", name=op.f("ck_outbound_message_state")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_outbound_message_conversation_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["inbound_id"], ["inbound_message.id"], name=op.f("fk_outbound_message_inbound_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbound_message")),
        sa.UniqueConstraint("conversation_id", "position", name=op.f("uq_outbound_message_conversation_id_position")),
        sa.UniqueConstraint("inbound_id", "part", name=op.f("uq_outbound_message_inbound_id_part")),
    )
    op.create_index(
        "ix_outbound_message_provider_ref", "outbound_message", ["channel", "provider_ref"], unique=False, postgresql_where=sa.text("provider_ref IS NOT NULL")
    )
    op.create_index("ix_outbound_message_trouble", "outbound_message", ["state"], unique=False, postgresql_where=sa.text("state IN ('ambiguous', 'dead')"))


def downgrade() -> None:
    op.drop_index("ix_outbound_message_trouble", table_name="outbound_message", postgresql_where=sa.text("state IN ('ambiguous', 'dead')"))
    op.drop_index("ix_outbound_message_provider_ref", table_name="outbound_message", postgresql_where=sa.text("provider_ref IS NOT NULL"))
    op.drop_table("outbound_message")
    op.drop_table("inbound_message")
    op.drop_index("ix_ticket_state", table_name="ticket")
    op.drop_index(op.f("ix_ticket_conversation_id"), table_name="ticket")
    op.drop_table("ticket")
    op.drop_index("uq_support_case_unresolved", table_name="support_case", postgresql_where=sa.text("state <> 'resolved'"))
    op.drop_index("ix_support_case_waiting", table_name="support_case")
    op.drop_index(op.f("ix_support_case_conversation_id"), table_name="support_case")
    op.drop_table("support_case")
    op.drop_index(op.f("ix_consent_conversation_id"), table_name="consent")
    op.drop_table("consent")
    op.drop_index("uq_bot_session_open", table_name="bot_session", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_index(op.f("ix_bot_session_conversation_id"), table_name="bot_session")
    op.drop_table("bot_session")
    op.drop_index(op.f("ix_awaited_result_conversation_id"), table_name="awaited_result")
    op.drop_table("awaited_result")
    op.drop_index("ix_conversation_owner_waiting", table_name="conversation", postgresql_where=sa.text("owner <> 'bot'"))
    op.drop_table("conversation")
    op.drop_table("channel_credential")
    op.drop_index("ix_audit_event_subject", table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_index("ix_attempt_key", table_name="attempt")
    op.drop_table("attempt")
