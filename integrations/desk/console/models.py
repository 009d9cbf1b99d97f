"""What the console keeps beside the gateway's conversations and cases."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from integrations.gateway.database import Base
from integrations.gateway.encryption import EncryptedText


class Submission(Base):
    """A form that was sent: the page makes its id, so that a repeated click or a retried request happens once."""

    __tablename__ = "staff_submission"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID]
    at: Mapped[datetime]


class CaseNote(Base):
    """A note among colleagues, at a position of the conversation; never sent to the citizen."""

    __tablename__ = "case_note"
    __table_args__ = (UniqueConstraint("conversation_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    position: Mapped[int]
    author_id: Mapped[UUID]
    body: Mapped[str] = mapped_column(EncryptedText("case_note.body"))
    created_at: Mapped[datetime]


class Mention(Base):
    """A colleague named in a note; unread until the colleague opens the conversation."""

    __tablename__ = "mention"
    __table_args__ = (Index("ix_mention_unread", "staff_id", postgresql_where=text("read_at IS NULL")),)

    note_id: Mapped[UUID] = mapped_column(ForeignKey("case_note.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id", ondelete="CASCADE"), primary_key=True)
    read_at: Mapped[datetime | None]


class Reveal(Base):
    """Permission to see a record's numbers in clear for a short time. The reason is on the audit trail as well."""

    __tablename__ = "reveal"
    __table_args__ = (Index("ix_reveal_staff_subject", "staff_id", "subject_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id", ondelete="CASCADE"))
    subject_id: Mapped[UUID]
    until: Mapped[datetime]
