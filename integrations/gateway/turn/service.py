"""One turn: prepare (a transaction), ask the bot (no transaction), store the answer and its effects (a transaction).

It may be killed anywhere and run again: the bot returns the recorded replies for a message id it knows, and the answer of a message is stored once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.channels.base import Choice, Reply, offered_choices
from integrations.core.emergency import is_emergency
from integrations.gateway.conversation import repository as conversations
from integrations.gateway.conversation.models import BotSession, Conversation
from integrations.gateway.conversation.own_number import with_number_end
from integrations.gateway.conversation.service import hand_over
from integrations.gateway.conversation.sessions import session_for_turn
from integrations.gateway.database import Sessions
from integrations.gateway.inbox import repository as inbox
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.outbox import repository as outbox_rows
from integrations.gateway.outbox.service import Outbox
from integrations.gateway.turn.bot import BotClient, BotFailure, BotGaveNothing, BotReply, TurnAnswer, TurnRequest
from integrations.gateway.turn.effects import apply_signals, note_state
from integrations.gateway.turn.interpretation import interpret
from integrations.gateway.turn.texts import Sentence, sentence

RETRY_AFTER = (0.5, 1, 2, 4, 8)  # seconds, the last one repeats
EMPTY_ANSWERS_ALLOWED = 3
SAY_DELAYED_AFTER = timedelta(seconds=6)
SAY_DELAYED_AGAIN_AFTER = timedelta(minutes=10)
SAY_EMERGENCY_AGAIN_AFTER = timedelta(minutes=5)
RULED: dict[str, Sentence] = {"media": "media_refused", "empty": "empty", "too_long": "too_long"}


class TurnPostponed(Exception):
    """No answer yet; the job runs again after `seconds`, and later messages of the conversation wait behind it."""

    def __init__(self, seconds: float) -> None:
        super().__init__("turn postponed")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Prepared:
    inbound: InboundMessage
    request: TurnRequest


class Turns:
    def __init__(self, sessions: Sessions, bot: BotClient, outbox: Outbox, now: Callable[[], datetime], give_up_after: float) -> None:
        self._sessions = sessions
        self._bot = bot
        self._outbox = outbox
        self._now = now
        self._give_up_after = timedelta(seconds=give_up_after)

    async def take(self, inbound_id: UUID) -> None:
        """Answer one stored message, or settle it otherwise. Raises TurnPostponed when it should be tried again."""
        async with self._sessions() as session, session.begin():
            prepared = await self._prepare(session, inbound_id)
        if prepared is None:
            return
        try:
            answer = await self._bot.ask(prepared.request)
            await self._store_or_refuse(prepared.inbound, answer)
        except BotFailure as failure:
            async with self._sessions() as session, session.begin():
                wait = await self._note_failure(session, inbound_id, failure)
            if wait is not None:
                raise TurnPostponed(wait) from failure

    async def note_defect(self, inbound_id: UUID) -> bool:
        """After an error that nobody foresaw: whether the message is settled now, because it has lasted so long that a person was called.

        The message itself is not read: that may be the very error.
        """
        now = self._now()
        async with self._sessions() as session, session.begin():
            failing = await inbox.note_failure(session, inbound_id, now)
            if failing is None:
                return True
            conversation_id, first_failed_at = failing
            if now - first_failed_at < self._give_up_after:
                return False
            await inbox.settle(session, inbound_id, "failed", now)
            handed_over = await hand_over(session, conversation_id, "failed_turn", None, now)
        if handed_over:
            await self._say_person_called(conversation_id, inbound_id, now)
        return True

    async def _say_person_called(self, conversation_id: UUID, inbound_id: UUID, now: datetime) -> None:
        async with self._sessions() as session, session.begin():
            if conversation := await conversations.lock(session, conversation_id):
                reply = Reply(sentence("person_called", conversation.language))
                await self._outbox.say(session, conversation, [reply], "system", now, inbound_id=inbound_id)

    async def _store_or_refuse(self, inbound: InboundMessage, answer: TurnAnswer) -> None:
        """An answer that cannot be stored is no answer; a database that is away is another matter, and the job is tried again."""
        try:
            async with self._sessions() as session, session.begin():
                await self._store(session, inbound, answer)
        except (DataError, IntegrityError) as error:
            raise BotGaveNothing("unstorable") from error

    async def _prepare(self, session: AsyncSession, inbound_id: UUID) -> Prepared | None:
        found = await inbox.with_conversation(session, inbound_id)
        if found is None:
            return None
        inbound, conversation = found
        if inbound.state != "received":
            return None
        if conversation.owner != "bot":
            if await inbox.settle(session, inbound_id, "kept", self._now()):
                await self._meet_emergency(session, conversation, inbound)
            return None
        if inbound.kind in RULED:
            await self._answer_by_rule(session, conversation, inbound)
            return None
        bot_session = await self._bot_session(session, conversation, inbound)
        return Prepared(inbound, await self._request(session, conversation, inbound, bot_session))

    async def _meet_emergency(self, session: AsyncSession, conversation: Conversation, inbound: InboundMessage) -> None:
        """While people own the conversation the bot hears nothing; danger is answered all the same, and the case goes to the front."""
        now = self._now()
        if not is_emergency(inbound.text or ""):
            return
        await conversations.change_reason(session, conversation.id, "emergency")
        if not await outbox_rows.noticed_since(session, conversation.id, "emergency", now - SAY_EMERGENCY_AGAIN_AFTER):
            reply = Reply(sentence("emergency", conversation.language))
            await self._outbox.say(session, conversation, [reply], "system", now, notice="emergency")

    async def _bot_session(self, session: AsyncSession, conversation: Conversation, inbound: InboundMessage) -> BotSession:
        """A message keeps the session of its first try, so that the bot recognises it."""
        if inbound.bot_session_id is not None:
            return await session.get_one(BotSession, inbound.bot_session_id)
        bot_session = await session_for_turn(session, conversation.id, conversation.channel, self._now())
        inbound.bot_session_id = bot_session.id
        return bot_session

    async def _request(self, session: AsyncSession, conversation: Conversation, inbound: InboundMessage, bot_session: BotSession) -> TurnRequest:
        offered = await outbox_rows.offered_in_session(session, conversation.id, bot_session.started_at) if inbound.kind == "payload" else []
        last_offered = [Choice(choice["title"], choice["payload"]) for choice in conversation.choices or []]
        text, payload = interpret(inbound, last_offered, offered, in_journey=bool(conversation.state.get("journey")))
        return TurnRequest(
            message_id=str(inbound.id),
            sender_id=bot_session.sender_id,
            text=text,
            payload=payload,
            channel=conversation.channel,
            received_at=inbound.received_at.astimezone(self._now().tzinfo).isoformat(timespec="seconds"),
            metadata={"language": conversation.language},
        )

    async def _store(self, session: AsyncSession, inbound: InboundMessage, answer: TurnAnswer) -> None:
        now = self._now()
        conversation = await conversations.lock(session, inbound.conversation_id)
        if conversation is None:
            return
        understood = answer.understood.without_values() if answer.understood else None
        if conversation.owner != "bot":
            await inbox.settle(session, inbound.id, "kept", now, understood)
            return
        if not await inbox.settle(session, inbound.id, "answered", now, understood):
            return
        replies = [_reply(reply, conversation) for reply in answer.replies]
        conversation.choices = [{"title": choice.title, "payload": choice.payload} for choice in offered_choices(replies)] or None
        warning = [Reply(sentence("secret_removed", conversation.language))] if inbound.redacted else []
        await note_state(session, conversation, inbound, answer, now)
        await self._outbox.say(session, conversation, [*warning, *replies], "assistant", now, inbound_id=inbound.id)
        await apply_signals(session, conversation, answer, now)

    async def _answer_by_rule(self, session: AsyncSession, conversation: Conversation, inbound: InboundMessage) -> None:
        now = self._now()
        await inbox.settle(session, inbound.id, "answered", now)
        names: list[Sentence] = [RULED[inbound.kind]] + (["secret_removed"] if inbound.redacted else [])
        replies = [Reply(sentence(name, conversation.language)) for name in names]
        await self._outbox.say(session, conversation, replies, "system", now, inbound_id=inbound.id)

    async def _note_failure(self, session: AsyncSession, inbound_id: UUID, failure: BotFailure) -> float | None:
        """Seconds to wait before the next try, or None when a person was called instead."""
        now = self._now()
        inbound = await session.get_one(InboundMessage, inbound_id)
        conversation = await conversations.lock(session, inbound.conversation_id)
        if conversation is None:
            return None
        await session.refresh(inbound, with_for_update=True)
        if inbound.state != "received":
            return None
        inbound.failures += 1
        inbound.first_failed_at = inbound.first_failed_at or now
        inbound.empty_answers += isinstance(failure, BotGaveNothing)
        if inbound.empty_answers >= EMPTY_ANSWERS_ALLOWED or now - inbound.first_failed_at >= self._give_up_after:
            await self._call_a_person(session, conversation, inbound, now)
            return None
        await self._say_delayed(session, conversation, inbound, now)
        return RETRY_AFTER[min(inbound.failures, len(RETRY_AFTER)) - 1]

    async def _call_a_person(self, session: AsyncSession, conversation: Conversation, inbound: InboundMessage, now: datetime) -> None:
        inbound.state, inbound.answered_at = "failed", now
        await session.flush()
        if conversation.owner != "bot":
            return
        await self._outbox.say(session, conversation, [Reply(sentence("person_called", conversation.language))], "system", now, inbound_id=inbound.id)
        await hand_over(session, conversation.id, "failed_turn", None, now)

    async def _say_delayed(self, session: AsyncSession, conversation: Conversation, inbound: InboundMessage, now: datetime) -> None:
        """The honest word within 8 s of a message, once in a while per conversation (on Zalo and SMS every message counts)."""
        if now - inbound.received_at < SAY_DELAYED_AFTER or conversation.owner != "bot":
            return
        if await outbox_rows.noticed_since(session, conversation.id, "delayed", now - SAY_DELAYED_AGAIN_AFTER):
            return
        reply = Reply(sentence("delayed", conversation.language))
        await self._outbox.say(session, conversation, [reply], "system", now, inbound_id=inbound.id, notice="delayed")


def _reply(said: BotReply, conversation: Conversation) -> Reply:
    choices = tuple(Choice(choice.title, choice.payload) for choice in said.choices)
    return Reply(with_number_end(said.text, conversation), choices)
