"""One turn as an action sees it: what was typed or chosen, when, and on which channel."""

import hashlib
import re
from datetime import datetime
from functools import cached_property
from typing import Any

from rasa_sdk import Tracker

from actions.common.wording import contained_meanings, exact_meaning
from integrations.core.lodging_deadline import VIETNAM
from integrations.core.phone import PLAIN_PHONE_CHANNELS
from integrations.core.questions import reads_like_question
from integrations.core.text import fold, nfc

FALLBACK_INTENT = "nlu_fallback"
WHO_SPEAKS = "bot_identity"


def now(tracker: Tracker) -> datetime:
    """The moment the gateway received this message, in Vietnamese time: the only clock actions have."""
    return Turn(tracker).now


def idempotency_key(tracker: Tracker, action: str, step: str) -> str:
    """The same for a repeat of the same message, action and step (docs/contracts.md)."""
    parts = (tracker.sender_id, Turn(tracker).message_id, action, step)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _bare(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s/:.-]|[.?!,]+$", " ", text)).strip(" .-")


class Turn:
    """A read-only view of the tracker's latest message and slots."""

    def __init__(self, tracker: Tracker) -> None:
        self.tracker = tracker
        self._message: dict[str, Any] = tracker.latest_message or {}
        self.metadata: dict[str, Any] = self._message.get("metadata") or {}

    @cached_property
    def chosen(self) -> bool:
        """Whether this is one of our own choices (a payload) and not what somebody typed."""
        return (self._message.get("text") or "").startswith("/")

    @cached_property
    def text(self) -> str:
        """What was typed; empty for a choice."""
        return "" if self.chosen else (self._message.get("text") or "").strip()

    @cached_property
    def folded(self) -> str:
        """The typed text without diacritics, punctuation and case, but with the marks that numbers and dates need."""
        return _bare(fold(self.text))

    @cached_property
    def said(self) -> str:
        """The same with the diacritics that were typed: what tells "đừng" from "đúng"."""
        return _bare(nfc(self.text).lower())

    @cached_property
    def ranking(self) -> list[tuple[str, float]]:
        """Intents with confidence, the likeliest first, without the fallback."""
        ranked = self._message.get("intent_ranking") or [self._message.get("intent") or {}]
        return [(entry["name"], float(entry.get("confidence") or 0)) for entry in ranked if entry.get("name") and entry["name"] != FALLBACK_INTENT]

    @cached_property
    def named_intent(self) -> str | None:
        """The journey whose own name is the whole message: our texts tell citizens to write it, so it needs no classifier.

        Who has two matters says which comes first: "khai lưu trú trước".
        """
        return None if self.chosen else exact_meaning("journeys", self.folded.removesuffix(" truoc"))

    @cached_property
    def asks_who_speaks(self) -> bool:
        """Whether it asks if a person or a machine answers; the classifier takes "người thật hay máy" for the wish to meet a person."""
        return not self.chosen and contained_meanings("who_speaks", self.folded) == ["machine_or_person"]

    @property
    def intent(self) -> str:
        """The journey that is named, else the likeliest intent, even below the fallback's threshold."""
        if self.asks_who_speaks:
            return WHO_SPEAKS
        return self.named_intent or (self.ranking[0][0] if self.ranking else "")

    @property
    def confidence(self) -> float:
        """Of `intent`."""
        return 1.0 if self.named_intent or self.asks_who_speaks else self.ranking[0][1] if self.ranking else 0.0

    @property
    def acted_intent(self) -> str:
        """The intent that rules see: the fallback when the classifier was unsure."""
        return (self._message.get("intent") or {}).get("name") or ""

    @cached_property
    def is_question(self) -> bool:
        """Whether it reads like a question."""
        return reads_like_question(self.text)

    @property
    def previous_intent(self) -> str:
        """What the citizen's message before this one was understood as; empty for the first one."""
        messages = [event for event in self.tracker.events if event.get("event") == "user"]
        before = messages[-2] if len(messages) > 1 else {}
        return ((before.get("parse_data") or {}).get("intent") or {}).get("name") or ""

    def entity(self, name: str) -> Any | None:
        """The first value of an entity, or None."""
        return next((found["value"] for found in self._message.get("entities") or [] if found.get("entity") == name), None)

    @property
    def answer(self) -> str | None:
        """The value that a choice of ours carries (`/inform{"answer": "household"}`)."""
        value = self.entity("answer") if self.chosen else None
        return None if value is None else str(value)

    @property
    def details(self) -> str:
        """What stood behind a short-code word that opens a journey ("LUUTRU …"); empty without one."""
        return str(self.entity("details") or "") if self.chosen else ""

    def saying(self, text: str) -> "Turn":
        """This turn as if `text`, a part of the message, had been typed alone. Nothing is classified."""
        part = Turn(self.tracker)
        part._message = {"text": text}
        return part

    @cached_property
    def now(self) -> datetime:
        """See `now()`."""
        stamp = self.metadata.get("received_at")
        if not stamp:
            raise ValueError("the turn carries no received_at")
        return datetime.fromisoformat(stamp).astimezone(VIETNAM)

    @property
    def message_id(self) -> str:
        """The gateway's id of this message."""
        return str(self.metadata.get("message_id") or self._message.get("message_id") or "")

    @property
    def has_number(self) -> bool:
        """Whether the citizen writes or dials from a number, which only the gateway knows."""
        return self.metadata.get("channel") in PLAIN_PHONE_CHANNELS

    @property
    def language(self) -> str:
        """`vi` or `en`."""
        return self.tracker.get_slot("language") or "vi"

    def events_of_turn(self) -> list[dict[str, Any]]:
        """Tracker events since the citizen's message."""
        events = self.tracker.events
        start = next((index for index in range(len(events) - 1, -1, -1) if events[index].get("event") == "user"), -1)
        return events[start + 1 :]
