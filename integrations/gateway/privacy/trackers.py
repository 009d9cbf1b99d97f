"""A citizen's conversations inside the bot: rows of `turns` in the tracker database, by sender id (written by bot/tracker_store.py)."""

import json
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

import psycopg

from integrations.core.crypto import Keyring


async def export_trackers(database_url: str, sender_ids: Sequence[str], keyring: Keyring) -> list[dict[str, Any]]:
    """Every event the bot has stored, decrypted, in order."""
    query = "SELECT sender_id, seq, key_id, events FROM turns WHERE sender_id = ANY(%s) ORDER BY sender_id, seq"
    async with await psycopg.AsyncConnection.connect(database_url) as connection:
        if not await _has_table(connection):
            return []
        rows = await (await connection.execute(query, [list(sender_ids)])).fetchall()
    return [{"sender_id": sender, "events": _open(keyring, sender, seq, key_id, sealed)} for sender, seq, key_id, sealed in rows]


async def erase_trackers(database_url: str, sender_ids: Sequence[str]) -> int:
    """How many stored turns were deleted."""
    async with await psycopg.AsyncConnection.connect(database_url) as connection:
        if not await _has_table(connection):
            return 0
        return (await connection.execute("DELETE FROM turns WHERE sender_id = ANY(%s)", [list(sender_ids)])).rowcount


async def _has_table(connection: psycopg.AsyncConnection) -> bool:
    row = await (await connection.execute("SELECT to_regclass('turns') IS NOT NULL")).fetchone()
    return bool(row and row[0])


def _open(keyring: Keyring, sender_id: str, seq: int, key_id: str, sealed: bytes) -> Any:
    token = f"{key_id}.{urlsafe_b64encode(bytes(sealed)).decode()}"
    return json.loads(zlib.decompress(keyring.decrypt(token, f"{sender_id}:{seq}")))
