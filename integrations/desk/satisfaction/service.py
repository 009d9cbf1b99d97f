"""Asking citizens how satisfied they are; the caretaker takes their answers."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from integrations.channels.base import Reply
from integrations.channels.sms import CHANNEL as SMS
from integrations.channels.ussd import CHANNEL as USSD
from integrations.desk.caretaker import words
from integrations.desk.console import repository as console
from integrations.desk.office import service as office
from integrations.desk.satisfaction.models import Satisfaction
from integrations.gateway.conversation import repository as conversations
from integrations.gateway.conversation.models import Case, Conversation
from integrations.gateway.outbox.service import Outbox


async def ask(session: AsyncSession, outbox: Outbox, conversation: Conversation, case: Case, staff_id: UUID, now: datetime) -> None:
    """Ends the case and asks, in one message: on Zalo and SMS every message counts."""
    current, language = await office.load(session), conversation.language
    session.add(Satisfaction(case_id=case.id, conversation_id=conversation.id, staff_id=staff_id, asked_at=now))
    question = Reply(f"{current.said('ended', language)}\n{current.said('question', language)}", words.marks())
    await outbox.say(session, conversation, [question], "system", now, notice="satisfaction")


async def ask_plain_phone(session: AsyncSession, outbox: Outbox, dialled: Conversation, staff_id: UUID, now: datetime) -> None:
    """A USSD screen cannot be asked later: the question goes to the same number by SMS, as the end of a case of that conversation.

    Nothing is asked where SMS is not used, where the number has opted out, or where people talk with it just now or are going to.
    """
    if dialled.channel != USSD or SMS not in outbox.senders:
        return
    texted = await conversations.reach(session, SMS, dialled.address, now)
    standing = await console.latest_case(session, texted.id)
    if texted.opted_out_at is not None or (standing is not None and standing.state != "resolved"):
        return
    if not await conversations.change_owner(session, texted.id, "agent", ["bot"], now):
        return
    case = Case(
        id=uuid4(), conversation_id=texted.id, reason="call_back", state="resolved", opened_at=now, assigned_to=staff_id, assigned_at=now, resolved_at=now,
        resolution="solved", attended=texted.next_position - 1, told_at=now,
    )  # fmt: skip
    session.add(case)
    await session.flush()
    await ask(session, outbox, texted, case, staff_id, now)
