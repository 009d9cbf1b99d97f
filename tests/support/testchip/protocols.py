"""The chip's side of PACE, BAC, chip authentication and active authentication."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils

from verification_service.chip import bac, curves, kdf, pace_mapping, tlv
from verification_service.chip.ciphers import CipherName, SessionKeys, decrypt, encrypt, encrypt_block, mac, pad
from verification_service.chip.curves import Curve, Point
from verification_service.chip.errors import MalformedData
from verification_service.chip.security_infos import Mapping, oid_value

TDES = CipherName.TDES


class Aborted(Exception):
    """The chip answers with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


@dataclass
class Bac:
    """Basic access control with the key of the printed zone."""

    mrz_information: bytes
    random: Callable[[int], bytes] = os.urandom

    def authenticate(self, challenge: bytes, data: bytes) -> tuple[bytes, SessionKeys]:
        k_enc, k_mac = bac.document_keys(self.mrz_information)
        cryptogram, checksum = data[:32], data[32:]
        if mac(TDES, k_mac, cryptogram) != checksum:
            raise Aborted(0x6300)
        plain = decrypt(TDES, k_enc, cryptogram)
        terminal_random, seed = plain[:8], plain[16:32]
        if plain[8:16] != challenge:
            raise Aborted(0x6300)
        own_seed = self.random(16)
        answer = encrypt(TDES, k_enc, challenge + terminal_random + own_seed)
        shared = bytes(left ^ right for left, right in zip(seed, own_seed, strict=True))
        keys = kdf.session_keys(shared, TDES, int.from_bytes(challenge[4:] + terminal_random[4:], "big"))
        return answer + mac(TDES, k_mac, answer), keys


@dataclass
class Pace:
    """PACE with one protocol and the passwords the chip knows (reference → K_π)."""

    dotted: str
    mapping: Mapping
    cipher: CipherName
    parameter: int
    passwords: dict[int, bytes]
    static_key: int | None = None
    scalar: Callable[[Curve], int] = Curve.random_scalar
    random: Callable[[int], bytes] = os.urandom
    attempts: int = field(default=0)

    @property
    def oid(self) -> bytes:
        return oid_value(self.dotted)

    @property
    def curve(self) -> Curve:
        return curves.by_parameter_number(self.parameter)

    def reset(self) -> None:
        self.password: bytes | None = None
        self.stage = 0

    def choose(self, objects: dict[int, bytes]) -> None:
        self.reset()
        if objects.get(0x80) != self.oid:
            raise Aborted(0x6A80)
        reference = int.from_bytes(objects.get(0x83, b""), "big")
        if reference not in self.passwords:
            raise Aborted(0x6A88)
        self.password = self.passwords[reference]

    def step(self, content: list[tlv.Node]) -> tuple[bytes, SessionKeys | None]:
        if self.password is None:
            raise Aborted(0x6985)
        self.stage += 1
        if self.stage == 4:
            return self._confirm(tlv.find(content, 0x85).value)
        return {1: self._nonce, 2: self._map, 3: self._agree}[self.stage](content), None

    def _nonce(self, content: list[tlv.Node]) -> bytes:
        self.nonce = self.random(pace_mapping.nonce_length(self.cipher) if self.mapping is Mapping.INTEGRATED else 16)
        key = kdf.derive(self.password or b"", kdf.PASSWORD, self.cipher)
        return tlv.encode(0x80, encrypt(self.cipher, key, self.nonce))

    def _map(self, content: list[tlv.Node]) -> bytes:
        received = tlv.find(content, 0x81).value
        if self.mapping is Mapping.INTEGRATED:
            self.generator: Point = pace_mapping.integrated(self.curve, self.cipher, self.nonce, received)
            return tlv.encode(0x82, b"")
        self.map_scalar = self.scalar(self.curve)
        own = self.curve.base_multiply(self.map_scalar)
        shared = self.curve.multiply(self.map_scalar, self.curve.decode(received))
        self.generator = pace_mapping.generic(self.curve, self.nonce, shared)
        return tlv.encode(0x82, self.curve.encode(own))

    def _agree(self, content: list[tlv.Node]) -> bytes:
        self.terminal_key = tlv.find(content, 0x83).value
        scalar = self.scalar(self.curve)
        self.own_key = self.curve.encode(self.curve.multiply(scalar, self.generator))
        self.keys = kdf.session_keys(self.curve.shared_x(scalar, self.curve.decode(self.terminal_key)), self.cipher)
        return tlv.encode(0x84, self.own_key)

    def _token(self, public_key: bytes) -> bytes:
        return mac(self.cipher, self.keys.mac, tlv.encode(0x7F49, tlv.encode(0x06, self.oid) + tlv.encode(0x86, public_key)))

    def _confirm(self, token: bytes) -> tuple[bytes, SessionKeys]:
        self.attempts += 1
        self.password = None
        if token != self._token(self.own_key):
            raise Aborted(0x6300)
        return tlv.encode(0x86, self._token(self.terminal_key)) + self._chip_data(), self.keys

    def _chip_data(self) -> bytes:
        if self.mapping is not Mapping.CHIP_AUTHENTICATION or self.static_key is None:
            return b""
        # CA_IC = SK_map / SK_static (ICAO 9303-11 §4.4.3.5.1)
        scalar = self.map_scalar * pow(self.static_key, -1, self.curve.n) % self.curve.n
        vector = encrypt_block(self.cipher, self.keys.encryption, b"\xff" * 16)
        data = pad(scalar.to_bytes(self.curve.order_size, "big"), 16)
        return tlv.encode(0x8A, encrypt(self.cipher, self.keys.encryption, data, vector))


@dataclass
class ChipKey:
    """The static key of chip authentication."""

    curve: Curve
    scalar: int
    oid: bytes
    cipher: CipherName
    chosen: bool = False

    def public_key(self) -> ec.EllipticCurvePublicKey:
        if self.curve.native is None:
            raise MalformedData("test keys use curves of `cryptography`")
        return ec.derive_private_key(self.scalar, self.curve.native()).public_key()

    def agree(self, terminal_key: bytes) -> SessionKeys:
        return kdf.session_keys(self.curve.shared_x(self.scalar, self.curve.decode(terminal_key)), self.cipher)


@dataclass
class SigningKey:
    """The private key of active authentication, RSA (ISO 9796-2) or ECDSA (plain)."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    hash: str = "sha256"

    def sign(self, challenge: bytes) -> bytes:
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            r, s = utils.decode_dss_signature(self.key.sign(challenge, ec.ECDSA(_HASHES[self.hash]())))
            size = (self.key.curve.key_size + 7) // 8
            return r.to_bytes(size, "big") + s.to_bytes(size, "big")
        return self._sign_rsa(self.key.private_numbers(), challenge)

    def _sign_rsa(self, numbers: rsa.RSAPrivateNumbers, challenge: bytes) -> bytes:
        n = numbers.public_numbers.n
        size = (n.bit_length() + 7) // 8
        trailer = {"sha1": b"\xbc", "sha256": b"\x34\xcc", "sha512": b"\x35\xcc", "sha384": b"\x36\xcc", "sha224": b"\x38\xcc"}[self.hash]
        recovered = os.urandom(size - 1 - hashlib.new(self.hash).digest_size - len(trailer))
        message = b"\x6a" + recovered + hashlib.new(self.hash, recovered + challenge).digest() + trailer
        return pow(int.from_bytes(message, "big"), numbers.d, n).to_bytes(size, "big")


_HASHES = {"sha1": hashes.SHA1, "sha224": hashes.SHA224, "sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512}
