"""One USSD request: resend? redial? which screen? or a turn of the bot within the time budget."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from integrations.channels.base import Choice, Inbound, Reply
from integrations.channels.ussd import CHANNEL, Screen, UssdRequest
from integrations.core.clock import Clock
from integrations.gateway.conversation import repository as conversations
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.conversation.sessions import session_for_turn
from integrations.gateway.database import Sessions
from integrations.gateway.inbox.service import Received, receive
from integrations.gateway.internal.service import open_ticket
from integrations.gateway.notifications import Listener
from integrations.gateway.outbox import repository as outbox_rows
from integrations.gateway.ussd import repository, texts
from integrations.gateway.ussd.dialogue import Action, Ask, Continue, LeaveQueue, OpenTicket, Show, StartOver, State, decide
from integrations.gateway.ussd.late import give_up_screen
from integrations.gateway.ussd.models import UssdSession
from integrations.gateway.ussd.screens import Layout

REDIAL_WITHIN = timedelta(minutes=10)
# Where a gateway gives no key: nobody reads a screen and types the same again within this time.
RESEND_WITHIN = timedelta(seconds=2)
LOOK_EVERY = 1.0  # seconds; notifications usually come first
GRACE = 0.3  # seconds that a late answer's own bookkeeping may add to the budget
STATIC = {
    "menu": texts.MENU,
    "hotline": texts.HOTLINE,
    "call_back": texts.CALL_BACK,
    "home_visit": texts.HOME_VISIT,
    "queued": texts.QUEUED,
    "goodbye": texts.GOODBYE,
}
LEAVE_QUEUE = "Quay lại trợ lý"  # as a waiting citizen says it on every channel
TICKET_REASONS = {"call_back": "Yêu cầu gọi lại từ màn hình USSD", "home_visit": "Yêu cầu đến nhà từ màn hình USSD"}


logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A turn under way."""

    session_id: UUID
    conversation_id: UUID
    inbound_id: UUID


class UssdService:
    def __init__(self, sessions: Sessions, listener: Listener, now: Clock, *, budget: float, sms: bool) -> None:
        """`budget` in seconds for a bot's answer; `sms`: whether a late answer can follow by SMS."""
        self._sessions = sessions
        self._listener = listener
        self._now = now
        self._budget = budget
        self._late = texts.LATE if sms else texts.LATE_WITHOUT_SMS
        self._giving_up: set[asyncio.Task[Screen]] = set()

    async def answer(self, request: UssdRequest, layout: Layout) -> Screen:
        """The screen for one request. Never waits longer than the budget for the bot."""
        deadline = asyncio.get_running_loop().time() + self._budget
        try:
            async with asyncio.timeout_at(deadline), self._sessions() as session, session.begin():
                step = await self._step(session, request, layout)
        except TimeoutError:
            logger.error("ussd request not taken in time", extra={"provider": request.provider})
            return Screen(layout.static(texts.MAINTENANCE)[0], end=True)
        if isinstance(step, Screen):
            return step
        try:
            async with asyncio.timeout_at(deadline):
                return await self._answer_to(step, layout)
        except TimeoutError:
            return await self._give_up_in_time(step, layout)

    async def _step(self, session: AsyncSession, request: UssdRequest, layout: Layout) -> Screen | Waiting:
        now = self._now()
        conversation = await repository.conversation(session, request.msisdn, now)
        current = await repository.open_session(session, request, conversation.id, now - REDIAL_WITHIN)
        if request.is_end:
            await repository.end(session, current, now)
            return Screen("", end=True)
        if current is not None and _is_resend(current, request, now):
            return self._repeated(current)
        if current is None or request.is_first:
            current = await self._begin(session, request, conversation, layout, now)
        state = State.load(current.state)
        state.key, state.typed = request.key, request.input
        typed, state.path = _typed(request, state.path)
        current.touched_at, current.requests = now, current.requests + 1
        if state.phase == "resume" and not typed:
            return self._keep(current, state)
        action = decide(state, typed, in_journey=bool(conversation.state.get("journey")))
        return await self._act(session, current, state, action, request, layout, conversation)

    def _repeated(self, current: UssdSession) -> Screen | Waiting:
        """A resend: the same screen, or the same turn waited for once more."""
        if current.waiting_for is not None:
            return Waiting(current.id, current.conversation_id, current.waiting_for)
        state = State.load(current.state)
        return Screen(state.screen, state.ended)

    async def _begin(self, session: AsyncSession, request: UssdRequest, conversation: Conversation, layout: Layout, now: datetime) -> UssdSession:
        """A new session. What broke off within ten minutes can be continued."""
        broken = await repository.broken_off(session, conversation.id, now - REDIAL_WITHIN)
        state = State()
        if broken is not None and not request.input:
            state = State(
                phase="resume",
                pages=layout.static(texts.RESUME),
                previous=broken.state,
                previous_waits_for=str(broken.waiting_for) if broken.waiting_for else None,
            )
        await repository.end_all(session, conversation.id, now)
        return await repository.add(session, request, conversation.id, state.dump(), now)

    async def _act(
        self, session: AsyncSession, current: UssdSession, state: State, action: Action, request: UssdRequest, layout: Layout, conversation: Conversation
    ) -> Screen | Waiting:
        match action:
            case Show(what="page"):
                return self._keep(current, state)
            case Show(what=what):
                return await self._show(session, current, state, what, layout)
            case StartOver():
                await conversations.end_open_session(session, conversation.id, "closed", self._now())
                return await self._show(session, current, state, "menu", layout)
            case Continue():
                previous = State.load(state.previous or {})
                previous.path, previous.key, previous.typed, previous.previous, previous.previous_waits_for = state.path, state.key, state.typed, None, None
                if state.previous_waits_for is None:
                    return self._keep(current, previous)
                return self._wait_for(current, previous, UUID(state.previous_waits_for))
            case OpenTicket(kind=kind):
                return await self._ticket(session, current, state, kind, request, layout)
            case LeaveQueue():
                await self._hear(session, current, request, LEAVE_QUEUE)
                return await self._static(session, current, state, texts.LEFT_QUEUE, layout, end=True)
            case Ask(text=text, choice=choice):
                return await self._ask(session, current, state, request, layout, text, choice)

    async def _show(self, session: AsyncSession, current: UssdSession, state: State, what: str, layout: Layout) -> Screen:
        state.phase = what if what in ("call_back", "home_visit", "queued") else "menu"
        return await self._static(session, current, state, STATIC[what], layout, end=what in ("hotline", "goodbye"))

    async def _static(self, session: AsyncSession, current: UssdSession, state: State, text: str, layout: Layout, *, end: bool) -> Screen:
        state.pages, state.page, state.choices, state.previous = layout.static(text), 0, {}, None
        state.ended = end and len(state.pages) == 1
        screen = self._keep(current, state)
        if state.ended:
            await repository.end(session, current, self._now())
        return screen

    async def _ticket(self, session: AsyncSession, current: UssdSession, state: State, kind: str, request: UssdRequest, layout: Layout) -> Screen:
        """Needs no bot: the officer calls the number that dialled."""
        bot_session = await session_for_turn(session, current.conversation_id, CHANNEL, self._now())
        wanted = {"sender_id": bot_session.sender_id, "kind": kind, "phone": request.msisdn, "reason": TICKET_REASONS[kind]}
        ticket = await open_ticket(session, f"ussd:{current.id}:{kind}", wanted, self._now())
        return await self._static(session, current, state, texts.TICKET.format(code=ticket.code), layout, end=True)

    async def _ask(
        self, session: AsyncSession, current: UssdSession, state: State, request: UssdRequest, layout: Layout, text: str, choice: Choice | None
    ) -> Screen | Waiting:
        received = await self._hear(session, current, request, text, choice)
        conversation = await session.get_one(Conversation, current.conversation_id)
        if conversation.owner == "queued":
            return await self._show(session, current, state, "queued", layout)
        if conversation.owner == "agent":
            return await self._static(session, current, state, texts.WITH_STAFF, layout, end=True)
        return self._wait_for(current, state, received.inbound_id)

    async def _hear(self, session: AsyncSession, current: UssdSession, request: UssdRequest, text: str, choice: Choice | None = None) -> Received:
        """What was typed or chosen, as a message of the conversation: for the bot, or for the person who has it."""
        now = self._now()
        inbound = Inbound(CHANNEL, f"{current.id}:{current.requests}", request.msisdn, "text", request.provider, now, text=text)
        return await receive(session, inbound, now, payload=choice.payload if choice else None)

    async def _answer_to(self, waiting: Waiting, layout: Layout) -> Screen:
        """Waits without end; the caller has the time limit."""
        with self._listener.subscribe(waiting.conversation_id) as changes:
            while True:
                if screen := await self._answered(waiting, layout):
                    return screen
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY):
                        while (await changes.get()).kind not in ("outbound", "reconnected"):
                            pass

    async def _give_up_in_time(self, waiting: Waiting, layout: Layout) -> Screen:
        """A database that is slow as well must not keep the phone waiting; what has to be stored is then stored a little later."""
        giving_up = asyncio.create_task(self._give_up(waiting, layout))
        self._giving_up.add(giving_up)
        giving_up.add_done_callback(self._giving_up.discard)
        try:
            return await asyncio.wait_for(asyncio.shield(giving_up), GRACE)
        except TimeoutError:
            return Screen(layout.static(self._late)[0], end=True)

    async def _answered(self, waiting: Waiting, layout: Layout) -> Screen | None:
        async with self._sessions() as session, session.begin():
            if not await outbox_rows.answers(session, waiting.inbound_id):
                return None
            return await self._show_answer(session, waiting, layout)

    async def _show_answer(self, session: AsyncSession, waiting: Waiting, layout: Layout) -> Screen:
        rows = await outbox_rows.answers(session, waiting.inbound_id)
        replies = [Reply(row.text, tuple(Choice(choice["title"], choice["payload"]) for choice in row.choices or [])) for row in rows]
        current = await repository.locked(session, waiting.session_id)
        state = State.load(current.state)
        if current.waiting_for != waiting.inbound_id:
            return Screen(state.screen, state.ended)
        conversation = await session.get_one(Conversation, waiting.conversation_id)
        # Once people own it they answer by SMS or call: nothing more happens on this screen.
        with_people = conversation.owner != "bot"
        state.pages, choices = layout.answer(replies, closing=with_people)
        state.phase, state.page = "answer", 0
        state.choices = {number: {"title": choice.title, "payload": choice.payload} for number, choice in choices.items()}
        state.ended = with_people and len(state.pages) == 1
        current.waiting_for = None
        screen = self._keep(current, state)
        if state.ended:
            await repository.end(session, current, self._now())
        return screen

    async def _give_up(self, waiting: Waiting, layout: Layout) -> Screen:
        """The answer may have come just now; only the conversation's lock tells. Otherwise it will be an SMS."""
        async with self._sessions() as session, session.begin():
            await conversations.lock(session, waiting.conversation_id)
            if await outbox_rows.answers(session, waiting.inbound_id):
                return await self._show_answer(session, waiting, layout)
            await give_up_screen(session, waiting.inbound_id)
            current = await repository.locked(session, waiting.session_id)
            current.waiting_for = None
            return await self._static(session, current, State.load(current.state), self._late, layout, end=True)

    def _wait_for(self, current: UssdSession, state: State, inbound_id: UUID) -> Waiting:
        current.state, current.waiting_for = state.dump(), inbound_id
        return Waiting(current.id, current.conversation_id, inbound_id)

    def _keep(self, current: UssdSession, state: State) -> Screen:
        current.state = state.dump()
        return Screen(state.screen, state.ended)


def _is_resend(current: UssdSession, request: UssdRequest, now: datetime) -> bool:
    state = current.state
    if request.key or state["key"]:
        return current.requests > 0 and request.key == state["key"]
    return current.requests > 0 and request.input == state["typed"] and (current.waiting_for is not None or now - current.touched_at < RESEND_WITHIN)


def _typed(request: UssdRequest, path: str) -> tuple[str, str]:
    """The last input, and the path to remember. A path is compared with the one before, because a citizen may type * inside an answer."""
    if not request.is_path:
        return request.input, ""
    if path and request.input.startswith(path + "*"):
        return request.input[len(path) + 1 :], request.input
    return (request.input if not path else request.input.rpartition("*")[2]), request.input
