"""Client of the verification service: a person proves who they are at a kiosk, and the caller fetches the signed result.

The result is believed only after its signature, issuer, audience and subject have been checked with the service's public key.
"""

import json
from datetime import date, datetime
from time import time
from typing import Literal

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel

from integrations.services.client import BackendClient
from integrations.services.errors import BackendUnavailable

ALGORITHM = "Ed25519"
ISSUER = "verification"
CALLER = "actions"
Purpose = Literal["lodging_check_in", "notary", "health_check_in", "eid_level_2_precheck", "strong_chat_identity"]


class VerificationSession(BaseModel):
    """`code` (six digits) and `qr` (its text for a QR code) are there while the code can be used, ten minutes."""

    id: str
    state: Literal["created", "claimed", "manual_review", "verified", "rejected", "expired", "cancelled"]
    purpose: Purpose
    expires_at: datetime
    code: str | None = None
    qr: str | None = None
    reasons: list[str] = []


class Claims(BaseModel):
    """What the purpose's policy lets us learn about the holder of the card."""

    name: str | None = None
    birth_date: date | None = None
    number: str | None = None
    expiry_date: date | None = None


class VerificationResult(BaseModel):
    """A decided session, as signed. `claims` only for a verified person, for one hour."""

    sub: str
    purpose: Purpose
    outcome: Literal["verified", "rejected"]
    reasons: list[str]
    claims: Claims | None = None


class KioskPlace(BaseModel):
    """A kiosk in service; `distance_km` from the asked commune, where it is known."""

    name: str
    place: str
    commune: str
    province: str
    distance_km: float | None = None


class _Signed(BaseModel):
    jws: str


class VerificationClient(BackendClient):
    """`VERIFICATION_URL`, with the caller's key as bearer token."""

    service = "verification"

    async def open_session(
        self, purpose: Purpose, consent_id: str, subject: str, idempotency_key: str, expected_number: str | None = None
    ) -> VerificationSession:
        """A session with its code; a repeat of the key gives the same one. Raises BackendUnavailable("busy") when there were too many."""
        body = {"purpose": purpose, "consent_id": consent_id, "subject": subject}
        if expected_number:
            body["expected_number"] = expected_number
        return await self._call("open_session", "POST", "/v1/sessions", VerificationSession, body=body, idempotency_key=idempotency_key)

    async def session(self, session_id: str) -> VerificationSession:
        """Where it stands. Raises NotFound."""
        return await self._call("session", "GET", f"/v1/sessions/{session_id}", VerificationSession)

    async def cancel(self, session_id: str) -> VerificationSession:
        """Ends it before its decision. Raises NotFound, BackendRejected("already_decided")."""
        return await self._call("cancel", "POST", f"/v1/sessions/{session_id}/cancel", VerificationSession)

    async def result(self, session_id: str) -> VerificationResult:
        """The checked result. Raises NotFound, BackendRejected before the decision, BackendUnavailable("malformed") for a statement that is not genuine."""
        signed = await self._call("result", "GET", f"/v1/sessions/{session_id}/result", _Signed)
        keys = await self._call("keys", "GET", "/v1/keys", dict)
        try:
            payload = json.loads(jws.deserialize_compact(signed.jws, KeySet.import_key_set(keys), algorithms=[ALGORITHM]).payload)
            genuine = (payload["iss"], payload["aud"], payload["sub"]) == (ISSUER, CALLER, session_id)
            result = VerificationResult.model_validate(payload)
            if payload["exp"] <= time():
                result.claims = None  # the verdict stands; what it says about the person has run out
        except (JoseError, ValueError, KeyError, TypeError):
            genuine = False
        if not genuine:
            raise BackendUnavailable(self.service, "result", "malformed")
        return result

    async def kiosks(self, commune: str | None = None, province: str | None = None) -> list[KioskPlace]:
        """Kiosks in service: those nearest to the commune of that official name first."""
        where = {"commune": commune, "province": province} if commune and province else None
        return await self._call("kiosks", "GET", "/v1/kiosks", list[KioskPlace], params=where)
