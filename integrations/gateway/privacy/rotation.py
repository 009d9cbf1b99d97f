"""Puts every encrypted value under the first data key, so that an old key can be retired."""

from typing import Any

from sqlalchemy import Column, Select, Text, bindparam, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.core.crypto import Keyring
from integrations.gateway.database import Sessions
from integrations.gateway.schema import encrypted_columns

BATCH = 500


async def rotate_keys(sessions: Sessions, keyring: Keyring) -> dict[str, int]:
    """Re-encrypt in small transactions, while everything runs; returns how many values per column. Repeatable."""
    rotated: dict[str, int] = {}
    for column in encrypted_columns():
        rotated[f"{column.table.name}.{column.name}"] = await _rotate_column(sessions, column, keyring)
    return rotated


async def _rotate_column(sessions: Sessions, column: Column, keyring: Keyring) -> int:
    """First what nobody is using, in batches; then, one by one, what had to be waited for. Ends when no value is left under another key."""
    count = 0
    in_use = False
    while True:
        async with sessions() as session, session.begin():
            if in_use and await session.scalar(_stale(column, keyring).limit(1)) is None:
                return count
            rows = _stale(column, keyring).limit(1 if in_use else BATCH).with_for_update(skip_locked=not in_use)
            batch = await _rotate_rows(session, rows, column, keyring)
        count += batch
        in_use = batch == 0


def _stale(column: Column, keyring: Keyring) -> Select[Any]:
    token = type_coerce(column, Text)
    return select(column.table.primary_key.columns.values()[0], token).where(~token.startswith(f"{keyring.current_key_id}.", autoescape=True))


async def _rotate_rows(session: AsyncSession, stale: Select[Any], column: Column, keyring: Keyring) -> int:
    key = column.table.primary_key.columns.values()[0]
    rows = (await session.execute(stale)).all()
    if rows:
        change = update(column.table).where(key == bindparam("row_key")).values({column: type_coerce(bindparam("fresh"), Text)})
        fresh = [{"row_key": row_key, "fresh": keyring.rotate(stored, column.type.context)} for row_key, stored in rows]
        await (await session.connection()).execute(change, fresh)
    return len(rows)
