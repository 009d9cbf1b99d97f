"""Password Authenticated Connection Establishment over elliptic curves (ICAO 9303-11 §4.4), all three mappings.

The dialogue after MSE:Set AT: encrypted nonce, mapping, key agreement, mutual authentication.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from verification_service.chip import curves, kdf, pace_mapping, tlv
from verification_service.chip.apdu import Command
from verification_service.chip.channel import Channel
from verification_service.chip.ciphers import CipherName, SessionKeys, decrypt, encrypt_block, mac, same, unpad
from verification_service.chip.curves import Curve, Point
from verification_service.chip.errors import AccessDenied, AccessNotSupported, MalformedData
from verification_service.chip.security_infos import Mapping, PaceInfo

DYNAMIC_DATA = 0x7C
CHAINED = 0x10
KEY_REFUSED = (0x6300, 0x6982, 0x6983, 0x6984, 0x6985)


class Password(IntEnum):
    """Which secret is used: the reference in MSE:Set AT (ICAO 9303-11 table 4)."""

    MRZ = 1
    CAN = 2


@dataclass(frozen=True, slots=True, repr=False)
class PaceSecrets:
    """What the terminal alone knows of a PACE-CAM run, plus the chip's answers: enough to repeat the check of §4.4.3.5 later."""

    parameter: int
    cipher: CipherName
    key: int
    chip_mapping: bytes
    chip_key: bytes
    cryptogram: bytes


def password_bytes(password: Password, secret: str | bytes) -> bytes:
    """The key-derivation input K_π: the CAN as characters, or SHA-1 of the MRZ information (§9.7.3)."""
    if password is Password.MRZ:
        return hashlib.sha1(secret if isinstance(secret, bytes) else secret.encode()).digest()  # noqa: S324  fixed by the specification
    return secret if isinstance(secret, bytes) else secret.encode()


def authenticate(
    channel: Channel,
    info: PaceInfo,
    password: Password,
    secret: bytes,
    scalar: Callable[[Curve], int] = Curve.random_scalar,
    random: Callable[[int], bytes] = os.urandom,
) -> tuple[SessionKeys, PaceSecrets | None]:
    """Runs PACE and secures the channel. Second value: the transcript of the chip-authentication mapping, if that was the mapping.

    Raises AccessDenied when the password is wrong and AccessNotSupported when the chip refuses the protocol or password type (no attempt spent).
    """
    curve = curves.by_parameter_number(info.parameter)
    _choose(channel, info, password)
    nonce = _nonce(channel, info, secret)
    generator, chip_mapping = _map(channel, info, curve, nonce, scalar, random)
    own_scalar = scalar(curve)
    own_key = curve.multiply(own_scalar, generator)
    chip_key = curve.decode(_step(channel, 0x83, curve.encode(own_key), 0x84))
    if chip_key == own_key:
        raise MalformedData("the chip repeated our public key")
    keys = kdf.session_keys(curve.shared_x(own_scalar, chip_key), info.cipher)
    cryptogram = _confirm(channel, info, keys, curve.encode(own_key), curve.encode(chip_key))
    channel.secure(keys)
    if info.mapping is not Mapping.CHIP_AUTHENTICATION:
        return keys, None
    return keys, PaceSecrets(info.parameter, info.cipher, own_scalar, chip_mapping, curve.encode(chip_key), cryptogram)


def _choose(channel: Channel, info: PaceInfo, password: Password) -> None:
    data = tlv.encode(0x80, info.oid) + tlv.encode(0x83, bytes([password])) + tlv.encode(0x84, bytes([info.parameter]))
    response = channel.send(Command(0x00, 0x22, 0xC1, 0xA4, data))
    # 63Cx announces the tries that are left; the protocol goes on (ICAO 9303-11 §4.4.4.1).
    if response.status == 0x9000 or response.status >> 4 == 0x63C:
        return
    raise AccessNotSupported(f"the chip refused PACE with {password.name}: {response.status:04X}")


def _nonce(channel: Channel, info: PaceInfo, secret: bytes) -> bytes:
    encrypted = _step(channel, None, b"", 0x80)
    return decrypt(info.cipher, kdf.derive(secret, kdf.PASSWORD, info.cipher), encrypted)


def _map(channel: Channel, info: PaceInfo, curve: Curve, nonce: bytes, scalar: Callable[[Curve], int], random: Callable[[int], bytes]) -> tuple[Point, bytes]:
    if info.mapping is Mapping.INTEGRATED:
        terminal_nonce = random(pace_mapping.terminal_nonce_length(info.cipher))
        _step(channel, 0x81, terminal_nonce, 0x82)
        return pace_mapping.integrated(curve, info.cipher, nonce, terminal_nonce), b""
    own_scalar = scalar(curve)
    own_point = curve.base_multiply(own_scalar)
    answer = _step(channel, 0x81, curve.encode(own_point), 0x82)
    chip_point = curve.decode(answer)
    if chip_point == own_point:
        raise MalformedData("the chip repeated our public key")
    return pace_mapping.generic(curve, nonce, curve.multiply(own_scalar, chip_point)), answer


def _confirm(channel: Channel, info: PaceInfo, keys: SessionKeys, own_key: bytes, chip_key: bytes) -> bytes:
    """Exchanges the tokens; returns the encrypted chip authentication data (empty unless the mapping is CAM)."""
    answer = _exchange(channel, tlv.encode(0x85, token(info, keys.mac, chip_key)), last=True)
    if not same(tlv.find(answer, 0x86).value, token(info, keys.mac, own_key)):
        raise AccessDenied("the chip's token does not fit the key")
    return tlv.find(answer, 0x8A).value if info.mapping is Mapping.CHIP_AUTHENTICATION else b""


def token(info: PaceInfo, k_mac: bytes, public_key: bytes) -> bytes:
    """MAC over the other side's public key data object 7F49 (§4.4.3.4, §9.4.4)."""
    return mac(info.cipher, k_mac, tlv.encode(0x7F49, tlv.encode(0x06, info.oid) + tlv.encode(0x86, public_key)))


def _step(channel: Channel, tag: int | None, value: bytes, answer_tag: int) -> bytes:
    answer = _exchange(channel, tlv.encode(tag, value) if tag else b"", last=False)
    if answer_tag == 0x82 and not answer:
        return b""
    return tlv.find(answer, answer_tag).value


def _exchange(channel: Channel, content: bytes, last: bool) -> list[tlv.Node]:
    command = Command(0x00 if last else CHAINED, 0x86, 0x00, 0x00, tlv.encode(DYNAMIC_DATA, content), expected=256)
    response = channel.send(command)
    if response.status in KEY_REFUSED or response.status >> 4 == 0x63C:
        raise AccessDenied("the chip refused the key")
    return tlv.parse(response.checked(), DYNAMIC_DATA).children()


def verify_chip_mapping(secrets: PaceSecrets, static_key: bytes) -> bool:
    """PACE-CAM: does the chip own `static_key`? True when PK_map = CA_IC · PK_static (§4.4.3.5.2). MalformedData for impossible input."""
    curve = curves.by_parameter_number(secrets.parameter)
    keys = kdf.session_keys(curve.shared_x(secrets.key, curve.decode(secrets.chip_key)), secrets.cipher)
    vector = encrypt_block(secrets.cipher, keys.encryption, b"\xff" * secrets.cipher.block)
    scalar = int.from_bytes(unpad(decrypt(secrets.cipher, keys.encryption, secrets.cryptogram, vector)), "big")
    if not 0 < scalar < curve.n:
        return False
    return curve.multiply(scalar, curve.decode(static_key)) == curve.decode(secrets.chip_mapping)
