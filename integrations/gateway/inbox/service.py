"""The way in: one transaction stores what a citizen sent and queues its turn. The caller commits, then acknowledges."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from integrations.channels.base import Inbound
from integrations.gateway.conversation import repository as conversations
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.inbox import repository
from integrations.gateway.inbox.text import clean
from integrations.gateway.jobs import TAKE_TURN, TURNS, defer
from integrations.gateway.notifications import announce

EVENTS_WITH_A_TURN = ("followed",)
# A USSD screen waits seconds only; every other channel can wait its turn.
PRIORITIES = {"ussd": 10}
EVENTS_THAT_STOP = {"opted_out": True, "opted_in": False}


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an arrival. `repeated`: it was here before and nothing was done (`inbound_id` is None)."""

    conversation_id: UUID
    inbound_id: UUID | None
    position: int | None
    repeated: bool


async def receive(session: AsyncSession, inbound: Inbound, now: datetime, *, payload: str | None = None, network: str | None = None) -> Received:
    """Store one message or event and queue its turn, once per `(channel, provider_message_id)`.

    `payload` is a button of ours that was pressed (checked against what was offered when its turn comes; `inbound.text` is the button's title).
    `network` is the citizen's network address, kept as a keyed hash only. Turns of a conversation follow the order in which calls commit.
    """
    known = await repository.find(session, inbound.channel, inbound.provider_message_id)
    if known is not None:
        return Received(known, None, None, repeated=True)
    conversation = await conversations.arrive(session, inbound.channel, inbound.address, network, now)
    row = _row(inbound, conversation, payload, now)
    if not await repository.add(session, row):
        return Received(conversation.id, None, None, repeated=True)
    if inbound.event in EVENTS_THAT_STOP:
        conversation.opted_out_at = now if EVENTS_THAT_STOP[inbound.event] else None
    if row["state"] == "received":
        await queue_turn(session, conversation.id, row["id"], priority=PRIORITIES.get(conversation.channel, 0))
    await announce(session, conversation.id, "inbound", row["position"])
    return Received(conversation.id, row["id"], row["position"], repeated=False)


async def receive_event(session: AsyncSession, conversation: Conversation, event_id: str, name: str, data: dict, payload: str, now: datetime) -> Received:
    """Store an outside result as a turn of its conversation (`payload` is what the bot is told), once per `event_id`."""
    # An outside result is nothing that the citizen wrote: a provider's reply window does not open by it.
    await conversations.take_positions(session, conversation.id, 1)
    locked = await session.get_one(Conversation, conversation.id, populate_existing=True)
    row = _base_row(locked, event_id, "event", now, now) | {"event": name[:32], "event_data": data, "payload": payload}
    if not await repository.add(session, row):
        return Received(locked.id, None, None, repeated=True)
    await queue_turn(session, locked.id, row["id"])
    await announce(session, locked.id, "inbound", row["position"])
    return Received(locked.id, row["id"], row["position"], repeated=False)


async def queue_turn(session: AsyncSession, conversation_id: UUID, inbound_id: UUID, priority: int = 0) -> None:
    await defer(session, TAKE_TURN, TURNS, {"inbound_id": str(inbound_id)}, lock=f"turn:{conversation_id}", priority=priority)


def _row(inbound: Inbound, conversation: Conversation, payload: str | None, now: datetime) -> dict:
    row = _base_row(conversation, inbound.provider_message_id, inbound.kind, inbound.occurred_at, now)
    cleaned = clean(inbound.text or "", code_expected="otp" in str(conversation.state.get("step") or ""))
    row |= {"text": cleaned.text or None, "redacted": list(cleaned.redacted)}
    if inbound.kind == "event":
        row |= {"event": inbound.event, "event_data": dict(inbound.data) or None}
        row["state"] = "received" if inbound.event in EVENTS_WITH_A_TURN else "noted"
        return row
    if payload is not None:
        return row | {"kind": "payload", "payload": payload}
    if inbound.kind == "text":
        row["kind"] = cleaned.kind
    return row


def _base_row(conversation: Conversation, message_id: str, kind: str, occurred_at: datetime, now: datetime) -> dict:
    return {
        "id": uuid4(),
        "conversation_id": conversation.id,
        "position": conversation.next_position - 1,
        "channel": conversation.channel,
        "provider_message_id": message_id,
        "kind": kind,
        "state": "received",
        "occurred_at": occurred_at,
        "received_at": now,
        "text": None,
        "payload": None,
        "event": None,
        "event_data": None,
        "redacted": [],
    }
