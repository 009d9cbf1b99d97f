"""What the lodging stand-in does with its tables."""

from datetime import date
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.core.crypto import Keyring
from integrations.core.receipt_code import new_code
from integrations.core.text import fold
from integrations.sandbox.context import now
from integrations.sandbox.errors import Refused
from integrations.sandbox.lodging.messages import NotificationContent, StoredNotification
from integrations.sandbox.lodging.models import LodgingGuest, LodgingNotification

CODE_LENGTH = 8


def place_index(name: str, keyring: Keyring) -> str:
    """How an establishment is found, whatever the spelling of its name."""
    return keyring.keyed_hash(fold(name), "establishment")


async def submit(session: AsyncSession, keyring: Keyring, content: NotificationContent, idempotency_key: str) -> LodgingNotification:
    """Stores a notification once per key. Raises Refused("idempotency_conflict") when the key came with another body."""
    body_hash = sha256(content.model_dump_json().encode()).hexdigest()
    await _lock(session, idempotency_key)
    known = await session.scalar(select(LodgingNotification).where(LodgingNotification.idempotency_key == idempotency_key))
    if known:
        if known.body_hash != body_hash:
            raise Refused("idempotency_conflict", 409)
        return known
    moment = now()
    row = LodgingNotification(code=new_code("LT", CODE_LENGTH), idempotency_key=idempotency_key, body_hash=body_hash, status="received")
    row.received_at = row.updated_at = moment
    _fill(row, content, keyring)
    session.add(row)
    await session.flush()
    return row


async def find(session: AsyncSession, code: str) -> LodgingNotification:
    """The notification, locked for a change. Raises Refused("not_found")."""
    row = await session.get(LodgingNotification, code.strip().upper()[:20], with_for_update=True)
    if row is None:
        raise Refused("not_found", 404)
    return row


async def correct(session: AsyncSession, keyring: Keyring, code: str, content: NotificationContent) -> LodgingNotification:
    """Replaces the content. Raises Refused."""
    row = await find(session, code)
    if row.status == "cancelled":
        raise Refused("cancelled", 409)
    row.guests.clear()
    await session.flush()
    _fill(row, content, keyring)
    row.status, row.updated_at = "corrected", now()
    return row


async def cancel(session: AsyncSession, code: str) -> LodgingNotification:
    """Cancels; a second time changes nothing. Raises Refused."""
    row = await find(session, code)
    if row.status != "cancelled":
        row.status, row.updated_at = "cancelled", now()
    return row


async def of_establishment(session: AsyncSession, keyring: Keyring, name: str, day: date) -> list[LodgingNotification]:
    """The arrivals of one day at one establishment, without the cancelled ones, in the order they came in."""
    query = select(LodgingNotification).where(
        LodgingNotification.place_index == place_index(name, keyring), LodgingNotification.kind == "establishment",
        LodgingNotification.arrival_day == day, LodgingNotification.status != "cancelled",
    )  # fmt: skip
    return list(await session.scalars(query.order_by(LodgingNotification.received_at, LodgingNotification.code)))


def to_message(row: LodgingNotification) -> StoredNotification:
    """The row as it goes out."""
    return StoredNotification.model_validate(
        {
            "code": row.code, "status": row.status, "received_at": row.received_at, "updated_at": row.updated_at,
            "place": {"kind": row.kind, "name": row.place_name, "province": row.province, "commune": row.commune, "address": row.address},
            "notifier": {"name": row.notifier_name, "phone": row.notifier_phone},
            "guests": [
                {"name": guest.name, "birth_date": guest.birth_date, "citizen_number": guest.citizen_number,
                 "passport_number": guest.passport_number, "reason": guest.reason}
                for guest in row.guests
            ],
            "from": row.arrival, "to": row.departure,
        }
    )  # fmt: skip


def _fill(row: LodgingNotification, content: NotificationContent, keyring: Keyring) -> None:
    place = content.place
    row.kind, row.place_name, row.place_index = place.kind, place.name, place_index(place.name, keyring)
    row.province, row.commune, row.address = place.province, place.commune, place.address
    row.notifier_name, row.notifier_phone = content.notifier.name, content.notifier.phone
    row.arrival, row.arrival_day, row.departure = content.arrival, content.arrival_day, content.departure
    row.guests.extend(
        LodgingGuest(position=position, birth_date=guest.birth_date.isoformat(), **guest.model_dump(exclude={"birth_date"}))
        for position, guest in enumerate(content.guests)
    )


async def _lock(session: AsyncSession, key: str) -> None:
    """Two requests with one key run one after the other."""
    number = int.from_bytes(sha256(key.encode()).digest()[:8], signed=True)
    await session.execute(select(func.pg_advisory_xact_lock(number)))
