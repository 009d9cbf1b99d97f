"""The kiosk's side of the verification API: signs every request, relays chip authentication, uploads evidence.

KioskApiError
├── NetworkDown          no answer: cable, server, or time-out
├── CodeUnknown          no session waits for this code (or it was used, or ran out)
├── SessionOver          the session has ended: expired, decided elsewhere, or no attempt left
├── NotEnrolled          the server does not accept this kiosk's key
└── ServerRefused        anything else; `code` is the server's word
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from verification_service.chip import ChipAuthenticationFailed, ChipAuthenticationStart, ChipAuthenticationUnsupported, Evidence, MalformedData, SessionKeys
from verification_service.sessions.signatures import sign

TIMEOUT = httpx.Timeout(20.0, connect=3.0)


class KioskApiError(Exception):
    """Root of the tree."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NetworkDown(KioskApiError):
    pass


class CodeUnknown(KioskApiError):
    pass


class SessionOver(KioskApiError):
    pass


class NotEnrolled(KioskApiError):
    pass


class ServerRefused(KioskApiError):
    pass


@dataclass(frozen=True)
class Challenge:
    """What the next upload must answer."""

    id: str
    chip: bytes
    movements: tuple[str, ...]
    deadline: float
    attempts_left: int

    @classmethod
    def from_json(cls, body: dict) -> "Challenge":
        return cls(body["id"], bytes.fromhex(body["chip"]), tuple(body["movements"]), body["deadline"], body["attempts_left"])


@dataclass(frozen=True)
class Claimed:
    """A session that this kiosk serves now. `claims` are the holder's data that its caller will learn."""

    session_id: str
    purpose: str
    challenge: Challenge
    claims: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ruling:
    """verified, rejected, manual_review, or retry with a fresh challenge."""

    outcome: str
    reasons: tuple[str, ...]
    challenge: Challenge | None


class VerificationClient:
    """Synchronous, because reading a card is; usable from several threads."""

    def __init__(self, base_url: str, kiosk_id: str, key: Ed25519PrivateKey, http: httpx.Client | None = None) -> None:
        self._base_url = base_url.rstrip("/")
        self._kiosk_id = kiosk_id
        self._key = key
        self._http = http or httpx.Client(timeout=TIMEOUT)

    def claim(self, code: str) -> Claimed:
        """Takes the session of a code. Raises KioskApiError."""
        body = self._post("/v1/kiosk/claims", {"code": code}, {404: CodeUnknown})
        return Claimed(body["session_id"], body["purpose"], Challenge.from_json(body["challenge"]), tuple(body["claims"]))

    def new_challenge(self, session_id: str) -> Challenge:
        """A fresh challenge, after an answer got lost. Raises KioskApiError."""
        return Challenge.from_json(self._post(f"/v1/kiosk/sessions/{session_id}/challenge", {}))

    def upload(self, session_id: str, challenge_id: str, chip: Evidence, frames: Sequence[tuple[bytes, float]]) -> Ruling:
        """Sends the evidence; `frames` are JPEG bytes and seconds. Raises KioskApiError."""
        pictures = [{"image": base64.b64encode(jpeg).decode(), "at": at} for jpeg, at in frames]
        body = self._post(f"/v1/kiosk/sessions/{session_id}/evidence", {"challenge_id": challenge_id, "chip": chip.to_json(), "frames": pictures})
        return Ruling(body["outcome"], tuple(body["reasons"]), Challenge.from_json(body["challenge"]) if body["challenge"] else None)

    def decline(self, session_id: str) -> None:
        """The person does not want to go on. Raises KioskApiError."""
        self._post(f"/v1/kiosk/sessions/{session_id}/decline", {})

    def authenticator(self, session_id: str) -> "Relay":
        """Chip authentication with the key held by the server."""
        return Relay(self, session_id)

    def _post(self, path: str, body: dict, errors: dict[int, type[KioskApiError]] | None = None) -> dict:
        content = json.dumps(body).encode()
        headers = sign(self._key, self._kiosk_id, "POST", path, content) | {"Content-Type": "application/json"}
        try:
            response = self._http.post(f"{self._base_url}{path}", content=content, headers=headers)
        except httpx.HTTPError as error:
            raise NetworkDown("network") from error
        if response.is_success:
            return _body(response)
        code = _code(response)
        kind = {401: NotEnrolled, 409: SessionOver, 404: SessionOver, **(errors or {})}.get(response.status_code, ServerRefused)
        raise kind(code)


class Relay:
    """A `ChipAuthenticator` that lives on the server."""

    def __init__(self, client: VerificationClient, session_id: str) -> None:
        self._client = client
        self._path = f"/v1/kiosk/sessions/{session_id}/chip-authentication"

    def begin(self, dg14: bytes) -> ChipAuthenticationStart:
        """Raises ChipAuthenticationUnsupported when the server cannot run it with this chip, KioskApiError."""
        try:
            return ChipAuthenticationStart.from_dict(self._client._post(self._path, {"dg14": base64.b64encode(dg14).decode()}))
        except ServerRefused as error:
            if error.code == "chip_authentication_unsupported":
                raise ChipAuthenticationUnsupported(error.code) from error
            raise
        except MalformedData as error:
            raise ServerRefused("malformed") from error

    def finish(self, answer: bytes) -> SessionKeys:
        """Raises ChipAuthenticationFailed when the answer was wrong, KioskApiError."""
        body = self._client._post(f"{self._path}/answer", {"answer": answer.hex()})
        if not body["right"]:
            raise ChipAuthenticationFailed("the chip does not own its key")
        return SessionKeys.from_dict(body["keys"])


def _body(response: httpx.Response) -> dict:
    """Something between us and the server may answer in its place, with a page of its own. Raises ServerRefused."""
    try:
        return response.json() if response.content else {}
    except ValueError as error:
        raise ServerRefused("malformed") from error


def _code(response: httpx.Response) -> str:
    try:
        return str(response.json()["code"])
    except (ValueError, KeyError, TypeError):
        return "refused"
