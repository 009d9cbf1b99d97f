"""One upload of evidence: the challenge is used up, the evidence judged without a database connection held, the decision stored."""

import asyncio
import base64
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from verification_service.chip import Evidence, MalformedData
from verification_service.face.decision import MatchState
from verification_service.sessions import claiming
from verification_service.sessions.decision import Decision, Outcome, decide
from verification_service.sessions.errors import NotReady, Unacceptable, WrongState
from verification_service.sessions.judgement import CapturedFrame, Judgement, Judges, Question, judge
from verification_service.sessions.models import Attempt, Review, SeenFrame, VerificationSession
from verification_service.sessions.outcomes import claims_of, finish, notify
from verification_service.sessions.policies import POLICIES, Purpose
from verification_service.sessions.service import Service

REVIEW_TIME = timedelta(minutes=30)
# What was answered in time is decided, though the session's time may run out while it is judged.
JUDGING_TIME = timedelta(minutes=1)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Upload:
    """What a kiosk sends: the answer to one challenge."""

    challenge_id: UUID
    chip: str
    frames: Sequence[CapturedFrame]

    @property
    def sha256(self) -> str:
        """Of chip evidence and frames together. Without a frame nothing could be played again, and the same card may give the same files once more."""
        digest = sha256(self.chip.encode())
        if not self.frames:
            digest.update(self.challenge_id.bytes)
        for frame in self.frames:
            digest.update(sha256(frame.jpeg).digest())
        return digest.hexdigest()


@dataclass(frozen=True)
class Ruling:
    """The decision, and the next challenge when there is to be another try."""

    decision: Decision
    next_challenge: claiming.Challenge | None


async def take(service: Service, kiosk_id: UUID, session_id: UUID, upload: Upload) -> Ruling:
    """Judges an upload. Raises NotReady, Unacceptable, Unknown, WrongState."""
    if service.matcher is None:
        raise NotReady("face_model")
    try:
        evidence = Evidence.from_json(upload.chip)
    except MalformedData:
        raise Unacceptable("chip_evidence_malformed") from None
    number, question = await _use_challenge(service, kiosk_id, session_id, upload)
    judges = Judges(service.matcher, service.trust_store, service.passive, service.eyes)
    async with service.judging:
        judgement = await asyncio.to_thread(judge, evidence, upload.frames, question, judges, service.now())
    log.info("evidence judged", extra={"session": str(session_id), "milliseconds": judgement.milliseconds, "passive": judgement.passive})
    return await _store(service, kiosk_id, session_id, upload, number, judgement)


async def _use_challenge(service: Service, kiosk_id: UUID, session_id: UUID, upload: Upload) -> tuple[int, Question]:
    """The attempt's number, and what it has to answer. It counts from here on, whatever comes of it; the same challenge, evidence or frame is never
    accepted again."""
    async with service.sessions.begin() as transaction:
        session = await claiming.of_kiosk(service, transaction, kiosk_id, session_id)
        if session.challenge_id != upload.challenge_id:
            raise WrongState("other_challenge")
        if await transaction.scalar(select(func.count()).where(Attempt.evidence_sha256 == upload.sha256)):
            raise WrongState("repeated_evidence")
        issued, movements = claiming.what_was_issued(session)
        session.attempts += 1
        session.challenge_id = session.challenge = None
        session.expires_at = max(session.expires_at, service.now() + JUDGING_TIME)
        hashes = {sha256(frame.jpeg).hexdigest() for frame in upload.frames}
        rows = [{"sha256": value, "at": service.now()} for value in sorted(hashes)]
        new = await transaction.scalars(insert(SeenFrame).values(rows).on_conflict_do_nothing().returning(SeenFrame.sha256)) if rows else ()
        repeated = len(list(new)) < len(upload.frames)
        return session.attempts, Question(issued, movements, session.expected_number, repeated)


async def _store(service: Service, kiosk_id: UUID, session_id: UUID, upload: Upload, number: int, judgement: Judgement) -> Ruling:
    """A kiosk that gave up waiting may have made a later attempt meanwhile: each is stored under its own number, whichever is judged first."""
    try:
        async with service.sessions.begin() as transaction:
            session = await claiming.of_kiosk(service, transaction, kiosk_id, session_id)
            policy = POLICIES[Purpose(session.purpose)]
            earlier = select(func.count()).where(Attempt.session_id == session_id, Attempt.match == MatchState.NO_MATCH.value)
            decision = decide(judgement.findings, policy, await transaction.scalar(earlier), session.attempts_allowed - number)
            transaction.add(_attempt(service, session_id, upload, number, judgement, decision))
            session.model_version = service.matcher.pack.version
            challenge = await _apply(service, transaction, session, judgement, decision)
        return Ruling(decision, challenge)
    except IntegrityError:
        raise WrongState("repeated_evidence") from None


async def _apply(service: Service, transaction, session: VerificationSession, judgement: Judgement, decision: Decision) -> claiming.Challenge | None:
    match decision.outcome:
        case Outcome.RETRY:
            return _next_challenge(service, session)
        case Outcome.MANUAL_REVIEW:
            await _ask_operator(service, transaction, session, judgement, decision)
        case Outcome.VERIFIED:
            session.claims = claims_of(judgement.document, session.purpose)
            await finish(service, transaction, session, "verified", "policy")
        case Outcome.REJECTED:
            await finish(service, transaction, session, "rejected", "policy", decision.reasons)
    return None


def _next_challenge(service: Service, session: VerificationSession) -> claiming.Challenge | None:
    """A fresh one, unless one was asked for meanwhile; none while the last attempt is being judged, which will end the session."""
    if session.challenge is not None:
        return claiming.present_challenge(session)
    return claiming.issue_challenge(service, session) if session.attempts < session.attempts_allowed else None


async def _ask_operator(service: Service, transaction, session: VerificationSession, judgement: Judgement, decision: Decision) -> None:
    """Keeps, encrypted, what an operator has to see, until the ruling or the session's end."""
    pictures = {"portrait": judgement.portrait_jpeg, **{f"frame_{number}": jpeg for number, jpeg in enumerate(judgement.best_frames)}}
    kept = {
        "pictures": {name: base64.b64encode(jpeg).decode() for name, jpeg in pictures.items() if jpeg},
        "findings": [asdict(finding) for finding in judgement.findings.all()],
        "score": judgement.findings.score,
    }
    session.state, session.reasons = "manual_review", list(decision.reasons)
    session.claims = claims_of(judgement.document, session.purpose)
    session.expires_at = service.now() + REVIEW_TIME
    transaction.add(Review(session_id=session.id, created_at=service.now(), evidence=json.dumps(kept)))
    service.audit(transaction, "policy", "manual_review", session.id, " ".join(decision.reasons)[:500])
    await notify(service, transaction, session)


def _attempt(service: Service, session_id: UUID, upload: Upload, number: int, judgement: Judgement, decision: Decision) -> Attempt:
    findings = judgement.findings
    return Attempt(
        session_id=session_id, number=number, at=service.now(), evidence_sha256=upload.sha256, outcome=decision.outcome.value,
        findings=[asdict(finding) for finding in findings.all()], match=findings.match.value if findings.match else None, score=findings.score,
        model_version=service.matcher.pack.version,
    )  # fmt: skip
