"""What the assistant did not understand, grouped by likeness, for officers to judge. Nothing is learned by itself."""

import asyncio
import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.core.clock import VIETNAM
from integrations.core.masking import mask_text
from integrations.core.text_fitting import fold
from integrations.desk.labels import LABELS
from integrations.desk.learning.models import ReviewMark
from integrations.desk.suggestions.service import all_units
from integrations.gateway.inbox.models import InboundMessage

UNSURE = 0.6
ALIKE = 0.55
READ_AT_MOST = 2000
UNIT = "knowledge/"
NOT_ASKED = ("event_", "dialogue_")
_TOLD_NAME = re.compile(
    r"((?:[Tt]ôi|[Tt]oi|[Ee]m|[Cc]on|[Cc]háu) (?:tên )?(?:là|la) |[Tt]ên (?:tôi |em |con |cháu )?(?:là|la) )((?:[A-ZÀ-ỸĐ][a-zà-ỹđ]*\s?){2,5})"
)
FALLBACKS = ("nlu_fallback", "out_of_scope")


@dataclass
class Group:
    """Messages that say nearly the same. `example` is the first, masked; `intent` is what the assistant took most of them for."""

    example: str
    grams: Counter[str]
    length: float
    messages: list[UUID] = field(default_factory=list)
    intents: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return len(self.messages)

    @property
    def intent(self) -> str | None:
        return self.intents.most_common(1)[0][0] if self.intents else None


async def groups(session: AsyncSession, begin: datetime, end: datetime, limit: int = 50) -> list[Group]:
    """The unjudged messages of a time span that failed or were understood with little confidence, the largest group first."""
    confidence, intent = InboundMessage.understood["confidence"].as_float(), InboundMessage.understood["intent"].astext
    found = (
        select(InboundMessage)
        .outerjoin(ReviewMark, ReviewMark.inbound_id == InboundMessage.id)
        .where(
            InboundMessage.received_at >= begin, InboundMessage.received_at < end, InboundMessage.kind == "text", ReviewMark.inbound_id.is_(None),
            or_(InboundMessage.state == "failed", confidence < UNSURE, intent.in_(FALLBACKS)),
        )
        .order_by(InboundMessage.received_at.desc())
        .limit(READ_AT_MOST)
    )  # fmt: skip
    messages = (await session.scalars(found)).all()
    return (await asyncio.to_thread(_gathered, messages))[:limit]


def _gathered(messages: Sequence[InboundMessage]) -> list[Group]:
    """Thousands of messages are seconds of comparing: nothing that a process which answers citizens may do between two of them."""
    gathered: list[Group] = []
    for message in messages:
        text = masked(message.text or "")
        grams = _grams(text)
        length = _length(grams)
        group = next((group for group in gathered if _product(group.grams, grams) >= ALIKE * group.length * length > 0), None)
        if group is None:
            group = Group(text, grams, length)
            gathered.append(group)
        group.messages.append(message.id)
        understood = (message.understood or {}).get("intent")
        if understood:
            group.intents[understood] += 1
    return sorted(gathered, key=lambda group: -group.count)


async def mark(session: AsyncSession, messages: Sequence[UUID], target: str, staff_id: UUID, now: datetime) -> None:
    """What the messages of a group belong to; a message judged before keeps its judgement."""
    rows = [{"inbound_id": message, "target": target, "staff_id": staff_id, "at": now} for message in messages]
    known = set(await session.scalars(select(InboundMessage.id).where(InboundMessage.id.in_(messages))))
    if known:
        await session.execute(insert(ReviewMark).values([row for row in rows if row["inbound_id"] in known]).on_conflict_do_nothing())


async def candidates(session: AsyncSession) -> list[str]:
    """JSON lines of what officers have judged, masked, for a person to look through before anything is trained on it."""
    found = select(InboundMessage.text, ReviewMark.target, ReviewMark.at).join(ReviewMark).where(ReviewMark.target != "none").order_by(ReviewMark.at)
    return [
        json.dumps({"text": masked(text or ""), "target": target, "reviewed_on": at.astimezone(VIETNAM).date().isoformat()}, ensure_ascii=False)
        for text, target, at in await session.execute(found)
    ]


async def targets(session: AsyncSession, knowledge: Path) -> dict[str, str]:
    """What a message may belong to: every intent that there are examples of or that was ever recognised, and every knowledge unit with its question."""
    intent = InboundMessage.understood["intent"].astext
    recognised = await session.scalars(select(intent).where(intent.is_not(None)).distinct())
    written = (path.stem for path in (knowledge.parent / "training").glob("*.yml"))
    intents = {name for name in (*recognised, *written) if not name.startswith(NOT_ASKED)}
    return {f"{UNIT}{name}": question for name, question in all_units(knowledge)} | {name: LABELS["intent"].get(name, "") for name in sorted(intents)}


def masked(text: str) -> str:
    """Numbers, e-mail addresses, and the name that somebody says is theirs."""
    return _TOLD_NAME.sub(lambda told: f"{told[1]}[tên]", mask_text(text))


def _grams(text: str) -> Counter[str]:
    plain = f" {' '.join(fold(text).lower().split())} "
    return Counter(plain[start : start + 3] for start in range(len(plain) - 2))


def _product(one: Counter[str], other: Counter[str]) -> int:
    """Of two bags of three-letter pieces; divided by their lengths it is the cosine."""
    smaller, larger = (one, other) if len(one) <= len(other) else (other, one)
    return sum(count * larger[gram] for gram, count in smaller.items() if gram in larger)


def _length(grams: Counter[str]) -> float:
    return math.sqrt(sum(count * count for count in grams.values()))
