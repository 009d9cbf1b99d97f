"""What the hourly deletion looks for, and what it touches, is found without reading every message"""

from alembic import op

revision = "gateway_0001"
down_revision = "desk_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_inbound_message_bot_session_id", "inbound_message", ["bot_session_id"])
    op.create_index("ix_inbound_message_received_at", "inbound_message", ["received_at"])
    op.create_index("ix_outbound_message_created_at", "outbound_message", ["created_at"])


def downgrade() -> None:
    op.drop_index("ix_outbound_message_created_at", "outbound_message")
    op.drop_index("ix_inbound_message_received_at", "inbound_message")
    op.drop_index("ix_inbound_message_bot_session_id", "inbound_message")
