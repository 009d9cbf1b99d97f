"""How a kiosk proves who it is: an Ed25519 signature over the request, with a time stamp and a nonce. Both sides use this module.

Signed text: method, path with query, Unix time, nonce and SHA-256 of the body, each on its own line.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

CLOCK_WINDOW_SECONDS = 60


@dataclass(frozen=True)
class KioskSignature:
    """The four headers of a signed request."""

    kiosk_id: str
    timestamp: int
    nonce: str
    signature: bytes

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> "KioskSignature | None":
        """None when a header is missing or malformed."""
        try:
            nonce = headers["x-kiosk-nonce"]
            if not (16 <= len(nonce) <= 64 and nonce.isascii() and nonce.isalnum()):
                return None
            timestamp = headers["x-kiosk-timestamp"]
            if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
                return None
            return cls(headers["x-kiosk-id"], int(timestamp), nonce, bytes.fromhex(headers["x-kiosk-signature"]))
        except (KeyError, ValueError):
            return None

    def is_right(self, public_key: bytes, method: str, target: str, body: bytes) -> bool:
        """Whether the key's owner signed exactly this request."""
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(self.signature, _text(method, target, self.timestamp, self.nonce, body))
        except InvalidSignature:
            return False
        return True


def sign(
    key: Ed25519PrivateKey, kiosk_id: str, method: str, target: str, body: bytes, timestamp: int | None = None, nonce: str | None = None
) -> dict[str, str]:
    """The headers for one request. `target` is path and query as sent."""
    moment = int(time.time()) if timestamp is None else timestamp
    once = nonce or secrets.token_hex(16)
    signature = key.sign(_text(method, target, moment, once, body))
    return {"X-Kiosk-Id": kiosk_id, "X-Kiosk-Timestamp": str(moment), "X-Kiosk-Nonce": once, "X-Kiosk-Signature": signature.hex()}


def _text(method: str, target: str, timestamp: int, nonce: str, body: bytes) -> bytes:
    return "\n".join(("troly-kiosk-1", method.upper(), target, str(timestamp), nonce, sha256(body).hexdigest())).encode()
