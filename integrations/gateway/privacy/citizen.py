"""A citizen's rights over what we hold: see it, have it corrected, have it erased (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15).

The citizen is named by channel and address, as staff have verified them. Each use is written to the audit trail without personal data.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.core.errors import InvalidValue
from integrations.core.phone import PLAIN_PHONE_CHANNELS, Phone
from integrations.gateway.audit import service as audit
from integrations.gateway.conversation import repository as conversations
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.database import Sessions
from integrations.gateway.errors import AddressTaken, NotFound
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.internal.models import Attempt, Ticket
from integrations.gateway.internal.service import ATTEMPT_LIMITS
from integrations.gateway.outbox.models import OutboundMessage
from integrations.gateway.privacy.lodging import LodgingRecords, given_codes
from integrations.gateway.privacy.trackers import erase_trackers, export_trackers
from integrations.gateway.schema import tables_of_a_conversation
from integrations.gateway.settings import Settings

CORRECTABLE_TICKET_FIELDS = ("contact_name", "phone", "commune", "hamlet", "reason", "preferred_time", "detail")
HIDDEN_COLUMNS = ("address_index", "network_index", "request_hash", "idempotency_key")
ACTOR = "operator"


class CitizenRecords:
    """Works on every store: this database, the bot's trackers, and the lodging service when it is configured."""

    def __init__(self, sessions: Sessions, settings: Settings) -> None:
        self._sessions = sessions
        self._settings = settings
        self._lodging = LodgingRecords(settings.lodging_url) if settings.lodging_url else None

    async def export(self, channel: str, address: str) -> dict[str, Any]:
        """Everything, decrypted, by table. Raises NotFound."""
        async with self._sessions() as session, session.begin():
            conversation = await self._find(session, channel, address)
            sender_ids = await conversations.sender_ids(session, conversation.id)
            content = {"conversation": [rows async for rows in _rows(session, Conversation.__table__, Conversation.__table__.c.id == conversation.id)]}
            for table in tables_of_a_conversation():
                content[table.name] = [row async for row in _rows(session, table, table.c.conversation_id == conversation.id)]
            codes = await self._lodging_codes(session, conversation.id)
            await self._audit(session, "citizen_exported", conversation.id, {"tables": len(content)})
        if self._settings.tracker_database_url:
            content["bot_turns"] = await export_trackers(self._settings.tracker_database_url, sender_ids, self._settings.keyring)
        content["lodging_notifications"] = await self._lodging.read(codes) if self._lodging else [{"code": code} for code in codes]
        return content

    async def correct_ticket(self, channel: str, address: str, code: str, field: str, value: str) -> None:
        """Raises NotFound (no such citizen, ticket, or field)."""
        if field not in CORRECTABLE_TICKET_FIELDS:
            raise NotFound(f"field; one of {', '.join(CORRECTABLE_TICKET_FIELDS)}")
        async with self._sessions() as session, session.begin():
            conversation = await self._find(session, channel, address)
            ticket = await session.scalar(select(Ticket).where(Ticket.conversation_id == conversation.id, Ticket.code == code))
            if ticket is None:
                raise NotFound("ticket")
            setattr(ticket, field, value)
            await self._audit(session, "citizen_corrected", conversation.id, {"ticket": code, "field": field})

    async def correct_address(self, channel: str, address: str, new_address: str) -> None:
        """The citizen's address on the channel has changed (a new phone number). Raises NotFound, and AddressTaken when the new one has a conversation."""
        arrives_as = _as_it_arrives(channel, new_address)
        async with self._sessions() as session, session.begin():
            conversation = await self._find(session, channel, address)
            holder = await conversations.find(session, channel, arrives_as)
            if holder is not None and holder.id != conversation.id:
                raise AddressTaken(channel)
            conversation.address = arrives_as
            conversation.address_index = conversations.address_index(session, channel, arrives_as)
            await self._audit(session, "citizen_corrected", conversation.id, {"field": "address"})

    async def erase(self, channel: str, address: str, *, cancel_lodging: bool = False) -> dict[str, Any]:
        """Delete everything; returns a record of what went and what others still hold. The bot's trackers go first: should anything
        fail, the conversation is still there to name them when the command is run again. Raises NotFound."""
        async with self._sessions() as session:
            conversation = await self._find(session, channel, address)
            sender_ids = await conversations.sender_ids(session, conversation.id)
            codes = await self._lodging_codes(session, conversation.id)
        cancelled = await self._lodging.cancel(codes) if self._lodging and cancel_lodging else []
        tracker = self._settings.tracker_database_url
        report: dict[str, Any] = {"bot_turns": await erase_trackers(tracker, sender_ids) if tracker else 0}
        async with self._sessions() as session, session.begin():
            counted = [conversations.keyed_hash(session, str(conversation.id), f"attempt.{scope}.conversation") for scope in ATTEMPT_LIMITS]
            keys = [*counted, conversation.address_index]
            await session.execute(delete(Attempt).where(Attempt.key_hash.in_(keys)))
            await session.execute(delete(Conversation).where(Conversation.id == conversation.id))
            report |= {"conversations": 1, "lodging_cancelled": cancelled, "lodging_kept_by_the_service": [code for code in codes if code not in cancelled]}
            await self._audit(session, "citizen_erased", conversation.id, {"bot_turns": report["bot_turns"], "lodging": len(codes)})
        return report

    async def _find(self, session: AsyncSession, channel: str, address: str) -> Conversation:
        conversation = await conversations.find(session, channel, _as_it_arrives(channel, address))
        if conversation is None:
            raise NotFound("citizen")
        return conversation

    async def _lodging_codes(self, session: AsyncSession, conversation_id: UUID) -> list[str]:
        heard = select(InboundMessage.position, InboundMessage.text).where(InboundMessage.conversation_id == conversation_id)
        said = select(OutboundMessage.position, OutboundMessage.text).where(OutboundMessage.conversation_id == conversation_id)
        messages = [(position, ours, text) for ours, query in ((False, heard), (True, said)) for position, text in await session.execute(query)]
        return given_codes((ours, text) for _position, ours, text in sorted(messages, key=lambda message: message[0]))

    async def _audit(self, session: AsyncSession, action: str, conversation_id: UUID, detail: dict[str, Any]) -> None:
        await audit.record(session, ACTOR, action, "conversation", str(conversation_id), detail, self._settings.now())


def _as_it_arrives(channel: str, address: str) -> str:
    """A telephone number as its network writes it, +84…; other addresses as they are. Raises NotFound for no number."""
    if channel not in PLAIN_PHONE_CHANNELS:
        return address
    try:
        return Phone.parse(address).e164
    except InvalidValue as error:
        raise NotFound(f"citizen: {error}") from error


async def _rows(session: AsyncSession, table: Table, condition: Any) -> Any:
    for row in (await session.execute(select(table).where(condition))).mappings():
        yield {name: _plain(value) for name, value in row.items() if name not in HIDDEN_COLUMNS}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
