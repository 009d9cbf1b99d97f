"""Our replies as Zalo messages: one message a turn, because only eight replies are free; choices as buttons that say their title."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from integrations.channels.base import Choice, Reply, offered_choices
from integrations.core.text_fitting import Coding, split_numbered, units

MAX_TEXT = 2_000
MAX_BUTTONS = 5
MAX_TITLE = 100


def compose(replies: Sequence[Reply]) -> tuple[Reply, ...]:
    """All bubbles of a turn in one message of at most 2,000 UTF-16 units, rarely more; the choices stand under the last one.

    Five choices become buttons. When there are more, all of them are also listed with the numbers a citizen may type.
    """
    choices = offered_choices(replies)
    texts = [reply.text.strip() for reply in replies if reply.text.strip()]
    if len(choices) > MAX_BUTTONS or (choices and not texts):
        texts.append("\n".join(f"{number}. {choice.title}" for number, choice in enumerate(choices, 1)))
    text = unicodedata.normalize("NFC", "\n\n".join(texts))
    pieces = split_numbered(text, MAX_TEXT, lambda piece: units(piece, Coding.UCS2)) if text else []
    return tuple(Reply(piece, choices[:MAX_BUTTONS] if piece is pieces[-1] else ()) for piece in pieces)


def request_body(user_id: str, message: Reply) -> dict[str, Any]:
    """The JSON of `POST /v3.0/oa/message/cs`."""
    content: dict[str, Any] = {"text": message.text}
    if message.choices:
        content["attachment"] = {"type": "template", "payload": {"buttons": [_button(choice) for choice in message.choices]}}
    return {"recipient": {"user_id": user_id}, "message": content}


def _button(choice: Choice) -> dict[str, str]:
    """`oa.query.show` makes the citizen say the payload; the gateway recognises the title, so no command of ours travels."""
    title = choice.title if len(choice.title) <= MAX_TITLE else choice.title[: MAX_TITLE - 1].rsplit(" ", 1)[0] + "…"
    return {"title": title, "type": "oa.query.show", "payload": choice.title}
