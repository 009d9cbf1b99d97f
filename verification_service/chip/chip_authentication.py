"""Chip authentication version 1 over elliptic curves (ICAO 9303-11 §6.2, TR-03110-3): proof that the chip owns the private key of DG14.

Who holds the terminal's ephemeral key may believe the proof. Here that is `HeldChipAuthentication`, on the server or in the same process; the reader
only relays: public key to the chip, first secured command to the chip, the chip's answer back, session keys after the MAC was right.
"""

from dataclasses import dataclass, replace
from typing import Protocol

from verification_service.chip import dg14, kdf, tlv
from verification_service.chip.apdu import OK, Command, select_file
from verification_service.chip.channel import Channel
from verification_service.chip.ciphers import CipherName, SessionKeys
from verification_service.chip.curves import Curve
from verification_service.chip.errors import (
    ChipAuthenticationFailed,
    ChipAuthenticationUnsupported,
    ChipError,
    MalformedData,
    SecureMessagingError,
    StatusError,
    UnsupportedAlgorithm,
)
from verification_service.chip.files import DG14
from verification_service.chip.secure_messaging import SecureMessaging
from verification_service.chip.security_infos import CHIP_AUTHENTICATION_ECDH, ChipAuthenticationInfo, ChipPublicKey, SecurityInfos, oid_value

# The first command under the new keys: harmless, and answered with a protected status.
FIRST_COMMAND = select_file(DG14.identifier)
_DEFAULT = ChipAuthenticationInfo(CHIP_AUTHENTICATION_ECDH + ".1", oid_value(CHIP_AUTHENTICATION_ECDH + ".1"), CipherName.TDES, None)


@dataclass(frozen=True, slots=True, repr=False)
class ChipAuthenticationStart:
    """What the reader needs: protocol, key reference, the ephemeral public key to show, the first command already secured with the keys-to-be."""

    oid: bytes
    cipher: CipherName
    key_id: int | None
    public_key: bytes
    first_command: bytes

    def to_dict(self) -> dict:
        return {
            "oid": self.oid.hex(),
            "cipher": self.cipher.value,
            "key_id": self.key_id,
            "public_key": self.public_key.hex(),
            "first_command": self.first_command.hex(),
        }

    @classmethod
    def from_dict(cls, record: dict) -> "ChipAuthenticationStart":
        """MalformedData for anything else than what `to_dict` gives."""
        try:
            oid, public_key, command = (bytes.fromhex(record[name]) for name in ("oid", "public_key", "first_command"))
            return cls(oid, CipherName(record["cipher"]), None if record["key_id"] is None else int(record["key_id"]), public_key, command)
        except (KeyError, TypeError, ValueError):
            raise MalformedData("not the start of a chip authentication") from None


class ChipAuthenticator(Protocol):
    """Who holds the ephemeral key: `HeldChipAuthentication` behind the network, or `LocalAuthenticator`."""

    def begin(self, dg14: bytes) -> ChipAuthenticationStart:
        """For the DG14 just read. Raises ChipAuthenticationUnsupported."""
        ...

    def finish(self, answer: bytes) -> SessionKeys:
        """Session keys to go on with, once the chip's answer (R-APDU) to the first command is right. Raises ChipAuthenticationFailed."""
        ...


@dataclass(repr=False)
class HeldChipAuthentication:
    """The holder's side of one run: `scalar` is secret until the run is over; `answer` is what came back, right or wrong, at most once."""

    scalar: int
    dg14: bytes
    answer: bytes | None = None

    @classmethod
    def begin(cls, dg14_file: bytes) -> "HeldChipAuthentication":
        """A fresh key pair on the chip's curve. Raises ChipAuthenticationUnsupported."""
        _, key = _choice(dg14_file)
        return cls(_curve(key).random_scalar(), dg14_file)

    @property
    def start(self) -> ChipAuthenticationStart:
        info, key = _choice(self.dg14)
        curve = _curve(key)
        messaging = SecureMessaging(self._keys(info, key))
        return ChipAuthenticationStart(info.oid, info.cipher, key.key_id, curve.encode(curve.base_multiply(self.scalar)), messaging.protect(FIRST_COMMAND))

    def finish(self, answer: bytes) -> SessionKeys:
        """Records the answer and releases the session keys if its MAC is right. Raises ChipAuthenticationFailed, also for a second answer."""
        if self.answer is not None:
            raise ChipAuthenticationFailed("this run already has its answer")
        self.answer = answer
        return self.confirmed_keys(self.dg14)

    def confirmed_keys(self, dg14_file: bytes) -> SessionKeys:
        """Judges the recorded answer against the static key in `dg14_file`, which the caller has to trust. Raises ChipAuthenticationFailed."""
        if self.answer is None:
            raise ChipAuthenticationFailed("no answer was recorded")
        if dg14_file != self.dg14:
            # The ephemeral key was made for the curve of the other file: on this one it may not even be a key.
            raise ChipAuthenticationFailed("the run was for another DG14")
        try:
            info, key = _choice(dg14_file)
            keys = self._keys(info, key)
            messaging = SecureMessaging(keys)
            messaging.protect(FIRST_COMMAND)
            response = messaging.unprotect(self.answer)
        except (ChipAuthenticationUnsupported, SecureMessagingError, MalformedData) as error:
            raise ChipAuthenticationFailed("the chip does not own the key") from error
        # An answer without data objects is an error status that nothing protects, so it proves nothing.
        if response.status != OK:
            raise ChipAuthenticationFailed(f"chip status {response.status:04X}")
        return replace(keys, counter=messaging.counter)

    def _keys(self, info: ChipAuthenticationInfo, key: ChipPublicKey) -> SessionKeys:
        curve = _curve(key)
        return kdf.session_keys(curve.shared_x(self.scalar, curve.decode(key.encoded)), info.cipher)

    def to_dict(self) -> dict:
        """Secret until `finish`: store encrypted."""
        return {"scalar": hex(self.scalar), "dg14": self.dg14.hex(), "answer": None if self.answer is None else self.answer.hex()}

    @classmethod
    def from_dict(cls, record: dict) -> "HeldChipAuthentication":
        try:
            answer = record["answer"]
            return cls(int(record["scalar"], 16), bytes.fromhex(record["dg14"]), None if answer is None else bytes.fromhex(answer))
        except (KeyError, TypeError, ValueError):
            raise MalformedData("not a held chip authentication") from None


class LocalAuthenticator:
    """Holds the key in this process; `held` is the run, for a verifier that trusts this machine."""

    def __init__(self) -> None:
        self.held: HeldChipAuthentication | None = None

    def begin(self, dg14: bytes) -> ChipAuthenticationStart:
        self.held = HeldChipAuthentication.begin(dg14)
        return self.held.start

    def finish(self, answer: bytes) -> SessionKeys:
        if self.held is None:
            raise ChipAuthenticationFailed("not begun")
        return self.held.finish(answer)


def supported(infos: SecurityInfos) -> bool:
    """Does DG14 hold a chip authentication key at all, of whatever kind?"""
    return bool(infos.chip_keys or infos.chip_authentication)


def authenticate(channel: Channel, authenticator: ChipAuthenticator, dg14_file: bytes) -> None:
    """The reader's side: shows the key, sends the first command, secures the channel with the released keys. Raises ChipAuthenticationError."""
    start = authenticator.begin(dg14_file)
    try:
        _agree(channel, start)
        answer = channel.transmit(start.first_command)
    except (StatusError, SecureMessagingError, MalformedData) as error:
        raise ChipAuthenticationFailed("the chip refused the protocol") from error
    channel.secure(authenticator.finish(answer))


def _agree(channel: Channel, start: ChipAuthenticationStart) -> None:
    reference = b"" if start.key_id is None else tlv.encode(0x84, _integer(start.key_id))
    if start.cipher is CipherName.TDES:
        # 3DES: one MSE:Set KAT carries the public key (ICAO 9303-11 §6.2.4.1); chips that refuse it take the two commands of AES.
        if channel.send(Command(0x00, 0x22, 0x41, 0xA6, tlv.encode(0x91, start.public_key) + reference)).status == OK:
            return
    channel.call(Command(0x00, 0x22, 0x41, 0xA4, tlv.encode(0x80, start.oid) + reference))
    channel.call(Command(0x00, 0x86, 0x00, 0x00, tlv.encode(0x7C, tlv.encode(0x80, start.public_key)), expected=256))


def _integer(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8 or 1, "big")


def _curve(key: ChipPublicKey) -> Curve:
    if key.curve is None:
        raise ChipAuthenticationUnsupported("curve of the chip's key")
    return key.curve


def _choice(dg14_file: bytes) -> tuple[ChipAuthenticationInfo, ChipPublicKey]:
    """The strongest offer whose key we can use. A key without ChipAuthenticationInfo means 3DES (ICAO 9303-11 §6.2.3)."""
    try:
        infos = dg14.parse(dg14_file)
    except (MalformedData, UnsupportedAlgorithm) as error:
        raise ChipAuthenticationUnsupported("DG14 cannot be read") from error
    pairs = [
        (info, key)
        for key in infos.chip_keys
        for info in (infos.chip_authentication or (_DEFAULT,))
        if key.curve is not None and (info.key_id is None or key.key_id is None or info.key_id == key.key_id)
    ]
    if not pairs:
        raise ChipAuthenticationUnsupported("DG14 offers no chip authentication that we speak")
    info, key = max(pairs, key=lambda pair: pair[0].cipher.key_length * 2 + (pair[0].cipher is not CipherName.TDES))
    _check_point(key)
    return info, key


def _check_point(key: ChipPublicKey) -> None:
    try:
        _curve(key).decode(key.encoded)
    except ChipError as error:
        raise ChipAuthenticationUnsupported("the chip's key is not a point of its curve") from error
