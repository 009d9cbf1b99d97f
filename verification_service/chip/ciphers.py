"""The symmetric primitives of ICAO 9303-11 §9.7 and §9.8: 3DES and AES in CBC, retail MAC, CMAC, ISO 9797-1 padding 2."""

import hmac
from dataclasses import dataclass
from enum import StrEnum

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from verification_service.chip.errors import MalformedData

MAC_LENGTH = 8


class CipherName(StrEnum):
    TDES = "3des"
    AES128 = "aes-128"
    AES192 = "aes-192"
    AES256 = "aes-256"

    @property
    def block(self) -> int:
        """Block length in bytes."""
        return 8 if self is CipherName.TDES else 16

    @property
    def key_length(self) -> int:
        """Length in bytes of a session key (3DES: two keys)."""
        return {CipherName.TDES: 16, CipherName.AES128: 16, CipherName.AES192: 24, CipherName.AES256: 32}[self]


@dataclass(frozen=True, slots=True, repr=False)
class SessionKeys:
    """What a key agreement yields; `counter` is the send sequence counter the session goes on with."""

    cipher: CipherName
    encryption: bytes
    mac: bytes
    counter: int = 0

    def to_dict(self) -> dict:
        return {"cipher": self.cipher.value, "encryption": self.encryption.hex(), "mac": self.mac.hex(), "counter": self.counter}

    @classmethod
    def from_dict(cls, record: dict) -> "SessionKeys":
        try:
            return cls(CipherName(record["cipher"]), bytes.fromhex(record["encryption"]), bytes.fromhex(record["mac"]), int(record["counter"]))
        except (KeyError, TypeError, ValueError):
            raise MalformedData("not session keys") from None


def _algorithm(cipher: CipherName, key: bytes) -> TripleDES | AES:
    # 16-byte 3DES keys are deprecated in `cryptography`: K1 || K2 becomes K1 || K2 || K1.
    return TripleDES(key + key[:8]) if cipher is CipherName.TDES else AES(key)


def encrypt(cipher: CipherName, key: bytes, data: bytes, iv: bytes | None = None) -> bytes:
    """CBC without padding; the zero vector unless `iv` is given."""
    encryptor = Cipher(_algorithm(cipher, key), modes.CBC(iv or bytes(cipher.block))).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def decrypt(cipher: CipherName, key: bytes, data: bytes, iv: bytes | None = None) -> bytes:
    if not data or len(data) % cipher.block:
        raise MalformedData("cryptogram is not a whole number of blocks")
    decryptor = Cipher(_algorithm(cipher, key), modes.CBC(iv or bytes(cipher.block))).decryptor()
    return decryptor.update(data) + decryptor.finalize()


def encrypt_block(cipher: CipherName, key: bytes, block: bytes) -> bytes:
    """One block in ECB: the initialisation vector of AES secure messaging is E(K, SSC)."""
    return encrypt(cipher, key, block)


def mac(cipher: CipherName, key: bytes, data: bytes) -> bytes:
    """Eight bytes: retail MAC (ISO 9797-1 algorithm 3) over padded `data` for 3DES, truncated CMAC over `data` for AES."""
    if cipher is not CipherName.TDES:
        authenticator = CMAC(AES(key))
        authenticator.update(data)
        return authenticator.finalize()[:MAC_LENGTH]
    padded = pad(data, 8)
    first, second = key[:8], key[8:16]
    chained = Cipher(TripleDES(first * 3), modes.CBC(bytes(8))).encryptor().update(padded)[-8:]
    inner = Cipher(TripleDES(second * 3), modes.CBC(bytes(8))).decryptor().update(chained)
    return Cipher(TripleDES(first * 3), modes.CBC(bytes(8))).encryptor().update(inner)


def same(left: bytes, right: bytes) -> bool:
    """Comparison in constant time."""
    return hmac.compare_digest(left, right)


def pad(data: bytes, block: int) -> bytes:
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def unpad(data: bytes) -> bytes:
    stripped = data.rstrip(b"\x00")
    if not stripped.endswith(b"\x80"):
        raise MalformedData("padding is wrong")
    return stripped[:-1]
