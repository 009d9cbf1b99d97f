"""Encryption at rest: AES-256-GCM with the key id in the token and the column as associated data (NIST SP 800-38D).

The verification service runs apart from the rest of the product and imports nothing of it; DATA_KEYS and INDEX_KEY have the same form.
"""

import hmac
import os
from base64 import b64decode, b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

NONCE_BYTES = 12


class Keyring:
    """The first key of `data_keys` (`id:base64[,id:base64…]`) encrypts, all decrypt; `index_key` (base64) hashes."""

    def __init__(self, data_keys: str, index_key: str) -> None:
        pairs = [part.strip().split(":", 1) for part in data_keys.split(",")]
        self._ciphers = {key_id: AESGCM(b64decode(encoded, validate=True)) for key_id, encoded in pairs}
        self.current = pairs[0][0]
        self._index_key = b64decode(index_key, validate=True)

    def encrypt(self, plaintext: str, context: str) -> str:
        """A token bound to `context`."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self.current].encrypt(nonce, plaintext.encode(), context.encode())
        return f"{self.current}.{b64encode(nonce + sealed).decode()}"

    def decrypt(self, token: str, context: str) -> str:
        """The plaintext. Raises KeyError for an unknown key, InvalidTag for a damaged or foreign token."""
        key_id, _, encoded = token.partition(".")
        data = b64decode(encoded)
        return self._ciphers[key_id].decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], context.encode()).decode()

    def is_current(self, token: str) -> bool:
        """Whether the first key made it."""
        return token.startswith(f"{self.current}.")

    def keyed_hash(self, value: str, purpose: str) -> str:
        """64 hex digits to look a value up without storing it."""
        return hmac.new(self._index_key, f"{purpose}\x00{value}".encode(), sha256).hexdigest()


class EncryptedText(TypeDecorator[str]):
    """A text column whose database sees only tokens; `context` is `"table.column"`. The engine's dialect carries the keyring."""

    impl = Text
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else dialect.keyring.encrypt(value, self.context)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else dialect.keyring.decrypt(value, self.context)
