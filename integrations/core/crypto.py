"""Encryption of personal columns and the keyed look-up index.

A token is `<key id>.<base64url(nonce + ciphertext + tag)>`: AES-256-GCM, a fresh 96-bit nonce each (NIST SP 800-38D), and a *context*
(for example `"guest.name"`) as associated data, so that a token copied into another column does not open there.
"""

import hmac
import os
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from hashlib import sha256
from re import fullmatch

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from integrations.core.errors import ConfigurationError, DecryptionError

NONCE_BYTES = 12
KEY_BYTES = 32


def _key(encoded: str, name: str) -> bytes:
    try:
        key = b64decode(encoded, validate=True)
    except Base64Error as error:
        raise ConfigurationError(f"{name} is not base64") from error
    if len(key) != KEY_BYTES:
        raise ConfigurationError(f"{name} must be {KEY_BYTES} bytes")
    return key


class Keyring:
    """The keys of one deployment: the first data key encrypts, every key decrypts, the index key hashes."""

    def __init__(self, data_keys: str, index_key: str) -> None:
        """`data_keys` is `id:base64key[,id:base64key…]`, `index_key` is base64; each key 32 bytes. Raises ConfigurationError."""
        self._ciphers: dict[str, AESGCM] = {}
        for part in data_keys.split(","):
            key_id, _, encoded = part.strip().partition(":")
            if not fullmatch(r"[A-Za-z0-9_-]{1,32}", key_id) or key_id in self._ciphers:
                raise ConfigurationError("DATA_KEYS must be id:base64key[,id:base64key…] with distinct ids")
            self._ciphers[key_id] = AESGCM(_key(encoded, f"DATA_KEYS[{key_id}]"))
        self.current_key_id = next(iter(self._ciphers))
        self._index_key = _key(index_key, "INDEX_KEY")

    def encrypt(self, plaintext: bytes, context: str) -> str:
        """A token that only `decrypt` with the same context opens."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self.current_key_id].encrypt(nonce, plaintext, context.encode())
        return f"{self.current_key_id}.{urlsafe_b64encode(nonce + sealed).decode()}"

    def decrypt(self, token: str, context: str) -> bytes:
        """The plaintext. Raises DecryptionError."""
        key_id, _, encoded = token.partition(".")
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise DecryptionError("unknown key id")
        try:
            data = urlsafe_b64decode(encoded)
            return cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], context.encode())
        except (InvalidTag, ValueError) as error:
            raise DecryptionError("damaged token or other context") from error

    def encrypt_text(self, plaintext: str, context: str) -> str:
        """`encrypt` for a string."""
        return self.encrypt(plaintext.encode(), context)

    def decrypt_text(self, token: str, context: str) -> str:
        """`decrypt` for a string."""
        return self.decrypt(token, context).decode()

    def is_current(self, token: str) -> bool:
        """Whether the token was made with the first key."""
        return token.startswith(f"{self.current_key_id}.")

    def rotate(self, token: str, context: str) -> str:
        """The same plaintext under the first key; a current token is returned as it is."""
        return token if self.is_current(token) else self.encrypt(self.decrypt(token, context), context)

    def keyed_hash(self, value: str, purpose: str) -> str:
        """64 hex digits to look a value up by without storing it (HMAC-SHA256); `purpose` separates the indexes from each other."""
        return hmac.new(self._index_key, f"{purpose}\x00{value}".encode(), sha256).hexdigest()
