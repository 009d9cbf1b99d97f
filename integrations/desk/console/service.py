"""Taking conversations over. Every function locks the conversation first, changes it by conditional UPDATEs, and writes the audit trail last."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from integrations.channels.base import Reply
from integrations.desk.accounts import repository as accounts
from integrations.desk.accounts.models import StaffMember, StaffUnit
from integrations.desk.accounts.service import Visitor
from integrations.desk.audit import record
from integrations.desk.caretaker.service import ask_assistant_again
from integrations.desk.console import repository, reveals
from integrations.desk.console.models import CaseNote
from integrations.desk.errors import Conflict, Forbidden, NotFound, Refused
from integrations.desk.office import service as office
from integrations.desk.satisfaction import service as satisfaction
from integrations.desk.texts import mark as _
from integrations.desk.texts import translate
from integrations.desk.tickets import service as tickets
from integrations.gateway.conversation import repository as conversations
from integrations.gateway.conversation import service as ownership
from integrations.gateway.conversation.models import Case, Conversation
from integrations.gateway.notifications import announce
from integrations.gateway.outbox.service import Outbox

LONGEST_REPLY = 2000
RESOLUTIONS = ("solved", "guided", "ticket", "no_answer", "spam")
RATED = frozenset({"solved", "guided", "ticket"})
LABELS = ("vneid", "card", "lodging", "residence", "complaint", "other")
LONGEST_SNOOZE = timedelta(days=14)
REOPENED_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class Desk:
    """Who acts, on what, when."""

    session: AsyncSession
    outbox: Outbox
    visitor: Visitor
    now: datetime

    async def record(self, action: str, conversation_id: UUID, **detail: object) -> None:
        await record(self.session, self.now, self.visitor.actor, action, "conversation", conversation_id, detail)

    async def notify(self, conversation: Conversation, sentence: str, notice: str, **values: object) -> None:
        """One of the desk's sentences to the citizen."""
        current = await office.load(self.session)
        reply = Reply(current.said(sentence, conversation.language, **values))
        await self.outbox.say(self.session, conversation, [reply], "system", self.now, notice=notice)


async def claim(desk: Desk, conversation_id: UUID) -> None:
    """Takes a conversation that waits, or that the assistant has. Claiming what is already one's own changes nothing.

    Raises Conflict with the winner's name.
    """
    conversation = await _locked(desk, conversation_id)
    if conversation.owner == "agent":
        winner = await repository.holder(desk.session, conversation_id)
        if winner is not None and winner.id == desk.visitor.id:
            await repository.change_case(desk.session, conversation_id, ("snoozed",), state="assigned", snoozed_until=None)
            return
        if winner is not None:
            raise Conflict(_("%(name)s đã nhận cuộc trò chuyện này."), name=winner.display_name)
    await _open_or_reopen(desk, conversation_id)
    await repository.change_case(
        desk.session, conversation_id, ("open", "snoozed", "assigned"), state="assigned", assigned_to=desk.visitor.id, assigned_at=desk.now, snoozed_until=None
    )
    await desk.notify(conversation, "joined", "officer_joined", name=desk.visitor.member.display_name)
    if conversation.owner == "agent":  # the citizen was being asked for a mark: the officer is simply back
        await announce(desk.session, conversation_id, "owner")
        await desk.record("claimed", conversation_id)
        return
    await ownership.claim(desk.session, conversation_id, desk.visitor.actor, desk.now)


async def _open_or_reopen(desk: Desk, conversation_id: UUID) -> None:
    """A case, unless one stands. Soon after the last one was closed it is the same matter: unit and label come along."""
    last = await repository.latest_case(desk.session, conversation_id)
    same = last is not None and can_reopen(last, desk.now)
    opened = await conversations.open_case(desk.session, conversation_id, "reopened" if same else "taken_over", None, desk.now)
    if last is not None and opened is not None:
        await repository.take_along(desk.session, last, desk.now)
    if last is not None and same:
        await repository.change_case(desk.session, conversation_id, ("open",), unit_id=last.unit_id, label=last.label)


def can_reopen(case: Case, now: datetime) -> bool:
    return case.resolved_at is not None and now - case.resolved_at < REOPENED_WITHIN


async def reply(desk: Desk, conversation_id: UUID, reply_id: UUID, text: str) -> None:
    """Says something through the channel's outbox. The same `reply_id` again changes nothing. Raises Refused, Conflict."""
    spoken = text.strip()
    if not spoken:
        raise Refused(_("Tin nhắn trống."))
    if len(spoken) > LONGEST_REPLY:
        raise Refused(_("Tin nhắn dài quá %(limit)s ký tự."), limit=LONGEST_REPLY)
    await _held(desk, conversation_id)
    if not await repository.first_time(desk.session, reply_id, desk.visitor.id, desk.now):
        return
    case = await _case(desk, conversation_id)
    case.first_reply_at = case.first_reply_at or desk.now
    await desk.outbox.send_from_agent(desk.session, conversation_id, desk.visitor.id, spoken, desk.now)


async def give_back(desk: Desk, conversation_id: UUID) -> None:
    """The assistant answers again, also what the officer has left unanswered; the case is done."""
    conversation = await _held(desk, conversation_id)
    case = await _case(desk, conversation_id)
    case.state, case.resolved_at, case.resolution = "resolved", desk.now, "returned"
    await desk.notify(conversation, "left", "officer_left")
    await ask_assistant_again(desk.session, conversation_id, case)
    await ownership.give_back(desk.session, conversation_id, desk.visitor.actor, desk.now)


async def resolve(desk: Desk, conversation_id: UUID, resolution: str, label: str) -> None:
    """Ends the case with a reason; the citizen is asked for a mark, and the next other message is the assistant's. Raises Refused, Conflict."""
    if resolution not in RESOLUTIONS or label not in ("", *LABELS):
        raise Refused(_("Xin chọn kết quả xử lý."))
    conversation = await _held(desk, conversation_id)
    case = await _case(desk, conversation_id)
    case.state, case.resolved_at, case.resolution, case.label = "resolved", desk.now, resolution, label or None
    case.attended = conversation.next_position - 1
    if resolution in RATED and conversation.channel != "ussd":
        await satisfaction.ask(desk.session, desk.outbox, conversation, case, desk.visitor.id, desk.now)
        await announce(desk.session, conversation_id, "owner")
    else:
        if resolution in RATED:
            await satisfaction.ask_plain_phone(desk.session, desk.outbox, conversation, desk.visitor.id, desk.now)
        if resolution == "no_answer":  # an answer that came at the last moment is one
            await ask_assistant_again(desk.session, conversation_id, case)
        await desk.notify(conversation, "left", "officer_left")
        await ownership.give_back(desk.session, conversation_id, desk.visitor.actor, desk.now)
    await desk.record("case_resolved", conversation_id, resolution=resolution, label=label)


async def transfer(desk: Desk, conversation_id: UUID, target: UUID, reason: str) -> None:
    """To a colleague, or to a unit's queue. Raises Refused, Conflict."""
    conversation = await _locked(desk, conversation_id)
    await _may_move(desk, conversation)
    member, unit = await desk.session.get(StaffMember, target), await desk.session.get(StaffUnit, target)
    if member is not None and member.disabled_at is None and member.role in {"agent", "supervisor"}:
        if member.id == desk.visitor.id:
            raise Refused(_("Bạn đang giữ cuộc trò chuyện này."))
        await repository.change_case(
            desk.session, conversation_id, ("open", "assigned", "snoozed"), state="assigned", assigned_to=member.id, assigned_at=desk.now, snoozed_until=None
        )
        await conversations.change_owner(desk.session, conversation_id, "agent", ["queued"], desk.now)
        name = f"{translate(conversation.language, _('cán bộ'))} {member.display_name}"
    elif unit is not None:
        if not await accounts.is_manned(desk.session, unit.id):
            raise Refused(_("Đơn vị này chưa có cán bộ trả lời nào. Xin chọn nơi khác."))
        await repository.change_case(
            desk.session,
            conversation_id,
            ("open", "assigned", "snoozed"),
            state="open",
            assigned_to=None,
            unit_id=unit.id,
            snoozed_until=None,
            told_at=desk.now,
        )
        await conversations.change_owner(desk.session, conversation_id, "queued", ["agent"], desk.now)
        name = unit.name
    else:
        raise Refused(_("Xin chọn người hoặc đơn vị nhận."))
    await desk.notify(conversation, "transferred", "transferred", name=name)
    if reason.strip():
        await _write_note(desk, conversation_id, reason.strip(), [member.id] if member else [])
    await announce(desk.session, conversation_id, "owner")
    await desk.record("transferred", conversation_id, to=str(target))


async def snooze(desk: Desk, conversation_id: UUID, until: datetime) -> None:
    """The case sleeps until a time or until the citizen writes. Raises Refused, Conflict."""
    if not desk.now < until <= desk.now + LONGEST_SNOOZE:
        raise Refused(_("Thời điểm phải sau bây giờ và trong vòng 14 ngày."))
    await _held(desk, conversation_id)
    await repository.change_case(desk.session, conversation_id, ("assigned",), state="snoozed", snoozed_until=until)
    await announce(desk.session, conversation_id, "owner")
    await desk.record("snoozed", conversation_id, until=until.isoformat())


async def write_note(desk: Desk, conversation_id: UUID, note_id: UUID, text: str) -> None:
    """A note among colleagues; `@username` mentions one. Never sent to the citizen. Raises Refused, NotFound."""
    written = text.strip()
    if not written or len(written) > LONGEST_REPLY:
        raise Refused(_("Ghi chú phải có từ 1 đến %(limit)s ký tự."), limit=LONGEST_REPLY)
    await _locked(desk, conversation_id)
    if not await repository.first_time(desk.session, note_id, desk.visitor.id, desk.now):
        return
    named = await repository.members_named(desk.session, re.findall(r"(?<!\w)@([a-z0-9._-]{2,64})", written.lower()))
    await _write_note(desk, conversation_id, written, [member.id for member in named if member.id != desk.visitor.id])


async def make_ticket(desk: Desk, conversation_id: UUID, form_id: UUID, kind: str, fields: dict[str, str]) -> None:
    """Puts what the citizen needs into other hands; tells the citizen the code. Raises Refused, NotFound."""
    conversation = await _locked(desk, conversation_id)
    if not await repository.first_time(desk.session, form_id, desk.visitor.id, desk.now):
        return
    ticket = await tickets.make(desk.session, conversation_id, form_id, kind, fields, desk.now)
    await desk.notify(conversation, "ticket_made", "ticket_made", code=ticket.code)
    await desk.record("ticket_made", conversation_id, ticket=str(ticket.id), kind=kind)


async def reveal(desk: Desk, conversation_id: UUID, reason: str) -> None:
    """Numbers in clear for a while, with the reason on the audit trail. Raises Refused, NotFound."""
    await _locked(desk, conversation_id)
    told = await reveals.allow(desk.session, desk.visitor.id, conversation_id, reason, desk.now)
    await desk.record("numbers_revealed", conversation_id, reason=told)


async def _write_note(desk: Desk, conversation_id: UUID, text: str, mentioned: list[UUID]) -> None:
    position = await conversations.take_positions(desk.session, conversation_id, 1)
    note = CaseNote(id=uuid4(), conversation_id=conversation_id, position=position, author_id=desk.visitor.id, body=text, created_at=desk.now)
    await repository.add_note(desk.session, note, mentioned)
    await announce(desk.session, conversation_id, "note", position)


async def _locked(desk: Desk, conversation_id: UUID) -> Conversation:
    """The locked conversation, when it exists and this person's unit may see it."""
    conversation = await conversations.lock(desk.session, conversation_id)
    if conversation is None or not await may_see(desk.session, desk.visitor, conversation_id):
        raise NotFound(_("Không có cuộc trò chuyện này."))
    return conversation


async def may_see(session: AsyncSession, visitor: Visitor, conversation_id: UUID) -> bool:
    """A conversation whose open case lies with another unit is that unit's and the supervisors' only."""
    case = await repository.latest_case(session, conversation_id)
    if case is None or case.unit_id is None or visitor.role == "supervisor":
        return True
    return case.unit_id == visitor.member.unit_id or case.assigned_to == visitor.id


async def _held(desk: Desk, conversation_id: UUID) -> Conversation:
    """The locked conversation, when this person holds it. Raises Conflict."""
    conversation = await _locked(desk, conversation_id)
    winner = await repository.holder(desk.session, conversation_id)
    if conversation.owner != "agent" or winner is None or winner.id != desk.visitor.id:
        raise Conflict(_("Bạn không giữ cuộc trò chuyện này (người giữ: %(name)s)."), name=winner.display_name if winner else "–")
    await repository.keep_for_people(desk.session, conversation_id, desk.now)
    return conversation


async def _may_move(desk: Desk, conversation: Conversation) -> None:
    """An officer moves what he holds; a supervisor moves anything that is in people's hands."""
    if conversation.owner == "bot":
        raise Conflict(_("Trợ lý đang trả lời cuộc trò chuyện này."))
    if (await _case(desk, conversation.id)).state == "resolved":
        raise Conflict(_("Yêu cầu này đã kết thúc."))
    winner = await repository.holder(desk.session, conversation.id)
    if desk.visitor.role != "supervisor" and (winner is None or winner.id != desk.visitor.id):
        raise Forbidden(_("Chỉ người đang giữ hoặc phụ trách được chuyển."))


async def _case(desk: Desk, conversation_id: UUID) -> Case:
    case = await repository.latest_case(desk.session, conversation_id)
    if case is None:
        raise NotFound(_("Không có cuộc trò chuyện này."))
    return case
