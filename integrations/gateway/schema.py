"""All tables of the gateway's database by what they hold, read from the models: nobody keeps a second list that could fall behind."""

from collections.abc import Iterator
from importlib import import_module

from sqlalchemy import Column, Table

from integrations.gateway.database import Base
from integrations.gateway.encryption import EncryptedText

MODEL_MODULES = ("integrations.gateway.models", "integrations.desk.models")


def load_models() -> None:
    for module in MODEL_MODULES:
        import_module(module)


def encrypted_columns() -> Iterator[Column]:
    """Every column that holds tokens of `core.crypto`."""
    load_models()
    for table in Base.metadata.sorted_tables:
        yield from (column for column in table.columns if isinstance(column.type, EncryptedText))


def tables_of_a_conversation() -> list[Table]:
    """Every table whose rows belong to a conversation, parents first."""
    load_models()
    return [table for table in Base.metadata.sorted_tables if "conversation_id" in table.columns]
