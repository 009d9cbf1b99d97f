"""Zalo's webhook events as our values. Unknown event names mean None: Zalo adds names, and they are answered 200."""

from typing import Any

from integrations.channels.base import EventName, Inbound, MalformedRequest, Parsed, Receipt, ReceiptState, StaffEcho
from integrations.channels.zalo_oa.signature import instant

CHANNEL = "zalo"
MAX_TEXT = 10_000

_MEDIA = frozenset(f"user_send_{kind}" for kind in ("image", "file", "audio", "video", "gif", "sticker", "business_card", "location"))
_ECHOES = frozenset(f"oa_send_{kind}" for kind in ("text", "image", "file", "sticker", "gif", "list"))
_RECEIPTS: dict[str, ReceiptState] = {"user_received_message": "delivered", "user_seen_message": "seen"}
_FOLLOWS: dict[str, EventName] = {"follow": "followed", "unfollow": "unfollowed"}
_CONTACT_FIELDS = ("name", "phone", "address", "city", "district", "ward")


def parse(event: dict[str, Any]) -> Parsed:
    """What an event means. Raises `MalformedRequest` when an event we know lacks what it must carry."""
    name = event.get("event_name")
    if not isinstance(name, str):
        return None
    if name in ("user_send_text", "user_send_link") or name in _MEDIA:
        return _message(name, event)
    if name in _FOLLOWS:
        return _inbound_event(event, _FOLLOWS[name], _text_at(event, "follower", "id"))
    if name == "user_submit_info":
        return _inbound_event(event, "contact_shared", _text_at(event, "sender", "id"), _contact(event))
    if name in _RECEIPTS:
        return _receipt(name, event)
    if name in _ECHOES:
        message = _object(event, "message")
        return StaffEcho(
            CHANNEL, _text_at(event, "message", "msg_id"), _text_at(event, "recipient", "id"), instant(event.get("timestamp")), message.get("text")
        )
    return None


def _message(name: str, event: dict[str, Any]) -> Inbound:
    text = _object(event, "message").get("text")
    if text is not None and not isinstance(text, str):
        raise MalformedRequest("message.text is not a string")
    if name == "user_send_text" and text is None:
        raise MalformedRequest("message.text is missing")
    return Inbound(
        channel=CHANNEL,
        provider_message_id=_text_at(event, "message", "msg_id"),
        address=_text_at(event, "sender", "id"),
        kind="media" if name in _MEDIA or (not text and name == "user_send_link") else "text",
        raw_event=name,
        occurred_at=instant(event.get("timestamp")),
        text=text[:MAX_TEXT] if text else text,
    )


def _inbound_event(event: dict[str, Any], meaning: EventName, address: str, data: tuple[tuple[str, str], ...] = ()) -> Inbound:
    """These carry no message id; a redelivery repeats the body, so name, citizen and time identify it."""
    name, timestamp = event["event_name"], event.get("timestamp")
    return Inbound(CHANNEL, f"{name}:{address}:{timestamp}", address, "event", name, instant(timestamp), event=meaning, data=data)


def _contact(event: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    info = _object(event, "info")
    return tuple((field, str(info[field])[:200]) for field in _CONTACT_FIELDS if info.get(field))


def _receipt(name: str, event: dict[str, Any]) -> Receipt:
    """Also the flat form of template messages, where sender, recipient and msg_id stand at the top."""
    message = event["message"] if isinstance(event.get("message"), dict) else event
    references = message.get("msg_ids") or [message.get("msg_id")]
    if not isinstance(references, list) or not all(isinstance(reference, str) and reference for reference in references):
        raise MalformedRequest("msg_id is missing")
    recipient = event.get("recipient")
    address = recipient.get("id") if isinstance(recipient, dict) else recipient
    return Receipt(CHANNEL, tuple(references), _RECEIPTS[name], instant(event.get("timestamp")), name, address=address if isinstance(address, str) else None)


def _object(event: dict[str, Any], key: str) -> dict[str, Any]:
    value = event.get(key)
    if not isinstance(value, dict):
        raise MalformedRequest(f"{key} is missing")
    return value


def _text_at(event: dict[str, Any], key: str, field: str) -> str:
    value = _object(event, key).get(field)
    if not isinstance(value, str) or not 0 < len(value) <= 200:
        raise MalformedRequest(f"{key}.{field} is missing")
    return value
