"""AES-256-GCM under one of several keys: the first encrypts, every one decrypts, so that a key can be replaced while both are in use."""

from __future__ import annotations

import base64
import binascii
import os
from typing import Dict, Tuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class EncryptionError(Exception):
    """A key ring that cannot be used, or data that no key of it opens."""


class KeyRing:
    """Keys as `DATA_KEYS` writes them: `id:base64[,id:base64…]`, 32 bytes each. Raises EncryptionError when none or a malformed one is given."""

    def __init__(self, keys: str) -> None:
        self._ciphers: Dict[str, AESGCM] = dict(self._read(entry) for entry in keys.split(",") if entry.strip())
        if not self._ciphers:
            raise EncryptionError("DATA_KEYS holds no key")
        self.current = next(iter(self._ciphers))

    @staticmethod
    def _read(entry: str) -> Tuple[str, AESGCM]:
        key_id, _, encoded = entry.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise EncryptionError(f"DATA_KEYS: key {key_id!r} is not base64") from error
        if not key_id or len(key) != 32:
            raise EncryptionError(f"DATA_KEYS: key {key_id!r} must have a name and 32 bytes")
        return key_id, AESGCM(key)

    def seal(self, plain: bytes, context: str) -> Tuple[str, bytes]:
        """(key id, nonce + ciphertext); `context` says where the data stands and must be the same when it is opened."""
        nonce = os.urandom(NONCE_BYTES)
        return self.current, nonce + self._ciphers[self.current].encrypt(nonce, plain, context.encode())

    def open(self, key_id: str, sealed: bytes, context: str) -> bytes:
        """The plain bytes. Raises EncryptionError for an unknown key or data that was changed or moved."""
        if key_id not in self._ciphers:
            raise EncryptionError(f"no key {key_id!r} in DATA_KEYS")
        try:
            return self._ciphers[key_id].decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())
        except InvalidTag as error:
            raise EncryptionError(f"data under key {key_id!r} does not open") from error
