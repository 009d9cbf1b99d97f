"""Alembic's entry for the verification database."""

from alembic import context
from sqlalchemy import create_engine, pool

import verification_service.sessions.models  # noqa: F401
from verification_service.sessions.database import Base, sqlalchemy_url
from verification_service.sessions.encryption import EncryptedText


def run() -> None:
    """Runs the wanted revisions in one transaction."""
    engine = create_engine(sqlalchemy_url(context.config.attributes["database_url"]), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, render_item=_plain_text_for_encrypted)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


def _plain_text_for_encrypted(kind: str, item: object, _: object) -> str | bool:
    """A migration sees an encrypted column as the text it is in the database."""
    return "sa.Text()" if kind == "type" and isinstance(item, EncryptedText) else False


run()
