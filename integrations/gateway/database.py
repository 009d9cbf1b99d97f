"""The gateway's PostgreSQL: engine, sessions, and the base of its tables."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import DateTime, MetaData, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from integrations.core.crypto import Keyring

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: DateTime(timezone=True), UUID: Uuid(), dict[str, Any]: JSONB, list[str]: JSONB}  # noqa: RUF012


Sessions = async_sessionmaker[AsyncSession]


def sqlalchemy_url(database_url: str) -> str:
    """`postgresql://…` (libpq) as SQLAlchemy names it for psycopg 3."""
    scheme, separator, rest = database_url.partition("://")
    if scheme not in {"postgresql", "postgres"} or not separator:
        raise ValueError("the database address must begin with postgresql://")
    return f"postgresql+psycopg://{rest}"


def create_engine(database_url: str, keyring: Keyring, pool_size: int = 10, *, ping: bool = True) -> AsyncEngine:
    """`ping` asks before each use whether a pooled connection still lives; the worker does without, its jobs are tried again anyway."""
    engine = create_async_engine(sqlalchemy_url(database_url), pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=ping, hide_parameters=True)
    engine.dialect.keyring = keyring  # type: ignore[attr-defined]
    return engine


def create_sessions(engine: AsyncEngine) -> Sessions:
    return async_sessionmaker(engine, expire_on_commit=False)


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    """One transaction per request (FastAPI dependency): committed when the endpoint returns, rolled back when it raises."""
    async with request.app.state.sessions() as session, session.begin():
        yield session


Transaction = Annotated[AsyncSession, Depends(get_session, scope="function")]
"""The request's session in an endpoint. Scope `function`: the commit comes before the answer, so what is acknowledged is stored."""
