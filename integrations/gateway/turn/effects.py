"""What a turn does besides replying: signals of the dialogue take effect in the turn's own transaction."""

import logging
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.gateway.conversation import repository as conversations
from integrations.gateway.conversation.models import AwaitedResult, BotSession, Conversation
from integrations.gateway.conversation.service import hand_over
from integrations.gateway.conversation.sessions import EVENTS_PER_TURN
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.turn.bot import Signal, TurnAnswer
from integrations.gateway.turn.journeys import note_journeys

HANDOFF_REASONS = frozenset({"asked", "failed_twice", "angry", "emergency", "failed_turn", "manual_review"})
LANGUAGES = frozenset({"vi", "en"})
logger = logging.getLogger(__name__)


async def note_state(session: AsyncSession, conversation: Conversation, inbound: InboundMessage, answer: TurnAnswer, now: datetime) -> None:
    """Where the dialogue stands, for staff and for the session rules."""
    conversation.state = answer.state.model_dump(exclude={"events"})
    if answer.state.language in LANGUAGES:
        conversation.language = answer.state.language
    bot_session = await session.get_one(BotSession, inbound.bot_session_id)
    bot_session.turns += 1
    bot_session.events = answer.state.events or bot_session.events + EVENTS_PER_TURN
    bot_session.journey = answer.state.journey
    bot_session.last_turn_at = now
    await note_journeys(session, conversation, answer, now)


async def apply_signals(session: AsyncSession, conversation: Conversation, answer: TurnAnswer, now: datetime) -> None:
    """Every known signal; an unknown one is logged and left."""
    for signal in answer.signals:
        fields = signal.model_dump()
        match signal:
            case Signal(name="handoff"):
                reason = fields.get("reason")
                await hand_over(session, conversation.id, reason if reason in HANDOFF_REASONS else "asked", _text(fields.get("summary")), now)
            case Signal(name="close_session"):
                await conversations.end_open_session(session, conversation.id, "closed", now)
            case Signal(name="language"):
                if fields.get("code") in LANGUAGES:
                    conversation.language = fields["code"]
            case Signal(name="wait_for"):
                await _wait_for(session, conversation, str(fields.get("id")), str(fields.get("kind")), now)
            case Signal(name="journey_ended"):
                pass  # counted with the state
            case _:
                logger.warning("unknown signal", extra={"signal": signal.name[:40]})


async def _wait_for(session: AsyncSession, conversation: Conversation, reference: str, kind: str, now: datetime) -> None:
    row = {"reference": reference[:128], "kind": kind[:32], "conversation_id": conversation.id, "created_at": now}
    await session.execute(insert(AwaitedResult).values(row).on_conflict_do_nothing())


def _text(value: object) -> str | None:
    return value[:2000] if isinstance(value, str) else None
