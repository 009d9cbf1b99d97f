"""The service's PostgreSQL: engine, one transaction per request, base of the tables."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import DateTime, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from verification_service.sessions.encryption import Keyring

Sessions = async_sessionmaker[AsyncSession]


class Base(DeclarativeBase):
    """All tables of the verification service."""

    metadata = MetaData(naming_convention={"ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s",
                                           "fk": "fk_%(table_name)s_%(column_0_name)s"})  # fmt: skip
    type_annotation_map = {datetime: DateTime(timezone=True), dict[str, Any]: JSONB, list[str]: JSONB, list[dict]: JSONB}  # noqa: RUF012


def sqlalchemy_url(database_url: str) -> str:
    """`postgresql://…` for SQLAlchemy with psycopg 3."""
    return database_url.replace("postgresql://", "postgresql+psycopg://", 1)


def create_engine(database_url: str, keyring: Keyring) -> AsyncEngine:
    """An engine whose encrypted columns use `keyring`."""
    engine = create_async_engine(sqlalchemy_url(database_url), pool_size=10, max_overflow=20, pool_pre_ping=True, hide_parameters=True)
    engine.dialect.keyring = keyring
    return engine


async def get_transaction(request: Request) -> AsyncIterator[AsyncSession]:
    """Committed when the endpoint returns and before its answer is sent, rolled back when it raises."""
    async with request.app.state.service.sessions.begin() as transaction:
        yield transaction


Transaction = Annotated[AsyncSession, Depends(get_transaction, scope="function")]
