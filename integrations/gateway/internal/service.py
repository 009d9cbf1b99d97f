"""Tickets, consents, counted attempts and outside results, for the conversation behind a bot's sender id."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.core.receipt_code import new_code
from integrations.gateway.audit import service as audit
from integrations.gateway.conversation import repository as conversations
from integrations.gateway.conversation.models import AwaitedResult, Conversation
from integrations.gateway.conversation.own_number import given_number, own_number
from integrations.gateway.errors import IdempotencyConflict, NotFound
from integrations.gateway.inbox.service import receive_event
from integrations.gateway.internal.models import Attempt, Consent, Ticket

ATTEMPT_WINDOW = timedelta(hours=1)
_LOOK_UP = {"conversation": 5, "subject": 5, "network": 30}
ATTEMPT_LIMITS = {"card_status": _LOOK_UP, "lodging_manage": _LOOK_UP}


async def open_ticket(session: AsyncSession, idempotency_key: str, request: dict[str, Any], now: datetime) -> Ticket:
    """A new ticket, or the one that this key made before. Raises IdempotencyConflict, NotFound, NoNumber."""
    conversation = await _conversation_of(session, request["sender_id"])
    fields = {name: value for name, value in request.items() if name != "sender_id"}
    fields["phone"] = given_number(request.get("phone"), conversation)
    return await add_ticket(session, idempotency_key, conversation.id, fields, now)


async def add_ticket(session: AsyncSession, idempotency_key: str, conversation_id: UUID, fields: dict[str, Any], now: datetime) -> Ticket:
    """The same for a conversation that is known. Raises IdempotencyConflict."""
    asked = json.dumps([str(conversation_id), fields], sort_keys=True, ensure_ascii=False)
    request_hash = conversations.keyed_hash(session, asked, "ticket.request")
    row = {"id": uuid4(), "code": new_code("HT"), "idempotency_key": idempotency_key, "request_hash": request_hash, "conversation_id": conversation_id}
    statement = insert(Ticket).values(row | fields | {"created_at": now}).on_conflict_do_nothing(index_elements=["idempotency_key"])
    await session.execute(statement)
    ticket = (await session.scalars(select(Ticket).where(Ticket.idempotency_key == idempotency_key))).one()
    if ticket.request_hash != request_hash:
        raise IdempotencyConflict("ticket")
    return ticket


async def count_attempt(session: AsyncSession, sender_id: str, scope: str, subject: str, now: datetime) -> int | None:
    """None when the attempt is allowed (and counted), else the seconds until the next one is. A refused attempt is not counted."""
    conversation = await _conversation_of(session, sender_id)
    keys = {
        "conversation": conversations.keyed_hash(session, str(conversation.id), f"attempt.{scope}.conversation"),
        "subject": conversations.keyed_hash(session, _normal(subject), f"attempt.{scope}.subject"),
        "network": conversation.network_index or conversation.address_index,
    }
    for key in sorted(keys.values()):  # counting and adding are one step, whoever else counts at the same time
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": int(key[:15], 16)})
    waits = [await _wait(session, scope, key, ATTEMPT_LIMITS[scope][kind], now) for kind, key in keys.items()]
    longest = max(waits)
    if longest > 0:
        return longest
    session.add_all(Attempt(scope=scope, key_hash=key, at=now) for key in keys.values())
    return None


async def _wait(session: AsyncSession, scope: str, key: str, limit: int, now: datetime) -> int:
    recent = (Attempt.scope == scope, Attempt.key_hash == key, Attempt.at > now - ATTEMPT_WINDOW)
    if (await session.execute(select(func.count()).where(*recent))).scalar_one() < limit:
        return 0
    blocking = await session.scalar(select(Attempt.at).where(*recent).order_by(Attempt.at.desc()).offset(limit - 1).limit(1))
    return max(1, int((blocking + ATTEMPT_WINDOW - now).total_seconds()))


def _normal(subject: str) -> str:
    return "".join(subject.split()).upper()


async def record_consent(session: AsyncSession, sender_id: str, purpose: str, version: str, given: bool, now: datetime) -> None:
    conversation = await _conversation_of(session, sender_id)
    session.add(Consent(conversation_id=conversation.id, purpose=purpose, version=version, given=given, recorded_at=now))


async def give_number(session: AsyncSession, sender_id: str, purpose: str, now: datetime) -> str:
    """The number that the citizen has chosen to give for this purpose; every giving is in the audit trail. Raises NotFound, NoNumber."""
    conversation = await _conversation_of(session, sender_id)
    number = own_number(conversation)
    await audit.record(session, "actions", "number_given", "conversation", str(conversation.id), {"purpose": purpose}, now)
    return number


async def accept_event(
    session: AsyncSession, sender_id: str | None, reference: str | None, name: str, data: dict[str, Any], key: str | None, now: datetime
) -> bool:
    """Queue the turn that tells the bot; True when it was accepted before. Raises NotFound."""
    conversation = await _conversation_of(session, sender_id) if sender_id else await _conversation_awaiting(session, reference or "")
    identity = key or (f"{reference}:{name}" if reference else _event_hash(sender_id or "", name, data))
    payload = f"/event_{name}{json.dumps(data, ensure_ascii=False)}"
    received = await receive_event(session, conversation, f"event:{identity}"[:255], name, data, payload, now)
    return received.repeated


def _event_hash(sender_id: str, name: str, data: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps([sender_id, name, data], sort_keys=True).encode()).hexdigest()


async def _conversation_of(session: AsyncSession, sender_id: str) -> Conversation:
    bot_session = await conversations.session_of_sender(session, sender_id)
    return await _existing(session, bot_session.conversation_id if bot_session else None)


async def _conversation_awaiting(session: AsyncSession, reference: str) -> Conversation:
    awaited = await session.get(AwaitedResult, reference)
    return await _existing(session, awaited.conversation_id if awaited else None)


async def _existing(session: AsyncSession, conversation_id: UUID | None) -> Conversation:
    conversation = await session.get(Conversation, conversation_id) if conversation_id else None
    if conversation is None:
        raise NotFound("conversation")
    return conversation
