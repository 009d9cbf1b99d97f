"""What the desk does by itself with conversations that the assistant does not own: tells waiting citizens the truth, lets them leave,
wakes snoozed cases, takes marks of satisfaction, and puts back what a vanished officer left.

One function, `attend`, looks at one conversation under its lock and does what is due; it may be called any number of times.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.channels.base import Choice, Reply
from integrations.channels.ussd import CHANNEL as USSD
from integrations.core.clock import VIETNAM
from integrations.desk.accounts.models import StaffMember
from integrations.desk.audit import record
from integrations.desk.caretaker import waiting, words
from integrations.desk.console import repository
from integrations.desk.labels import case_code
from integrations.desk.office.service import Office, load
from integrations.desk.satisfaction.models import Satisfaction
from integrations.desk.texts import Words
from integrations.desk.tickets import repository as tickets
from integrations.gateway.conversation import repository as conversations
from integrations.gateway.conversation.models import Case, Conversation
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.inbox.service import queue_turn
from integrations.gateway.internal.service import add_ticket
from integrations.gateway.notifications import announce
from integrations.gateway.outbox.service import Outbox

ACTOR = "desk"
RATING_OPEN = {"web": timedelta(minutes=10)}
RATING_OPEN_ON_PHONES = timedelta(hours=12)
"""A mark is waited for; anything else that the citizen writes meanwhile is the assistant's at once."""
OFFICER_GONE = timedelta(minutes=15)
OFFICER_GONE_IN_DANGER = timedelta(minutes=2)
"""Not shorter: a page that is open is heard of every minute or so."""


@dataclass(frozen=True)
class Attention:
    """Everything one look at one conversation needs."""

    session: AsyncSession
    outbox: Outbox
    conversation: Conversation
    case: Case
    office: Office
    now: datetime

    async def say(self, sentence: str, notice: str, choices: tuple[Choice, ...] = (), **values: object) -> None:
        """One of the desk's sentences."""
        reply = Reply(self.office.said(sentence, self.conversation.language, **values), choices)
        await self.outbox.say(self.session, self.conversation, [reply], "system", self.now, notice=notice)


async def attend(session: AsyncSession, outbox: Outbox, conversation_id: UUID, now: datetime) -> None:
    """Does what is due in one conversation, in the session's transaction."""
    conversation = await conversations.lock(session, conversation_id)
    if conversation is None or conversation.owner == "bot":
        return
    case = await repository.latest_case(session, conversation_id)
    if case is None:
        return
    await repository.keep_for_people(session, conversation_id, now)
    look = Attention(session, outbox, conversation, case, await load(session), now)
    arrived = await _arrived(look)
    if conversation.owner == "queued":
        await _attend_waiting(look, arrived)
    elif case.state == "snoozed":
        await _attend_snoozed(look, arrived)
    elif case.state == "resolved":
        await _attend_rating(look, arrived)
    elif case.state == "assigned":
        await _attend_abandoned(look)
    if arrived:
        case.attended = max(case.attended, arrived[-1].position)


async def _arrived(look: Attention) -> Sequence[InboundMessage]:
    """Messages that came into people's hands and were not looked at here yet, oldest first."""
    found = select(InboundMessage).where(
        InboundMessage.conversation_id == look.conversation.id, InboundMessage.position > look.case.attended, repository.in_case(look.case.opened_at)
    )
    return (await look.session.scalars(found.order_by(InboundMessage.position).execution_options(populate_existing=True))).all()


async def _attend_waiting(look: Attention, arrived: Sequence[InboundMessage]) -> None:
    leaving = next((message for message in arrived if words.wants_to_leave(message.text, message.payload)), None)
    if leaving is not None:
        await _settle(look, leaving)
        await _resolve(look, "left")
        await look.say("left_queue", "left_queue")
        await return_to_assistant(look, "queue_left")
    elif look.case.told_at is None:
        await _tell(look)


async def _tell(look: Attention) -> None:
    """The truth about the wait. Outside office hours the case stays for the morning and the assistant goes on answering."""
    look.case.told_at = look.now
    if look.case.reason == "staff_wrote_elsewhere":  # an officer is talking with the citizen already
        return
    if look.conversation.channel == USSD:
        await _promise_call(look)
        return
    language, code = look.conversation.language, case_code(look.case.id)
    if not look.office.is_open(look.now) and look.case.reason != "emergency":
        opening = look.office.next_opening(look.now)
        when = Words(language).moment(opening.astimezone(VIETNAM)) if opening else "–"
        await look.say("closed", "office_closed", code=code, opening=when)
        await return_to_assistant(look, "office_closed")
        return
    wait = await waiting.estimate(look.session, look.case, look.now)
    if not wait.staff_online:
        await look.say("nobody", "waiting", words.way_back(language), code=code)
    elif wait.minutes is None:
        await look.say("wait_unknown", "waiting", words.way_back(language), ahead=wait.ahead)
    else:
        await look.say("wait_known", "waiting", words.way_back(language), ahead=wait.ahead, minutes=wait.minutes)


async def _promise_call(look: Attention) -> None:
    """A screen of a plain phone is gone at once: somebody calls the number back, on a ticket. An emergency stays in the queue as well."""
    fields = {"kind": "call_back", "phone": look.conversation.address, "reason": look.case.summary}
    ticket = await add_ticket(look.session, f"call-back:{look.case.id}", look.conversation.id, fields, look.now)
    due = Words(look.conversation.language).moment(tickets.answer_by(look.now))
    await look.say("call_back", "call_back", code=ticket.code, due=due)
    if look.case.reason != "emergency":
        await _resolve(look, "ticket")
        await return_to_assistant(look, "call_back_promised")


async def _attend_snoozed(look: Attention, arrived: Sequence[InboundMessage]) -> None:
    if arrived or (look.case.snoozed_until is not None and look.case.snoozed_until <= look.now):
        look.case.state, look.case.snoozed_until = "assigned", None
        await announce(look.session, look.conversation.id, "owner")
        await record(look.session, look.now, ACTOR, "case_woken", "conversation", look.conversation.id)


async def _attend_rating(look: Attention, arrived: Sequence[InboundMessage]) -> None:
    """A finished case whose citizen was asked for a mark. Anything that is no answer to us goes to the assistant."""
    asked = await look.session.get(Satisfaction, look.case.id)
    if asked is None or asked.closed_at is not None:
        await return_to_assistant(look, "case_closed")
        return
    for message in arrived:
        if not await _take_rating(look, asked, message):
            asked.closed_at = look.now
            await return_to_assistant(look, "case_closed")
            return
    if asked.closed_at is not None or look.now - asked.asked_at > RATING_OPEN.get(look.conversation.channel, RATING_OPEN_ON_PHONES):
        asked.closed_at = look.now
        await return_to_assistant(look, "case_closed")


async def _take_rating(look: Attention, asked: Satisfaction, message: InboundMessage) -> bool:
    """Whether the message was an answer to our question."""
    language = look.conversation.language
    if asked.score is None:
        asked.score = words.score_of(message.text, message.payload)
        if asked.score is None:
            return False
        told = ("ask_comment", words.comment_choice(language), {"score": asked.score})
    elif asked.comment is None:
        if not words.wants_to_comment(message.text, message.payload):
            return False
        asked.comment = ""
        told = ("write_comment", (), {})
    else:
        asked.comment, asked.closed_at = (message.text or "")[:2000], look.now
        told = ("thanks", (), {})
    await _settle(look, message)
    sentence, choices, values = told
    await look.say(sentence, "satisfaction", choices, **values)
    return True


async def _attend_abandoned(look: Attention) -> None:
    """Back into the queue: a citizen who waits for an officer who is away, and at once whatever lies with one who may answer nobody any more."""
    officer = await look.session.get(StaffMember, look.case.assigned_to) if look.case.assigned_to else None
    answers = officer is not None and officer.disabled_at is None and officer.role in waiting.ANSWERING_ROLES
    if officer is not None and answers and not await _waits_in_vain(look, officer):
        return
    look.case.state, look.case.assigned_to, look.case.told_at = "open", None, look.now
    await conversations.change_owner(look.session, look.conversation.id, "queued", ["agent"], look.now)
    await look.say("requeued", "requeued")
    await announce(look.session, look.conversation.id, "owner")
    await record(look.session, look.now, ACTOR, "case_requeued", "conversation", look.conversation.id, {"away": str(officer.id) if officer else None})


async def _waits_in_vain(look: Attention, officer: StaffMember) -> bool:
    """Whether the citizen waits, and the officer has been away for a quarter of an hour; in danger nobody waits for one who is not there."""
    since = await repository.unanswered_since(look.session, look.conversation.id)
    if since is None:
        return False
    unseen = None if officer.last_seen_at is None else look.now - officer.last_seen_at
    if look.case.reason == "emergency":
        return unseen is None or unseen > OFFICER_GONE_IN_DANGER
    return look.now - since >= OFFICER_GONE and (unseen is None or unseen > OFFICER_GONE)


async def return_to_assistant(look: Attention, action: str) -> None:
    """The assistant owns the conversation again, in the same session, and answers what no person has answered."""
    await conversations.change_owner(look.session, look.conversation.id, "bot", ["queued", "agent"], look.now)
    await ask_assistant_again(look.session, look.conversation.id, look.case)
    await announce(look.session, look.conversation.id, "owner")
    await record(look.session, look.now, ACTOR, action, "conversation", look.conversation.id)


async def ask_assistant_again(session: AsyncSession, conversation_id: UUID, case: Case) -> None:
    """Messages that were kept for people and that nobody has answered become turns again, in order."""
    position = await repository.last_reply_position(session, conversation_id)
    again = (
        update(InboundMessage)
        .where(
            InboundMessage.conversation_id == conversation_id, InboundMessage.state == "kept",
            InboundMessage.answered_at >= case.opened_at, InboundMessage.position > position,
        )
        .values(state="received", answered_at=None)
        .returning(InboundMessage.position, InboundMessage.id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    for _position, inbound_id in sorted((await session.execute(again)).all()):
        await queue_turn(session, conversation_id, inbound_id)


async def _resolve(look: Attention, resolution: str) -> None:
    look.case.state, look.case.resolved_at, look.case.resolution = "resolved", look.now, resolution


async def _settle(look: Attention, message: InboundMessage) -> None:
    """The message was an answer to the desk and is answered by it."""
    message.state, message.answered_at = "answered", look.now
    await look.session.flush()
