"""Who answers a conversation. Every change is one conditional UPDATE, announced to open pages and written to the audit trail."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from integrations.gateway.audit import service as audit
from integrations.gateway.conversation import repository
from integrations.gateway.notifications import announce

REASONS_THAT_KEEP_PEOPLE = ("emergency", "staff_wrote_elsewhere")
"""With these the conversation stays with people at any hour, so a case that stands for another reason takes them over."""


async def hand_over(session: AsyncSession, conversation_id: UUID, reason: str, summary: str | None, now: datetime, actor: str = "assistant") -> bool:
    """Put the conversation into the staff queue with a case. False when people already own it (their case stands)."""
    if not await repository.change_owner(session, conversation_id, "queued", ["bot"], now):
        return False
    case_id = await repository.open_case(session, conversation_id, reason, summary, now)
    if case_id is None:
        await repository.tell_again(session, conversation_id)
        if reason in REASONS_THAT_KEEP_PEOPLE:
            await repository.change_reason(session, conversation_id, reason)
    await audit.record(session, actor, "handed_over", "conversation", str(conversation_id), {"reason": reason, "case": str(case_id) if case_id else None}, now)
    await announce(session, conversation_id, "owner")
    return True


async def claim(session: AsyncSession, conversation_id: UUID, staff: str, now: datetime) -> bool:
    """Take a waiting conversation (or one the bot still has). False when another person was faster. The desk records to whom the case is assigned."""
    if not await repository.change_owner(session, conversation_id, "agent", ["queued", "bot"], now):
        return False
    await audit.record(session, staff, "claimed", "conversation", str(conversation_id), {}, now)
    await announce(session, conversation_id, "owner")
    return True


async def give_back(session: AsyncSession, conversation_id: UUID, staff: str, now: datetime) -> bool:
    """Return the conversation to the bot, with a fresh bot session. False when the bot has it already."""
    if not await repository.change_owner(session, conversation_id, "bot", ["agent", "queued"], now):
        return False
    await repository.end_open_session(session, conversation_id, "returned", now)
    await audit.record(session, staff, "given_back", "conversation", str(conversation_id), {}, now)
    await announce(session, conversation_id, "owner")
    return True
