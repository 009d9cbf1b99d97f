"""Puts every encrypted value under the first data key, so that an old key can be retired."""

from sqlalchemy import Column, Text, bindparam, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.core.crypto import Keyring
from integrations.gateway.database import Sessions
from integrations.gateway.schema import encrypted_columns

BATCH = 500


async def rotate_keys(sessions: Sessions, keyring: Keyring) -> dict[str, int]:
    """Re-encrypt in small transactions, while everything runs; returns how many values per column. Repeatable."""
    rotated: dict[str, int] = {}
    for column in encrypted_columns():
        count = 0
        while True:
            async with sessions() as session, session.begin():
                batch = await _rotate_batch(session, column, keyring)
            count += batch
            if batch < BATCH:
                break
        rotated[f"{column.table.name}.{column.name}"] = count
    return rotated


async def _rotate_batch(session: AsyncSession, column: Column, keyring: Keyring) -> int:
    key = column.table.primary_key.columns.values()[0]
    token = type_coerce(column, Text)
    stale = select(key, token).where(token.not_like(f"{keyring.current_key_id}.%")).limit(BATCH).with_for_update(skip_locked=True)
    rows = (await session.execute(stale)).all()
    if rows:
        change = update(column.table).where(key == bindparam("row_key")).values({column: type_coerce(bindparam("fresh"), Text)})
        fresh = [{"row_key": row_key, "fresh": keyring.rotate(stored, column.type.context)} for row_key, stored in rows]
        await (await session.connection()).execute(change, fresh)
    return len(rows)
