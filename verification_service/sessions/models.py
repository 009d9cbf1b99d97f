"""Tables. What identifies a person is encrypted and short-lived; what stays are hashes, scores and reasons."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from verification_service.sessions.database import Base
from verification_service.sessions.encryption import EncryptedText


class VerificationSession(Base):
    """One person to be verified once. `challenge`, `claims` and `code` are encrypted JSON or text, emptied when they have served.

    `state`: created, claimed, manual_review, verified, rejected, expired, cancelled.
    """

    __tablename__ = "verification_session"
    __table_args__ = (
        UniqueConstraint("caller", "idempotency_key"),
        Index("uq_verification_session_open_code", "code_index", unique=True, postgresql_where="state = 'created'"),
        Index("ix_verification_session_due", "expires_at", postgresql_where="state IN ('created', 'claimed', 'manual_review')"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    caller: Mapped[str] = mapped_column(String(64))
    idempotency_key: Mapped[str] = mapped_column(String(200))
    request_hash: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(40))
    consent_id: Mapped[str] = mapped_column(String(100))
    subject_index: Mapped[str] = mapped_column(String(64), index=True)
    code_index: Mapped[str] = mapped_column(String(64))
    code: Mapped[str | None] = mapped_column(EncryptedText("verification_session.code"))
    expected_number: Mapped[str | None] = mapped_column(EncryptedText("verification_session.expected_number"))
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    kiosk_id: Mapped[UUID | None] = mapped_column(ForeignKey("kiosk.id"))
    attempts: Mapped[int] = mapped_column(default=0)
    attempts_allowed: Mapped[int]
    challenge_id: Mapped[UUID | None]
    challenge: Mapped[str | None] = mapped_column(EncryptedText("verification_session.challenge"))
    reasons: Mapped[list[str]] = mapped_column(default=list)
    policy_version: Mapped[str] = mapped_column(String(60))
    model_version: Mapped[str | None] = mapped_column(String(100))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(100))
    claims: Mapped[str | None] = mapped_column(EncryptedText("verification_session.claims"))


class Attempt(Base):
    """What one upload of evidence showed: hashes, scores, reasons."""

    __tablename__ = "attempt"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("verification_session.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    evidence_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    outcome: Mapped[str] = mapped_column(String(20))
    findings: Mapped[list[dict]]
    match: Mapped[str | None] = mapped_column(String(20))
    score: Mapped[float | None]
    model_version: Mapped[str] = mapped_column(String(100))


class SeenFrame(Base):
    """SHA-256 of a camera frame that was already used, against replay."""

    __tablename__ = "seen_frame"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Review(Base):
    """Evidence that waits for an operator: portrait and best live frames, encrypted; gone with the ruling or the session's end."""

    __tablename__ = "review"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("verification_session.id", ondelete="CASCADE"), primary_key=True)
    created_at: Mapped[datetime]
    evidence: Mapped[str] = mapped_column(EncryptedText("review.evidence"))


class Kiosk(Base):
    """An enrolled device and its Ed25519 public key. Commune and province are official names; the point (degrees) may be unknown."""

    __tablename__ = "kiosk"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(String(100))
    place: Mapped[str] = mapped_column(String(300))
    commune: Mapped[str] = mapped_column(String(100))
    province: Mapped[str] = mapped_column(String(100))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    enrolled_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class CommunePoint(Base):
    """Where a commune lies, in degrees: to name the nearest kiosks to somebody whose commune has none."""

    __tablename__ = "commune_point"

    province: Mapped[str] = mapped_column(String(100), primary_key=True)
    commune: Mapped[str] = mapped_column(String(100), primary_key=True)
    latitude: Mapped[float]
    longitude: Mapped[float]


class KioskNonce(Base):
    """A nonce that a kiosk has used; kept as long as its time stamp could pass."""

    __tablename__ = "kiosk_nonce"

    kiosk_id: Mapped[UUID] = mapped_column(ForeignKey("kiosk.id", ondelete="CASCADE"), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class FailedClaim(Base):
    """A code that a kiosk tried in vain."""

    __tablename__ = "failed_claim"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kiosk_id: Mapped[UUID] = mapped_column(ForeignKey("kiosk.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]


class Operator(Base):
    """A person who rules on doubtful cases."""

    __tablename__ = "operator"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    token_expires_at: Mapped[datetime | None]


class Audit(Base):
    """Who did what, for ever; no personal data of the person verified."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(60))
    session_id: Mapped[UUID | None] = mapped_column(index=True)
    detail: Mapped[str] = mapped_column(String(500), default="")


class Callback(Base):
    """A result that the gateway has to be told; tried until it is accepted or a day is over."""

    __tablename__ = "callback"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("verification_session.id", ondelete="CASCADE"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(20), primary_key=True)
    created_at: Mapped[datetime]
    next_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
