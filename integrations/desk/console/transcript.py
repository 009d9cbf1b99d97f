"""The whole conversation as an officer sees it: both directions, what the assistant understood, and what became of each message."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.core.masking import mask_text
from integrations.desk.accounts.models import StaffMember
from integrations.desk.console.models import CaseNote
from integrations.desk.console.remedies import OTHER_WAY, remedy
from integrations.desk.labels import label
from integrations.desk.texts import Words
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.outbox.models import OutboundMessage

LOW_CONFIDENCE = 0.6
KIOSK_RESULT = "verification_result"
HOTLINE = re.compile(r"(1900[ .]?0368)")


@dataclass(frozen=True)
class Entry:
    """One line. `understood` is the intent and its confidence; `trouble` is why a delivery failed, in the provider's words.

    `kiosk_result` is what a kiosk found, which arrives by itself: who answers the citizen has to see it as the assistant would.
    """

    position: int
    author: str
    text: str
    at: datetime
    name: str | None = None
    kind: str = "text"
    choices: tuple[str, ...] = ()
    intent: str | None = None
    confidence: float | None = None
    unanswered: bool = False
    message_id: UUID | None = None
    delivery: str | None = None
    trouble: str | None = None
    remedy: str | None = None
    redacted: tuple[str, ...] = ()
    kiosk_result: str | None = None

    def said_in(self, language: str) -> str:
        """The line's words, for a reader of this language."""
        return label(language, "kiosk_result", self.kiosk_result) if self.kiosk_result else self.text

    @property
    def may_be_sent_again(self) -> bool:
        """Where the channel will not take it again there is no button that says so."""
        return self.trouble is not None and self.remedy != OTHER_WAY

    @property
    def unsure(self) -> bool:
        return self.confidence is not None and self.confidence < LOW_CONFIDENCE


async def entries_after(session: AsyncSession, conversation_id: UUID, position: int, *, revealed: bool = False) -> list[Entry]:
    """Everything after a position, oldest first. Long numbers are masked unless `revealed`."""
    inbound = select(InboundMessage).where(InboundMessage.conversation_id == conversation_id, InboundMessage.position > position)
    outbound = (
        select(OutboundMessage, StaffMember.display_name)
        .outerjoin(StaffMember, StaffMember.id == OutboundMessage.staff_id)
        .where(OutboundMessage.conversation_id == conversation_id, OutboundMessage.position > position)
    )
    notes = (
        select(CaseNote, StaffMember.display_name)
        .outerjoin(StaffMember, StaffMember.id == CaseNote.author_id)
        .where(CaseNote.conversation_id == conversation_id, CaseNote.position > position)
    )
    lines = [_inbound(message, revealed) for message in await session.scalars(inbound)]
    lines += [_outbound(message, name, revealed) for message, name in await session.execute(outbound)]
    lines += [Entry(note.position, "note", _shown(note.body, revealed), note.created_at, name) for note, name in await session.execute(notes)]
    return sorted(lines, key=lambda line: line.position)


def _inbound(message: InboundMessage, revealed: bool) -> Entry:
    understood: dict[str, Any] = message.understood or {}
    found = (message.event_data or {}).get("outcome") if message.event == KIOSK_RESULT else None
    return Entry(
        position=message.position, author="citizen", text=_shown(message.text or message.event or "", revealed), at=message.received_at, kind=message.kind,
        intent=understood.get("intent"), confidence=understood.get("confidence"), unanswered=message.state == "failed", redacted=tuple(message.redacted),
        kiosk_result=found,
    )  # fmt: skip


def _outbound(message: OutboundMessage, name: str | None, revealed: bool) -> Entry:
    failed = message.state in {"dead", "ambiguous"}
    return Entry(
        position=message.position, author=message.author, name=name, text=_shown(message.text, revealed), at=message.created_at,
        choices=tuple(_shown(choice["title"], revealed) for choice in message.choices or ()), message_id=message.id, delivery=message.state,
        trouble=_shown(message.reason or "–", revealed) if failed else None, remedy=remedy(message.channel, message.state, message.code) if failed else None,
    )  # fmt: skip


def as_text(entry: Entry, words: Words) -> str:
    """One line of a file. What somebody wrote over several lines stays behind its bar: it is nobody else's line, and nothing that a spreadsheet computes."""
    who = f"{label(words.language, 'author', entry.author)} {entry.name or ''}".rstrip()
    said = "\n    | ".join(" ".join(line.split("\t")) for line in entry.said_in(words.language).splitlines())
    return f"{words.moment(entry.at)} · {who}: {said}"


def _shown(text: str, revealed: bool) -> str:
    """Long numbers masked, but for the public hotline."""
    return text if revealed else "".join(part if HOTLINE.fullmatch(part) else mask_text(part) for part in HOTLINE.split(text))
