"""Fills the sandbox: `python -m integrations.sandbox seed`. Running it again changes nothing."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from integrations.core.crypto import Keyring
from integrations.core.receipt_code import ReceiptCode
from integrations.sandbox.citizens.generate import generate
from integrations.sandbox.database import create_tables
from integrations.sandbox.id_card.models import CardApplication, CardHolder

BATCH = 500
T = TypeVar("T")


async def seed(engine: AsyncEngine, keyring: Keyring, count: int) -> int:
    """Creates the tables and the invented people that are missing; returns how many applications there are."""
    await create_tables(engine)
    async with engine.begin() as connection:
        present = await connection.scalar(select(func.count()).select_from(CardHolder))
        if present < count:
            for batch in _batches(generate(count)):
                rows = [_row(person, application, keyring) for person, application in batch]
                await connection.execute(insert(CardApplication).on_conflict_do_nothing(), rows)
                holders = [{"holder_index": keyring.keyed_hash(row["citizen_number"], "holder"), "receipt_index": row["receipt_index"]} for row in rows]
                await connection.execute(insert(CardHolder).on_conflict_do_nothing(), holders)
        return await connection.scalar(select(func.count()).select_from(CardApplication))


def _row(person, application, keyring: Keyring) -> dict[str, object]:
    key = ReceiptCode.parse(application.receipt_code).key
    return {
        "receipt_index": keyring.keyed_hash(key, "receipt_code"), "receipt_code": application.receipt_code, "status": application.status,
        "office": application.office, "submitted_on": application.submitted_on, "due_on": application.due_on, "updated_on": application.updated_on,
        "collection": application.collection, "name": person.name, "citizen_number": person.number, "birth_date": person.birth_date.isoformat(),
    }  # fmt: skip


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch
