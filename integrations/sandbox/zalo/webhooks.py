"""Events from Zalo to the gateway: signed over the raw body, repeated with the same body until they are answered 200 within two seconds."""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from typing import Any

import httpx

from integrations.sandbox.zalo.cloud import TakenMessage, ZaloCloud

ANSWER_WITHIN = 2.0
RETRY_AFTER = (30, 300, 900, 1800, 3600)


class Dispatcher:
    """Delivers events in the order they are given. `hold` keeps them back so that they can be released in another order."""

    def __init__(self, cloud: ZaloCloud, client: httpx.AsyncClient) -> None:
        self._cloud = cloud
        self._client = client
        self._tasks: set[asyncio.Task[None]] = set()
        self.holding = False
        self.held: list[bytes] = []
        self.given_up = 0

    async def send(self, event: dict[str, Any], copies: int = 1) -> list[int]:
        """Delivers the event `copies` times; returns the HTTP status of each first attempt (0: no answer). Failures repeat in the background."""
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        if self.holding:
            self.held.extend([body] * copies)
            return []
        return [await self._first_attempt(body) for _ in range(copies)]

    async def release(self, order: Sequence[int] | None = None) -> list[int]:
        """Delivers what was held; `order` holds positions, by default newest first."""
        held, self.held, self.holding = self.held, [], False
        return [await self._first_attempt(held[position]) for position in (order if order is not None else range(len(held) - 1, -1, -1))]

    def later(self, event: dict[str, Any], seconds: float = 0.0) -> None:
        """Delivers the event from the background, so that a request of the gateway is not kept waiting for its own webhook."""
        self._start(self._delayed(event, seconds))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _delayed(self, event: dict[str, Any], seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.send(event)

    async def _first_attempt(self, body: bytes) -> int:
        status = await self._attempt(body, retry=0)
        if status != 200:
            self._start(self._repeat(body))
        return status

    async def _repeat(self, body: bytes) -> None:
        for retry, seconds in enumerate(RETRY_AFTER, 1):
            await asyncio.sleep(seconds * self._cloud.settings.zalo_retry_scale)
            if await self._attempt(body, retry) == 200:
                return
        self.given_up += 1

    async def _attempt(self, body: bytes, retry: int) -> int:
        settings = self._cloud.settings
        timestamp = json.loads(body)["timestamp"]
        digest = hashlib.sha256(settings.zalo_app_id.encode() + body + timestamp.encode() + settings.zalo_oa_secret.encode()).hexdigest()
        headers = {"Content-Type": "application/json", "X-ZEvent-Signature": f"mac={digest}"} | ({"num_retry": str(retry)} if retry else {})
        try:
            response = await self._client.post(settings.webhook_url, content=body, headers=headers, timeout=ANSWER_WITHIN)
        except httpx.TransportError:
            return 0
        return response.status_code

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def citizen_event(cloud: ZaloCloud, user_id: str, name: str, message: dict[str, Any] | None, extra: dict[str, Any]) -> dict[str, Any]:
    """An event that a citizen caused, in Zalo's shape."""
    settings = cloud.settings
    event: dict[str, Any] = {"app_id": settings.zalo_app_id, "event_name": name, "timestamp": str(int(cloud.now() * 1000))}
    if name in ("follow", "unfollow"):
        return event | {"oa_id": settings.zalo_oa_id, "follower": {"id": user_id}} | extra
    event |= {"user_id_by_app": f"9{user_id}", "sender": {"id": user_id}, "recipient": {"id": settings.zalo_oa_id}}
    if message is not None:
        event["message"] = {"msg_id": cloud.message_id()} | message
    return event | extra


def account_event(cloud: ZaloCloud, taken: TakenMessage, name: str) -> dict[str, Any]:
    """A receipt or an echo of a message of the account; a seen receipt names its messages in a list."""
    message: dict[str, Any] = {"msg_ids": [taken.message_id]} if name == "user_seen_message" else {"msg_id": taken.message_id}
    if name.startswith("oa_send_"):
        message["text"] = taken.message.get("text", "")
    settings = cloud.settings
    return {
        "app_id": settings.zalo_app_id,
        "event_name": name,
        "timestamp": str(int(cloud.now() * 1000)),
        "sender": {"id": settings.zalo_oa_id},
        "recipient": {"id": taken.user_id},
        "message": message,
    }
