"""Whether a message is one of our own choices (then the bot gets its payload) or free text (never a command, whatever it begins with)."""

from collections.abc import Sequence

from integrations.channels.base import Choice
from integrations.channels.ussd import CHANNEL as USSD
from integrations.core.choices import chosen
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.sms.words import as_payload, as_sentence
from integrations.gateway.ussd.dialogue import OWN_CHOICES

EVENT_PAYLOADS = {"followed": "/greet"}


def interpret(
    inbound: InboundMessage, last_offered: Sequence[Choice], offered_before: Sequence[Choice], *, in_journey: bool = False
) -> tuple[str | None, str | None]:
    """`(text, payload)`, exactly one of them set.

    A pressed button counts when it was offered in this session, also if newer choices stand below it; else its title is read as text.
    On USSD the menu's choices are always offered.
    """
    if inbound.kind == "event":
        return None, inbound.payload or EVENT_PAYLOADS[str(inbound.event)]
    always_offered = OWN_CHOICES if inbound.channel == USSD else ()
    if inbound.kind == "payload" and any(choice.payload == inbound.payload for choice in (*last_offered, *offered_before, *always_offered)):
        return None, inbound.payload
    text = inbound.text or ""
    payload = chosen(text, [(choice.title, choice.payload) for choice in last_offered]) or as_payload(inbound.channel, text)
    return (None, payload) if payload is not None else (as_sentence(inbound.channel, text, in_journey=in_journey), None)
