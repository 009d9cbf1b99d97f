"""Controls of the stand-in: what a citizen does, what was received, and what shall go wrong. Zalo has nothing of this."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException
from pydantic import BaseModel, Field

from integrations.sandbox.zalo.dependencies import CloudOf, DispatcherOf
from integrations.sandbox.zalo.webhooks import account_event, citizen_event

router = APIRouter(prefix="/_control", tags=["Zalo controls"])


class CitizenAct(BaseModel):
    """`event_name` as Zalo calls it. `message` overrides the message object; `copies` > 1 redelivers; `delay` sends it from the background."""

    event_name: str = "user_send_text"
    text: str | None = None
    message: dict[str, Any] | None = None
    extra: dict[str, Any] = Field(default_factory=dict)
    copies: int = Field(1, ge=1, le=20)
    delay: float = Field(0, ge=0, le=7200)


@router.post("/citizens/{user_id}/events")
async def act(user_id: str, act: CitizenAct, cloud: CloudOf, dispatcher: DispatcherOf) -> dict[str, Any]:
    """A citizen writes, follows, sends a picture…: the gateway gets a signed event. Answers with its message id and the gateway's statuses."""
    message = act.message
    if act.event_name.startswith("user_send_") and message is None:
        message = {"text": act.text or ""} if act.event_name == "user_send_text" else _media(act.event_name)
    if act.event_name in ("follow", "unfollow"):
        cloud.citizen(user_id).follows = act.event_name == "follow"
    if act.event_name != "unfollow":
        cloud.hear(user_id)
    event = citizen_event(cloud, user_id, act.event_name, message, act.extra)
    msg_id = event.get("message", {}).get("msg_id")
    if act.delay:
        for _ in range(act.copies):
            dispatcher.later(event, act.delay)
        return {"msg_id": msg_id, "statuses": []}
    return {"msg_id": msg_id, "statuses": await dispatcher.send(event, act.copies)}


def _media(event_name: str) -> dict[str, Any]:
    kind = event_name.removeprefix("user_send_")
    return {"attachments": [{"type": kind, "payload": {"url": f"https://zalo.invalid/{kind}", "thumbnail": "https://zalo.invalid/thumbnail"}}]}


@router.post("/citizens/{user_id}/press/{button}")
async def press(user_id: str, button: int, cloud: CloudOf, dispatcher: DispatcherOf) -> dict[str, Any]:
    """Presses a button (from 0) of the last message: an `oa.query.show` button makes the citizen say its payload."""
    sent = [taken for taken in cloud.taken if taken.user_id == user_id]
    buttons = sent[-1].message.get("attachment", {}).get("payload", {}).get("buttons", []) if sent else []
    if button >= len(buttons):
        raise HTTPException(404, "the last message has no such button")
    return await act(user_id, CitizenAct(text=buttons[button]["payload"]), cloud, dispatcher)


@router.post("/citizens/{user_id}/seen")
async def see(user_id: str, cloud: CloudOf, dispatcher: DispatcherOf) -> dict[str, Any]:
    """The citizen opens the chat: a seen receipt of the last message."""
    sent = [taken for taken in cloud.taken if taken.user_id == user_id]
    if not sent:
        raise HTTPException(404, "nothing was sent")
    return {"statuses": await dispatcher.send(account_event(cloud, sent[-1], "user_seen_message"))}


@router.post("/citizens/{user_id}/officer")
async def officer_writes(user_id: str, text: Annotated[str, Body(embed=True)], cloud: CloudOf, dispatcher: DispatcherOf) -> dict[str, Any]:
    """An officer answers in Zalo's own console: the gateway only sees the echo."""
    taken = cloud.take(user_id, {"text": text})
    return {"message_id": taken.message_id, "statuses": await dispatcher.send(account_event(cloud, taken, "oa_send_text"))}


@router.get("/messages")
async def messages(cloud: CloudOf, user_id: str | None = None) -> list[dict[str, Any]]:
    """What citizens received, in order."""
    return [asdict(taken) for taken in cloud.taken if user_id in (None, taken.user_id)]


@router.post("/hold")
async def hold(dispatcher: DispatcherOf) -> dict[str, Any]:
    """Keeps every event back until `release`."""
    dispatcher.holding = True
    return {"holding": True}


@router.post("/release")
async def release(dispatcher: DispatcherOf, order: Annotated[list[int] | None, Body(embed=True)] = None) -> dict[str, Any]:
    """Delivers the held events, newest first or in `order`."""
    return {"statuses": await dispatcher.release(order)}


@router.post("/tokens")
async def issue_tokens(cloud: CloudOf) -> dict[str, str]:
    """A pair of tokens as an administrator's consent gives it."""
    return cloud.tokens.issue(cloud.now())


@router.delete("/tokens")
async def revoke_tokens(cloud: CloudOf) -> dict[str, Any]:
    """Every access token is refused from now on; refresh tokens stay."""
    cloud.tokens.revoke_access(cloud.now())
    return {"revoked": True}


@router.post("/paid-quota")
async def set_paid_quota(left: Annotated[int, Body(embed=True)], cloud: CloudOf) -> dict[str, Any]:
    cloud.paid_left = left
    return {"paid_left": left}


@router.get("/state")
async def state(cloud: CloudOf, dispatcher: DispatcherOf) -> dict[str, Any]:
    """Counters for a test: requests, messages taken, events held and given up."""
    return {
        "requests": cloud.requests,
        "taken": len(cloud.taken),
        "paid_left": cloud.paid_left,
        "held": len(dispatcher.held),
        "given_up": dispatcher.given_up,
        "citizens": {user_id: asdict(citizen) for user_id, citizen in cloud.citizens.items()},
    }
