"""Alembic's entry. One history for the gateway's database: the desk's tables are revisions in the same line (one head)."""

from alembic import context
from sqlalchemy import create_engine, pool

import integrations.desk.models
import integrations.gateway.models  # noqa: F401
from integrations.gateway.database import Base, sqlalchemy_url
from integrations.gateway.encryption import EncryptedText


def run() -> None:
    engine = create_engine(sqlalchemy_url(context.config.attributes["database_url"]), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, include_object=_is_ours, render_item=_plain_text_for_encrypted)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


def _plain_text_for_encrypted(kind: str, item: object, _: object) -> str | bool:
    """A migration sees an encrypted column as the text it is in the database."""
    return "sa.Text()" if kind == "type" and isinstance(item, EncryptedText) else False


def _is_ours(item: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """Procrastinate owns its own tables."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


run()
