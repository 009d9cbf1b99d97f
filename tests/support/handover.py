"""A hypothesis state machine of handovers: citizens, the assistant, two officers, their supervisor and the desk's caretaker in any order,
with crashes in between.

The promise: every message of a citizen is answered by the assistant or lies with people, never both and never neither.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.strategies import booleans, sampled_from
from sqlalchemy import select

from integrations.channels.base import Inbound
from integrations.core.clock import VIETNAM
from integrations.core.crypto import Keyring
from integrations.desk.accounts.models import StaffMember, StaffUnit
from integrations.desk.accounts.service import Visitor
from integrations.desk.caretaker.service import attend
from integrations.desk.console import service as console
from integrations.desk.console.service import Desk
from integrations.desk.errors import DeskError
from integrations.gateway.conversation.models import Case, Conversation
from integrations.gateway.database import create_engine, create_sessions
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.inbox.service import receive
from integrations.gateway.outbox.models import OutboundMessage
from integrations.gateway.outbox.service import Outbox
from integrations.gateway.settings import Settings
from integrations.gateway.turn.bot import BotUnavailable, TurnAnswer, TurnRequest
from integrations.gateway.turn.service import TurnPostponed, Turns

OFFICE_OPEN = datetime(2026, 11, 23, 9, 0, tzinfo=VIETNAM)
SETTLED = set(console.RESOLUTIONS) - {"no_answer"}
"""With these an officer has decided about everything that was written until then."""
OFFICE_CLOSED = datetime(2026, 11, 22, 9, 0, tzinfo=VIETNAM)


class Assistant:
    """The bot's side of the contract in this process: repeats what it hears, hands over when asked, dies when told."""

    def __init__(self) -> None:
        self.dead = False
        self.while_answering: Any = None

    async def ask(self, request: TurnRequest) -> TurnAnswer:
        if self.dead:
            raise BotUnavailable("dead")
        if self.while_answering is not None:
            await self.while_answering()
        signals = [{"name": "handoff", "reason": "asked"}] if request.text == "gap can bo" else []
        return TurnAnswer.model_validate({"outcome": "replied", "replies": [{"text": f"nghe: {request.text or request.payload}"}], "signals": signals})


class Handovers(RuleBasedStateMachine):
    """`database` is set by the test that runs it."""

    database: str

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        settings = Settings(_env_file=None)
        self.engine = create_engine(self.database, Keyring(settings.data_keys.get_secret_value(), settings.index_key.get_secret_value()), 5)
        self.sessions = create_sessions(self.engine)
        self.outbox = Outbox({})
        self.clock = OFFICE_OPEN
        self.bot = Assistant()
        self.turns = Turns(self.sessions, self.bot, self.outbox, lambda: self.clock, 90)  # type: ignore[arg-type]
        self.officers: list[Visitor] = []
        self.unit_id: UUID | None = None
        self.conversation_id: UUID | None = None
        self.address = uuid4().hex

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        self.run(self._settle_everything())
        self.run(self.engine.dispose())
        self.loop.close()

    @initialize(office_open=booleans())
    def begin(self, office_open: bool) -> None:
        self.clock = OFFICE_OPEN if office_open else OFFICE_CLOSED

        async def staff() -> None:
            async with self.sessions() as session, session.begin():
                unit = StaffUnit(name=uuid4().hex)
                session.add(unit)
                await session.flush()
                self.unit_id = unit.id
                for name, role in (("lan", "agent"), ("minh", "agent"), ("boss", "supervisor")):
                    member = StaffMember(id=uuid4(), username=f"{name}-{uuid4().hex[:8]}", display_name=name, role=role, unit_id=unit.id, password_hash="-")
                    member.created_at = member.last_seen_at = self.clock
                    session.add(member)
                    self.officers.append(Visitor(member, "", b""))

        self.run(staff())
        self.citizen_says("xin chao")

    @rule(text=sampled_from(["luu tru the nao", "gap can bo", "gap can bo", "quay lai tro ly", "4", "1", "cam on"]))
    def citizen_says(self, text: str) -> None:
        async def say() -> None:
            self.clock += timedelta(seconds=1)
            async with self.sessions() as session, session.begin():
                inbound = Inbound("web", uuid4().hex, self.address, "text", "message", self.clock, text=text)
                self.conversation_id = (await receive(session, inbound, self.clock)).conversation_id

        self.run(say())

    @rule(dies=booleans())
    def the_worker_takes_the_next_turn(self, dies: bool) -> None:
        self.bot.dead = dies
        self.run(self._take_next_turn())
        self.bot.dead = False

    @rule(officer=sampled_from([0, 1]))
    def an_officer_claims_while_the_assistant_is_answering(self, officer: int) -> None:
        async def claim() -> None:
            await self._act(officer, console.claim)

        self.bot.while_answering = claim
        self.run(self._take_next_turn())
        self.bot.while_answering = None

    @rule(officer=sampled_from([0, 1]))
    def claim(self, officer: int) -> None:
        self.run(self._act(officer, console.claim))

    @rule()
    def two_officers_claim_at_once(self) -> None:
        async def race() -> None:
            await asyncio.gather(self._act(0, console.claim), self._act(1, console.claim))

        self.run(race())

    @rule(officer=sampled_from([0, 1]), repeated=booleans())
    def officer_replies(self, officer: int, repeated: bool) -> None:
        reply_id = uuid4()
        for _ in range(2 if repeated else 1):
            self.run(self._act(officer, console.reply, reply_id, "can bo tra loi"))

    @rule(officer=sampled_from([0, 1]))
    def officer_gives_back(self, officer: int) -> None:
        self.run(self._act(officer, console.give_back))

    @rule(officer=sampled_from([0, 1]), resolution=sampled_from(["solved", "spam", "no_answer"]))
    def officer_resolves(self, officer: int, resolution: str) -> None:
        self.run(self._act(officer, console.resolve, resolution, ""))

    @rule(officer=sampled_from([0, 1]))
    def officer_transfers_to_the_other(self, officer: int) -> None:
        self.run(self._act(officer, console.transfer, self.officers[1 - officer].id, ""))

    @rule(to=sampled_from(["officer", "unit"]))
    def the_supervisor_transfers(self, to: str) -> None:
        self.run(self._act(2, console.transfer, self.officers[0].id if to == "officer" else self.unit_id, ""))

    @rule(officer=sampled_from([0, 1]), disabled=booleans())
    def an_officer_is_disabled_or_allowed_again(self, officer: int, disabled: bool) -> None:
        async def change() -> None:
            async with self.sessions() as session, session.begin():
                (await session.get_one(StaffMember, self.officers[officer].id)).disabled_at = self.clock if disabled else None

        self.run(change())

    @rule(officer=sampled_from([0, 1]))
    def officer_snoozes(self, officer: int) -> None:
        self.run(self._act(officer, console.snooze, self.clock + timedelta(minutes=30)))

    @rule()
    def the_caretaker_looks(self) -> None:
        self.run(self._attend())

    @rule(minutes=sampled_from([1, 11, 40]))
    def time_passes(self, minutes: int) -> None:
        self.clock += timedelta(minutes=minutes)

    @invariant()
    def the_owner_and_the_case_agree(self) -> None:
        if self.conversation_id is not None:
            self.run(self._check_owner())

    @invariant()
    def no_message_is_answered_by_both(self) -> None:
        if self.conversation_id is not None:
            self.run(self._check_answers())

    async def _act(self, officer: int, action: Any, *arguments: Any) -> None:
        """An action that the desk refuses changes nothing."""
        try:
            async with self.sessions() as session, session.begin():
                await action(Desk(session, self.outbox, self.officers[officer], self.clock), self.conversation_id, *arguments)
        except DeskError:
            pass

    async def _attend(self) -> None:
        async with self.sessions() as session, session.begin():
            await attend(session, self.outbox, self.conversation_id, self.clock)

    async def _take_next_turn(self) -> bool:
        """What the queue does: the oldest waiting message of the conversation."""
        async with self.sessions() as session:
            waiting = select(InboundMessage.id).where(InboundMessage.conversation_id == self.conversation_id, InboundMessage.state == "received")
            inbound_id = await session.scalar(waiting.order_by(InboundMessage.position).limit(1))
        if inbound_id is None:
            return False
        try:
            await self.turns.take(inbound_id)
        except TurnPostponed:
            pass
        return True

    async def _rows(self) -> tuple[Conversation, list[InboundMessage], list[OutboundMessage], list[Case]]:
        async with self.sessions() as session:
            conversation = await session.get_one(Conversation, self.conversation_id)
            lists = [
                list(await session.scalars(select(table).where(table.conversation_id == self.conversation_id)))  # type: ignore[attr-defined]
                for table in (InboundMessage, OutboundMessage, Case)
            ]
        return conversation, *lists  # type: ignore[return-value]

    async def _check_owner(self) -> None:
        conversation, _inbound, _outbound, cases = await self._rows()
        unresolved = [case for case in cases if case.state != "resolved"]
        assert len(unresolved) <= 1
        if conversation.owner == "queued":
            assert [case.state for case in unresolved] == ["open"]
        if conversation.owner == "agent" and unresolved:
            assert unresolved[0].state in {"assigned", "snoozed"} and unresolved[0].assigned_to is not None
        if conversation.owner == "bot" and unresolved:
            assert unresolved[0].state == "open" and unresolved[0].told_at is not None, "only a case that waits for the office to open"

    async def _check_answers(self) -> None:
        _conversation, inbound, outbound, _cases = await self._rows()
        by_message = {}
        for message in outbound:
            if message.inbound_id is not None and message.notice is None:
                by_message.setdefault(message.inbound_id, []).append(message)
        spoken = [message.position for message in outbound if message.author == "agent"]
        for message in inbound:
            answers = by_message.get(message.id, [])
            assert len(answers) <= 1, "answered twice"
            assert not answers or message.state in {"answered", "failed"}
            for answer in answers:
                if answer.author == "assistant":
                    between = [position for position in spoken if message.position < position < answer.position]
                    assert not between, "answered by an officer and then by the assistant"

    async def _settle_everything(self) -> None:
        """Lets everything that is due happen; then no message may be without an owner."""
        if self.conversation_id is None:
            return
        for minutes in (1, 11, 1, 1):
            self.clock += timedelta(minutes=minutes)
            await self._attend()
            while await self._take_next_turn():
                self.clock += timedelta(seconds=1)
        await self._check_owner()
        await self._check_answers()
        conversation, inbound, outbound, cases = await self._rows()
        assert not [message for message in inbound if message.state == "received"]
        if conversation.owner != "bot":
            assert [case for case in cases if case.state != "resolved"] or conversation.owner == "agent"
            return
        last_word = max((message.position for message in outbound if message.author == "agent"), default=0)
        decided = max((case.attended for case in cases if case.state == "resolved" and case.resolution in SETTLED), default=0)
        forgotten = [message.text for message in inbound if message.state == "kept" and message.position > max(last_word, decided)]
        assert forgotten == [], "kept for people who have left"
