"""Taking conversations over. Every function locks the conversation first, changes it by conditional UPDATEs, and writes the audit trail last."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from integrations.desk.accounts.service import Visitor
from integrations.desk.audit import record
from integrations.desk.console import repository
from integrations.desk.errors import Conflict, NotFound, Refused
from integrations.desk.texts import mark as _
from integrations.desk.texts import translate
from integrations.gateway.conversation import repository as conversations
from integrations.gateway.conversation import service as ownership
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.outbox.service import Outbox

LONGEST_REPLY = 2000
RESOLUTIONS = ("solved", "guided", "ticket", "no_answer", "spam")
JOINED = _("Cán bộ %(name)s đã vào trò chuyện và sẽ trả lời ông/bà.")
LEFT = _("Cán bộ đã kết thúc hỗ trợ. Trợ lý tự động tiếp tục giúp ông/bà. Cần gặp lại cán bộ, ông/bà bấm “Gặp cán bộ”.")


async def claim(session: AsyncSession, outbox: Outbox, visitor: Visitor, conversation_id: UUID, now: datetime) -> None:
    """Takes a conversation that waits (or that the assistant has). Claiming what is already one's own changes nothing.

    Raises Conflict with the winner's name.
    """
    conversation = await _locked(session, conversation_id)
    if not await ownership.claim(session, conversation_id, visitor.actor, now):
        winner = await repository.holder(session, conversation_id)
        if winner is not None and winner.id == visitor.id:
            return
        raise Conflict(_("%(name)s đã nhận cuộc trò chuyện này."), name=winner.display_name if winner else "–")
    await conversations.open_case(session, conversation_id, "taken_over", None, now)
    await repository.change_case(
        session, conversation_id, ["open", "snoozed", "assigned"], {"state": "assigned", "assigned_to": visitor.id, "assigned_at": now, "snoozed_until": None}
    )
    joined = translate(conversation.language, JOINED, name=visitor.member.display_name)
    await outbox.say_as_system(session, conversation_id, joined, "officer_joined", now)


async def reply(session: AsyncSession, outbox: Outbox, visitor: Visitor, conversation_id: UUID, reply_id: UUID, text: str, now: datetime) -> None:
    """Says something through the channel's outbox. The same `reply_id` again changes nothing. Raises Refused, Conflict."""
    words = text.strip()
    if not words:
        raise Refused(_("Tin nhắn trống."))
    if len(words) > LONGEST_REPLY:
        raise Refused(_("Tin nhắn dài quá %(limit)s ký tự."), limit=LONGEST_REPLY)
    await _held(session, visitor, conversation_id)
    if await repository.first_time(session, reply_id, visitor.id, now):
        await outbox.send_from_agent(session, conversation_id, visitor.id, words, now)


async def give_back(session: AsyncSession, outbox: Outbox, visitor: Visitor, conversation_id: UUID, now: datetime) -> None:
    """The assistant answers again; the case is done."""
    await _close(session, outbox, visitor, conversation_id, "returned", now)


async def resolve(session: AsyncSession, outbox: Outbox, visitor: Visitor, conversation_id: UUID, resolution: str, now: datetime) -> None:
    """Ends the case with a reason; the next message is the assistant's."""
    if resolution not in RESOLUTIONS:
        raise Refused(_("Xin chọn kết quả xử lý."))
    await _close(session, outbox, visitor, conversation_id, resolution, now)


async def _close(session: AsyncSession, outbox: Outbox, visitor: Visitor, conversation_id: UUID, resolution: str, now: datetime) -> None:
    conversation = await _held(session, visitor, conversation_id)
    await repository.change_case(session, conversation_id, ["assigned"], {"state": "resolved", "resolved_at": now, "resolution": resolution})
    await outbox.say_as_system(session, conversation_id, translate(conversation.language, LEFT), "officer_left", now)
    await ownership.give_back(session, conversation_id, visitor.actor, now)
    await record(session, now, visitor.actor, "case_resolved", "conversation", conversation_id, {"resolution": resolution})


async def _locked(session: AsyncSession, conversation_id: UUID) -> Conversation:
    conversation = await conversations.lock(session, conversation_id)
    if conversation is None:
        raise NotFound(_("Không có cuộc trò chuyện này."))
    return conversation


async def _held(session: AsyncSession, visitor: Visitor, conversation_id: UUID) -> Conversation:
    """The locked conversation, when this person holds it. Raises Conflict."""
    conversation = await _locked(session, conversation_id)
    winner = await repository.holder(session, conversation_id)
    if conversation.owner != "agent" or winner is None or winner.id != visitor.id:
        raise Conflict(_("Bạn không giữ cuộc trò chuyện này (người giữ: %(name)s)."), name=winner.display_name if winner else "–")
    return conversation
