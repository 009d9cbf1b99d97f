"""Moves every encrypted column of the sandbox to the first key of DATA_KEYS."""

from sqlalchemy import Table, Text, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from integrations.core.crypto import Keyring
from integrations.sandbox.database import Base, EncryptedText, create_tables


async def rotate_keys(engine: AsyncEngine, keyring: Keyring) -> int:
    """Re-encrypts what older keys encrypted; returns the number of values."""
    await create_tables(engine)
    async with engine.begin() as connection:
        return sum([await _rotate_table(connection, table, keyring) for table in Base.metadata.sorted_tables])


async def _rotate_table(connection: AsyncConnection, table: Table, keyring: Keyring) -> int:
    columns = [column for column in table.columns if isinstance(column.type, EncryptedText)]
    if not columns:
        return 0
    keys = list(table.primary_key.columns)
    changed = 0
    for row in await connection.execute(select(*keys, *(column.cast(Text).label(column.name) for column in columns)).with_for_update()):
        old = {column: row._mapping[column.name] for column in columns if row._mapping[column.name] is not None}
        new = {column.name: keyring.decrypt_text(token, column.type.context) for column, token in old.items() if not keyring.is_current(token)}
        if new:
            await connection.execute(update(table).where(*(key == row._mapping[key.name] for key in keys)).values(new))
            changed += len(new)
    return changed
