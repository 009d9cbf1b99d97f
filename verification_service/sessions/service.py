"""What the endpoints share: settings, tables, models, keys and the clock of one process."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from verification_service.chip import TrustStore
from verification_service.face.eyes import EyeReader
from verification_service.face.matcher import FaceMatcher
from verification_service.face.passive import PassiveDetector
from verification_service.sessions.database import Sessions
from verification_service.sessions.encryption import Keyring
from verification_service.sessions.models import Audit
from verification_service.sessions.settings import VerificationSettings


def utc_now() -> datetime:
    """Aware."""
    return datetime.now(UTC)


@dataclass
class Service:
    """`matcher` is None until its self-test has passed; `face_problem` says why. `wake` tells the callback loop that something is due."""

    settings: VerificationSettings
    sessions: Sessions
    keyring: Keyring
    trust_store: TrustStore
    matcher: FaceMatcher | None
    face_problem: str
    judging: asyncio.Semaphore
    passive: tuple[PassiveDetector, ...] = ()
    eyes: EyeReader | None = None
    now: Callable[[], datetime] = utc_now
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def audit(self, transaction: AsyncSession, actor: str, action: str, session_id: UUID | None = None, detail: str = "") -> None:
        """Adds a line to the audit; never personal data of the person verified."""
        transaction.add(Audit(at=self.now(), actor=actor, action=action, session_id=session_id, detail=detail))
