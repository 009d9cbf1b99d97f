"""What reading a chip leaves behind, as a record that can be sent, stored and judged later (`verify.py`)."""

import base64
import binascii
import json
from dataclasses import dataclass, field, replace
from typing import Any

from verification_service.chip.active_authentication import new_challenge
from verification_service.chip.chip_authentication import HeldChipAuthentication
from verification_service.chip.ciphers import CipherName
from verification_service.chip.errors import MalformedData
from verification_service.chip.pace import PaceSecrets

VERSION = 1
MAX_JSON = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class AccessRecord:
    """How the chip was opened; names only, no key."""

    protocol: str
    password: str
    cipher: str
    mapping: str | None = None
    parameter: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Expected:
    """What the holder or the session claims beforehand: citizen number (QR or typed), dates as YYMMDD (from a typed MRZ). Every field is optional."""

    number: str | None = None
    document_number: str | None = None
    birth_date: str | None = None
    expiry_date: str | None = None


@dataclass(repr=False)
class Issued:
    """What the verifier itself gave out or ran for this session, and so may believe: challenge, chip authentication, a PACE-CAM run of its own."""

    challenge: bytes
    chip_authentication: HeldChipAuthentication | None = None
    pace: PaceSecrets | None = None

    @classmethod
    def new(cls) -> "Issued":
        """For a program that reads and judges on one machine."""
        return cls(new_challenge())

    def to_dict(self) -> dict:
        held = None if self.chip_authentication is None else self.chip_authentication.to_dict()
        return {"challenge": _encode(self.challenge), "chip_authentication": held, "pace": None if self.pace is None else _pace_to_dict(self.pace)}

    @classmethod
    def from_dict(cls, record: dict) -> "Issued":
        try:
            held, secrets = record["chip_authentication"], record["pace"]
            return cls(
                _decode(record["challenge"]),
                None if held is None else HeldChipAuthentication.from_dict(held),
                None if secrets is None else _pace_from_dict(secrets),
            )
        except (KeyError, TypeError, ValueError):
            raise MalformedData("not a record of what was issued") from None


@dataclass(frozen=True, repr=False)
class Evidence:
    """`files` by name (sod, com, dg1, …); `problems`: step or file → short reason; `signature` answers `challenge`.

    `chip_authentication` ∈ done, failed, not_supported, not_done is what the reader saw; a verifier believes only `issued`.
    """

    files: dict[str, bytes]
    access: AccessRecord
    challenge: bytes | None = None
    signature: bytes | None = None
    chip_authentication: str = "not_done"
    problems: dict[str, str] = field(default_factory=dict)
    expected: Expected = field(default_factory=Expected)
    issued: Issued | None = None

    def attach(self, issued: Issued, expected: Expected | None = None) -> "Evidence":
        """The same evidence with what this verifier issued; `expected` replaces the reader's claim."""
        return replace(self, issued=issued, expected=expected or self.expected)

    def to_json(self) -> str:
        """For the wire: without `issued`."""
        return json.dumps(self._to_dict(), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Evidence":
        """From a reader that is not trusted: `issued` stays None whatever the text says. Raises MalformedData."""
        return cls._from_dict(_load(text))

    def to_record(self) -> str:
        """For the verifier's archive: with `issued`, hence secret while the session runs."""
        return json.dumps(self._to_dict() | {"issued": None if self.issued is None else self.issued.to_dict()}, ensure_ascii=False)

    @classmethod
    def from_record(cls, text: str | bytes) -> "Evidence":
        """From our own archive only."""
        record = _load(text)
        evidence, issued = cls._from_dict(record), record.get("issued")
        return evidence if issued is None else evidence.attach(Issued.from_dict(issued))

    def _to_dict(self) -> dict:
        return {
            "version": VERSION,
            "files": {name: _encode(data) for name, data in self.files.items()},
            "access": {name: getattr(self.access, name) for name in AccessRecord.__dataclass_fields__},
            "challenge": None if self.challenge is None else _encode(self.challenge),
            "signature": None if self.signature is None else _encode(self.signature),
            "chip_authentication": self.chip_authentication,
            "problems": self.problems,
            "expected": {name: getattr(self.expected, name) for name in Expected.__dataclass_fields__},
        }

    @classmethod
    def _from_dict(cls, record: dict) -> "Evidence":
        try:
            if record["version"] != VERSION:
                raise MalformedData("evidence of another version")
            return cls(
                files={_text(name): _decode(data) for name, data in record["files"].items()},
                access=AccessRecord(**record["access"]),
                challenge=None if record["challenge"] is None else _decode(record["challenge"]),
                signature=None if record["signature"] is None else _decode(record["signature"]),
                chip_authentication=_text(record["chip_authentication"]),
                problems={_text(name): _text(reason) for name, reason in record["problems"].items()},
                expected=Expected(**{name: value if value is None else _text(value) for name, value in record["expected"].items()}),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise MalformedData("not evidence") from None


def _load(text: str | bytes) -> dict:
    if len(text) > MAX_JSON:
        raise MalformedData("evidence is too large")
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedData("evidence is not JSON") from None
    if not isinstance(record, dict):
        raise MalformedData("not evidence")
    return record


def _pace_to_dict(secrets: PaceSecrets) -> dict:
    parts = {name: _encode(getattr(secrets, name)) for name in ("chip_mapping", "chip_key", "cryptogram")}
    return parts | {"parameter": secrets.parameter, "cipher": secrets.cipher.value, "key": hex(secrets.key)}


def _pace_from_dict(record: dict) -> PaceSecrets:
    chip_mapping, chip_key, cryptogram = (_decode(record[name]) for name in ("chip_mapping", "chip_key", "cryptogram"))
    return PaceSecrets(int(record["parameter"]), CipherName(record["cipher"]), int(record["key"], 16), chip_mapping, chip_key, cryptogram)


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: Any) -> bytes:
    try:
        return base64.b64decode(_text(text), validate=True)
    except binascii.Error:
        raise MalformedData("not base64") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise MalformedData("text expected")
    return value
