"""Encrypted column types. The keyring travels on the engine's dialect (`database.create_engine` puts it there)."""

import json
from typing import Any

from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from integrations.core.crypto import Keyring


def keyring_of(dialect: Dialect) -> Keyring:
    return dialect.keyring  # type: ignore[attr-defined]


class EncryptedText(TypeDecorator[str]):
    """Text stored as a token of `core.crypto` (AES-256-GCM, the key's id in front), bound to `context`, which is table.column."""

    impl = Text
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring_of(dialect).encrypt_text(value, self.context)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else keyring_of(dialect).decrypt_text(value, self.context)


class EncryptedJson(EncryptedText):
    """A JSON value, stored like `EncryptedText`."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else super().process_bind_param(json.dumps(value, ensure_ascii=False), dialect)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        text = super().process_result_value(value, dialect)
        return None if text is None else json.loads(text)
