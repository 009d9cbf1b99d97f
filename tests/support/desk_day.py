"""`python -m tests.support.desk_day`: fills a desk with the invented people of `desk_day.yml`, for pictures of its views."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import yaml
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.desk.accounts import service as accounts
from integrations.desk.accounts.models import StaffMember, StaffUnit
from integrations.desk.canned import service as canned
from integrations.desk.console.models import CaseNote, Mention
from integrations.desk.office import service as office
from integrations.desk.reports.suppression import FINISHED, OUTCOMES
from integrations.desk.satisfaction.models import Satisfaction
from integrations.gateway.conversation.models import Case, Conversation, JourneyRun
from integrations.gateway.database import create_engine, create_sessions
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.internal.models import Ticket
from integrations.gateway.outbox.models import OutboundMessage
from integrations.gateway.settings import get_settings
from tests.support.pages import PASSWORD

OWNERS = {"open": "queued", "assigned": "agent", "snoozed": "agent", "resolved": "bot"}
WRITERS = {"a": "assistant", "s": "system", "o": "agent"}
Row = dict[str, Any]


class Day:
    """One filling of one database. `now` is the moment that the pictures show."""

    def __init__(self, session: AsyncSession, now: datetime, content: Row) -> None:
        self.session, self.now, self.content = session, now, content
        self.staff: dict[str, StaffMember] = {}
        self.units: dict[str, UUID] = {}

    async def fill(self) -> None:
        await self.people()
        for story in self.content["stories"]:
            await self.story(story)
        for fields in self.content["tickets"]:
            self.ticket(await self.conversation("web", self.now), fields)
        await self.last_week(self.content["week"])

    async def people(self) -> None:
        for name, communes in self.content["units"].items():
            unit = StaffUnit(id=uuid4(), name=name, communes=communes)
            self.units[name] = unit.id
            self.session.add(unit)
        await self.session.flush()
        for username, about in self.content["staff"].items():
            member = await accounts.add_member(
                self.session, username=username, display_name=about["name"], role=about["role"], password=PASSWORD, now=self.now, temporary=False
            )
            member.unit_id, member.last_seen_at, member.available = self.units.get(about.get("unit")), self.now, not about.get("away", False)
            self.staff[username] = member
        boss = self.staff["huong"].id
        for code, text in self.content["replies"].items():
            await canned.save(self.session, code, text, None, boss, self.now)
        notice = {"text": self.content["notice"], "until": (self.now + timedelta(hours=3)).isoformat()}
        await office.save(self.session, "notice", notice, boss, self.now)

    async def conversation(self, channel: str, at: datetime, **values: object) -> Conversation:
        address = uuid4().hex
        made = Conversation(
            id=uuid4(), channel=channel, address=address, address_index=address, owner_since=at, created_at=at, last_inbound_at=at, language="vi",
            **{"owner": "bot", "state": {}, "next_position": 100} | values,
        )  # fmt: skip
        self.session.add(made)
        await self.session.flush()
        return made

    async def story(self, story: Row) -> None:
        opened = self.now - timedelta(minutes=story["minutes"])
        state, officer = story["state"], self.staff.get(story.get("officer", ""))
        spoken = await self.conversation(story["channel"], opened, owner=OWNERS[state], state=story.get("state_of_bot", {}))
        case = Case(
            id=uuid4(), conversation_id=spoken.id, reason=story["reason"], summary=story.get("summary"), state=state, opened_at=opened, told_at=opened,
            attended=99, assigned_to=officer and officer.id, assigned_at=officer and opened + timedelta(minutes=3),
        )  # fmt: skip
        for number, line in enumerate(story["said"]):
            self.line(spoken, case, number, line, opened + timedelta(seconds=20 * number), officer)
        if any("o" in line for line in story["said"]):
            case.first_reply_at = opened + timedelta(minutes=4)
        if state == "snoozed":
            case.snoozed_until = self.now + timedelta(hours=4)
        if state == "resolved":
            case.resolved_at, case.resolution, case.label = self.now - timedelta(minutes=30), "solved", "vneid"
        self.session.add(case)
        await self.session.flush()
        if "score" in story:
            asked = {"asked_at": self.now - timedelta(minutes=30), "closed_at": self.now, "score": story["score"], "comment": story["comment"]}
            self.session.add(Satisfaction(case_id=case.id, conversation_id=spoken.id, staff_id=officer and officer.id, **asked))
        if "ticket" in story:
            self.ticket(spoken, story["ticket"])
        if "mention" in story:
            note = (await self.session.scalars(select(CaseNote).where(CaseNote.conversation_id == spoken.id))).one()
            self.session.add(Mention(note_id=note.id, staff_id=self.staff[story["mention"]].id))

    def line(self, spoken: Conversation, case: Case, number: int, line: Row, at: datetime, officer: StaffMember | None) -> None:
        where = {"conversation_id": spoken.id, "position": number + 1}
        if "c" in line:
            self.inbound(where, spoken.channel, line["c"], at, "kept" if "intent" not in line else "answered", line.get("intent"), line.get("confidence"))
        elif "n" in line:
            self.session.add(CaseNote(**where, author_id=officer and officer.id, body=line["n"], created_at=at))
        else:
            [writer] = set(line) & set(WRITERS)
            self.session.add(OutboundMessage(
                **where, channel=spoken.channel, author=WRITERS[writer], text=line[writer], created_at=at, state=line.get("delivery", "sent"),
                choices=[{"title": title, "payload": "/x"} for title in line.get("choices", ())] or None, reason=line.get("trouble"), code=line.get("code"),
                staff_id=officer.id if officer and writer == "o" else None,
            ))  # fmt: skip

    def inbound(self, where: Row, channel: str, text: str, at: datetime, state: str, intent: str | None, confidence: float | None) -> None:
        understood = None if intent is None else {"intent": intent, "confidence": confidence}
        self.session.add(InboundMessage(
            **where, channel=channel, provider_message_id=uuid4().hex, kind="text", text=text, state=state, understood=understood, occurred_at=at,
            received_at=at, answered_at=at,
        ))  # fmt: skip

    def ticket(self, spoken: Conversation, fields: Row, made: datetime | None = None) -> None:
        made = made or self.now - timedelta(days=1)
        visit, done = fields.get("visit"), fields.get("done")
        team = next((name for name, communes in self.content["units"].items() if fields.get("commune", "").split(" ", 1)[-1] in communes), None)
        self.session.add(Ticket(
            code=f"HT-{uuid4().hex[:6].upper()}", idempotency_key=uuid4().hex, request_hash="-", conversation_id=spoken.id, kind=fields["kind"],
            contact_name=fields.get("name"), phone=fields["phone"], commune=fields.get("commune"), hamlet=fields.get("hamlet"), reason=fields["reason"],
            preferred_time=fields.get("time"), due_at=self.now + timedelta(days=fields["due"]), created_at=made, unit_id=self.units.get(team),
            visit_at=self.now + timedelta(hours=visit) if visit else None, assigned_to=self.staff["doan"].id if visit else None,
            state="done" if done else "assigned" if visit else "open", result=done, closed_at=made + timedelta(hours=20) if done else None,
        ))  # fmt: skip

    async def last_week(self, week: Row) -> None:
        """Figures enough that charts and tables have something to show, spread over the days."""
        begin = self.now - timedelta(days=self.now.weekday() + 7)
        intents = cycle([name for name, count in week["intents"].items() for _ in range(count)])
        people: list[Conversation] = []
        for channel, (wrote, asked) in week["channels"].items():
            for number, intent in enumerate(islice(intents, wrote)):
                at = begin + timedelta(days=number % 5, minutes=number)
                one = await self.conversation(channel, at)
                people.append(one)
                self.inbound({"conversation_id": one.id, "position": 1}, channel, "Tôi muốn hỏi", at, "answered", intent, 0.9)
                if number < asked:
                    await self.helped(one, at, number)
        self.runs(people, week["journeys"], begin)
        for commune, count in week["communes"].items():
            for number in range(count):
                kind, ending = ("home_visit", "call_back", "wrong_data")[number % 3], {"due": -1} if number % 4 == 0 else {"due": 1, "done": "Đã xong"}
                self.ticket(people[11 * number % len(people)], {"kind": kind, "commune": commune, "phone": "0912345678", "reason": "Cần giúp", **ending}, begin)
        for text, count in week["not_understood"].items():
            for number in range(count):
                where = {"conversation_id": people[number].id, "position": 2 + list(week["not_understood"]).index(text)}
                self.inbound(where, people[number].channel, text, begin + timedelta(days=number % 5), "answered", "nlu_fallback", 0.3)

    async def helped(self, one: Conversation, at: datetime, number: int) -> None:
        officer = self.staff[("lan", "minh")[number % 2]]
        case = Case(
            id=uuid4(), conversation_id=one.id, reason=("asked", "failed_twice", "asked", "angry")[number % 4], state="resolved", opened_at=at,
            assigned_to=officer.id, assigned_at=at + timedelta(minutes=2 + number % 19), first_reply_at=at + timedelta(minutes=3 + number % 19),
            resolved_at=at + timedelta(hours=1), resolution="solved",
        )  # fmt: skip
        self.session.add(case)
        await self.session.flush()
        score = (5, 4, 5, 3, 5, 4, 2)[number % 7]
        self.session.add(Satisfaction(case_id=case.id, conversation_id=one.id, staff_id=officer.id, asked_at=at, closed_at=at, score=score))

    def runs(self, people: list[Conversation], journeys: dict[str, dict[str, int]], begin: datetime) -> None:
        for journey, ends in journeys.items():
            for end, count in ends.items():
                outcome, step = (end, None) if end in (*FINISHED, *OUTCOMES) else ("abandoned", end)
                for number in range(count):
                    at = begin + timedelta(days=number % 5, hours=1)
                    self.session.add(
                        JourneyRun(
                            conversation_id=people[7 * number % len(people)].id,
                            journey=journey,
                            step=step,
                            started_at=at,
                            last_at=at,
                            ended_at=at,
                            outcome=outcome,
                        )
                    )


async def fill() -> None:
    settings = get_settings()
    engine = create_engine(settings.gateway_database_url, settings.keyring, 1)
    content = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    async with create_sessions(engine)() as session, session.begin():
        await Day(session, settings.now(), content).fill()
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(fill())
