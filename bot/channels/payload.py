"""The payload of a choice that we offered ourselves: `/intent` or `/intent{"entity": value}`."""

from __future__ import annotations

import json
import re
from typing import Any, Dict, Text

from rasa.shared.core.domain import Domain

_FORM = re.compile(r"/(?P<intent>[a-z][a-z0-9_]{0,63})(?P<entities>\{.*\})?", re.DOTALL)
# Rasa gives these a meaning of its own (forget the conversation, undo); ours have other names.
_RESERVED = frozenset({"restart", "back", "session_start"})


class PayloadError(ValueError):
    """Not a payload that this bot could have offered; the message says why, without repeating it."""


def parse_payload(payload: Text, domain: Domain) -> Dict[Text, Any]:
    """Rasa parse data with confidence 1. Raises PayloadError for another form, an unknown intent or an unknown entity."""
    form = _FORM.fullmatch(payload)
    if not form:
        raise PayloadError("not of the form /intent{json}")
    intent = form["intent"]
    if intent in _RESERVED or intent not in domain.intents:
        raise PayloadError("unknown intent")
    try:
        values = json.loads(form["entities"] or "{}")
    except ValueError as error:
        raise PayloadError("entities are not JSON") from error
    if not set(values) <= set(domain.entities):
        raise PayloadError("unknown entity")
    entities = [{"entity": name, "value": value} for name, value in values.items()]
    recognised = {"name": intent, "confidence": 1.0}
    return {"text": payload, "intent": recognised, "intent_ranking": [recognised], "entities": entities}
