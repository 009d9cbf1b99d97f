"""What Zalo refuses in a consultation message, as (error, message); the numbers are those of the error table of the OA API."""

from typing import Any

from integrations.sandbox.zalo.cloud import OPEN_SECONDS, ZaloCloud

MAX_TEXT = 2_000
MAX_BUTTONS = 5
MAX_TITLE = 100
MAX_QUERY = 1_000
BUTTON_TYPES = {"oa.query.show", "oa.query.hide", "oa.open.url", "oa.open.sms", "oa.open.phone"}

Refusal = tuple[int, str]
INVALID: Refusal = (-201, "Params is invalid")
TOO_LARGE: Refusal = (-210, "Parameter exceeds the limit")


def refusal(cloud: ZaloCloud, body: Any) -> Refusal | None:
    """None when Zalo would take the message."""
    if not isinstance(body, dict) or not isinstance(body.get("recipient"), dict) or not isinstance(body.get("message"), dict):
        return INVALID
    user_id = body["recipient"].get("user_id")
    if not isinstance(user_id, str) or not user_id:
        return INVALID
    return _content(body["message"]) or _window(cloud, user_id)


def _content(message: dict[str, Any]) -> Refusal | None:
    text, attachment = message.get("text"), message.get("attachment")
    if text is not None and not isinstance(text, str):
        return INVALID
    if not text and not attachment:
        return INVALID
    if text and len(text.encode("utf-16-le")) // 2 > MAX_TEXT:
        return TOO_LARGE
    if attachment is None:
        return None
    if not isinstance(attachment, dict) or attachment.get("type") not in ("template", "file") or not isinstance(attachment.get("payload"), dict):
        return INVALID
    buttons = attachment["payload"].get("buttons", [])
    if not isinstance(buttons, list):
        return INVALID
    if len(buttons) > MAX_BUTTONS or len(attachment["payload"].get("elements", [])) > MAX_BUTTONS:
        return TOO_LARGE
    return next((problem for button in buttons if (problem := _button(button))), None)


def _button(button: Any) -> Refusal | None:
    if not isinstance(button, dict) or button.get("type") not in BUTTON_TYPES or not isinstance(button.get("title"), str) or not button["title"]:
        return INVALID
    payload = button.get("payload")
    if button["type"].startswith("oa.query") and (not isinstance(payload, str) or not payload):
        return INVALID
    if len(button["title"]) > MAX_TITLE or (isinstance(payload, str) and len(payload) > MAX_QUERY):
        return TOO_LARGE
    return None


def _window(cloud: ZaloCloud, user_id: str) -> Refusal | None:
    citizen = cloud.citizens.get(user_id)
    if citizen is None or citizen.heard_at is None:
        return -232, "User has not interacted with the OA, or the interaction has expired"
    if citizen.blocked:
        return -227, "User is banned or has been inactive for more than 45 days"
    if not citizen.follows:
        return -213, "User has not followed the OA"
    if cloud.now() >= citizen.heard_at + OPEN_SECONDS:
        return -230, "User has not interacted with the OA in the past 7 days"
    if not cloud.is_free(citizen) and cloud.paid_left <= 0:
        return -211, "Out of quota"
    return None
