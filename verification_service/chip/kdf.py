"""Key derivation (ICAO 9303-11 §9.7.1): KDF(K, c) = H(K || c), SHA-1 for 3DES and AES-128, SHA-256 for longer keys."""

import hashlib

from verification_service.chip.ciphers import CipherName, SessionKeys

ENCRYPTION, MAC, PASSWORD = 1, 2, 3


def derive(secret: bytes, counter: int, cipher: CipherName) -> bytes:
    """One key of `cipher.key_length` bytes; DES keys get odd parity."""
    material = secret + counter.to_bytes(4, "big")
    if cipher in (CipherName.AES192, CipherName.AES256):
        return hashlib.sha256(material).digest()[: cipher.key_length]
    # SHA-1 is what the specification fixes for these key lengths.
    key = hashlib.sha1(material).digest()[:16]  # noqa: S324
    return with_odd_parity(key) if cipher is CipherName.TDES else key


def session_keys(secret: bytes, cipher: CipherName, counter: int = 0) -> SessionKeys:
    """The pair of session keys from a shared secret."""
    return SessionKeys(cipher, derive(secret, ENCRYPTION, cipher), derive(secret, MAC, cipher), counter)


def with_odd_parity(key: bytes) -> bytes:
    return bytes((byte & 0xFE) | (1 - (byte >> 1).bit_count() % 2) for byte in key)
