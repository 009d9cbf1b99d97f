"""What a channel still allows in one conversation: the reply window, the free messages, the size of an SMS."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.channels.zalo_oa.windows import FREE_FOR, FREE_REPLIES, OPEN_FOR
from integrations.core.text_fitting import fold, sms_segments
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.outbox.models import OutboundMessage


@dataclass(frozen=True)
class ChannelLimits:
    """`free_left` and the two ends of the window are Zalo's; None where a channel has no such limit. `gone`: the citizen has opted out."""

    free_left: int | None = None
    free_until: datetime | None = None
    reply_until: datetime | None = None
    gone: bool = False


async def limits_of(session: AsyncSession, conversation: Conversation) -> ChannelLimits:
    gone = conversation.opted_out_at is not None
    if conversation.channel != "zalo":
        return ChannelLimits(gone=gone)
    last = await session.scalar(
        select(func.max(InboundMessage.position)).where(InboundMessage.conversation_id == conversation.id, InboundMessage.kind != "event")
    )
    used = await session.scalar(
        select(func.count()).where(OutboundMessage.conversation_id == conversation.id, OutboundMessage.position > (last or 0), OutboundMessage.state != "dead")
    )
    since = conversation.last_inbound_at or conversation.created_at
    return ChannelLimits(max(0, FREE_REPLIES - (used or 0)), since + FREE_FOR, since + OPEN_FOR, gone)


def segments(text: str) -> int:
    """How many SMS a reply becomes; it is sent without diacritics."""
    return sms_segments(fold(text)) if text else 0
