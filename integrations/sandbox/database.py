"""The sandbox's PostgreSQL. Personal columns are `EncryptedText`: AES-256-GCM tokens bound to their column."""

from datetime import datetime

from sqlalchemy import DateTime, MetaData, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from integrations.core.crypto import Keyring

Sessions = async_sessionmaker[AsyncSession]


class Base(DeclarativeBase):
    """All tables of the sandbox."""

    metadata = MetaData()
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012


class EncryptedText(TypeDecorator[str]):
    """A text that the database sees only as a token; `context` (`"table.column"`) keeps tokens from being swapped."""

    impl = Text
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Plain text to token."""
        return None if value is None else dialect.keyring.encrypt_text(value, self.context)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Token to plain text."""
        return None if value is None else dialect.keyring.decrypt_text(value, self.context)


def create_engine(database_url: str, keyring: Keyring) -> AsyncEngine:
    """An engine for a `postgresql://…` address, whose encrypted columns use `keyring`."""
    engine = create_async_engine(database_url.replace("postgresql://", "postgresql+psycopg://", 1), pool_size=20, max_overflow=20, hide_parameters=True)
    engine.dialect.keyring = keyring
    return engine


async def create_tables(engine: AsyncEngine) -> None:
    """Creates the tables that are missing; several processes may do so at once."""
    import integrations.sandbox.id_card.models
    import integrations.sandbox.lodging.models  # noqa: F401

    async with engine.begin() as connection:
        await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(6001)")
        await connection.run_sync(Base.metadata.create_all)
