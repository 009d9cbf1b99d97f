"""Zalo's webhook signature: hex SHA-256 of app id + raw body + timestamp + OA secret key (Zalo java SDK, `MacUtils.buildMac`)."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from integrations.channels.base import MalformedRequest, SignatureError

HEADER = "X-ZEvent-Signature"
# Zalo repeats a failed delivery for about two hours with the same body, so a short window would refuse genuine ones.
MAX_AGE = timedelta(hours=3)
MAX_AHEAD = timedelta(minutes=5)


def sign(app_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """The header's value, with its `mac=` prefix."""
    return "mac=" + hashlib.sha256(app_id.encode() + body + timestamp.encode(errors="replace") + secret.encode()).hexdigest()


def verify(header: str, body: bytes, timestamp: str, *, app_id: str, secrets: Sequence[str], now: datetime) -> None:
    """Raises `SignatureError` unless one of `secrets` made the signature and the event is at most three hours old."""
    given = header.strip().removeprefix("mac=").lower().encode()
    if not any(hmac.compare_digest(given, sign(app_id, body, timestamp, secret)[4:].encode()) for secret in secrets):
        raise SignatureError("wrong signature")
    age = now - instant(timestamp)
    if not -MAX_AHEAD <= age <= MAX_AGE:
        raise SignatureError("signed too long ago, or in the future")


def instant(timestamp: object) -> datetime:
    """Zalo's milliseconds since 1970, as a string or a number."""
    try:
        return datetime.fromtimestamp(int(str(timestamp)) / 1000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise MalformedRequest("timestamp is not a time in milliseconds") from error
