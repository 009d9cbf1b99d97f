"""eSMS's calls to its customer: the final status of a message, and a citizen's message to the short code."""

import asyncio
import base64
import hashlib
from collections.abc import Coroutine
from datetime import datetime
from itertools import count
from typing import Any

import httpx

from integrations.sandbox.esms.office import LOCAL, NEVER_REACHED, EsmsOffice, TakenMessage, network

CUSTOMER_ID = "7"
TRIES = 5
ANSWER_WITHIN = 10.0
_UNDER_WAY, _FINAL = "2", "5"


class Caller:
    """Statuses go out from the background, so that the sender's request is not kept waiting for its own callback."""

    def __init__(self, office: EsmsOffice, client: httpx.AsyncClient) -> None:
        self._office = office
        self._client = client
        self._tasks: set[asyncio.Task[None]] = set()
        self._numbers = count(int(office.now() * 1000))
        self.unanswered = 0

    def report(self, taken: TakenMessage) -> None:
        """First that it is under way, then how it ended."""
        if taken.callback_url:
            self._start(self._report(taken))

    async def message(self, phone: str, text: str, copies: int) -> list[tuple[int, str]]:
        """A citizen writes to the short code; status and body of each answer (0: none). Further copies repeat the first one."""
        settings = self._office.settings
        moment = f"{datetime.fromtimestamp(self._office.now(), LOCAL):%Y%m%d%H%M%S}"
        query = {
            "sender": phone, "content": text, "serviceNumber": settings.sms_short_code, "keyword": text.split(" ")[0].upper(),
            "cpid": CUSTOMER_ID, "smsid": str(next(self._numbers)), "receiverTime": moment,
        }  # fmt: skip
        signed = query["cpid"] + query["smsid"] + text + moment + settings.esms_private_key
        query["sign"] = base64.b64encode(hashlib.md5(signed.encode(), usedforsecurity=False).digest()).decode()
        return [await self._get(settings.message_url, query) for _ in range(copies)]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _report(self, taken: TakenMessage) -> None:
        reached = not taken.phone.endswith(NEVER_REACHED)
        final = {"SendStatus": _FINAL, "SendSuccess": str(int(reached)), "SendFailed": str(int(not reached))}
        for status in ({"SendStatus": _UNDER_WAY, "SendSuccess": "0", "SendFailed": "0"}, final):
            telco = {"SMSID": taken.sms_id, "RequestId": taken.request_id, "telcoid": str(network(taken.phone)), "phonenumber": taken.phone}
            await self._until_answered(taken.callback_url, telco | status)

    async def _until_answered(self, url: str, query: dict[str, str]) -> None:
        for _ in range(TRIES):
            if (await self._get(url, query))[0] == httpx.codes.OK:
                return
            await asyncio.sleep(self._office.settings.esms_retry_seconds)
        self.unanswered += 1

    async def _get(self, url: str, query: dict[str, str]) -> tuple[int, str]:
        try:
            answer = await self._client.get(url, params=query, timeout=ANSWER_WITHIN)
        except httpx.TransportError:
            return 0, ""
        return answer.status_code, answer.text

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
