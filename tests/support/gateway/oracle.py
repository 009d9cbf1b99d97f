"""Citizens with serial numbers on Zalo, a provider that redelivers, and a judge: every message answered exactly once, in order."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
import psycopg

from integrations.channels.zalo_oa.signature import sign
from tests.support.gateway.peers import StandInBot, StandInZalo
from tests.support.gateway.processes import ZALO_APP_ID, ZALO_OA_SECRET


def zalo_text_event(user: str, message_id: str, text: str, secret: str = ZALO_OA_SECRET) -> tuple[bytes, dict[str, str]]:
    """A signed `user_send_text` request: body and headers."""
    timestamp = str(int(time.time() * 1000))
    event = {
        "app_id": ZALO_APP_ID,
        "event_name": "user_send_text",
        "sender": {"id": user},
        "recipient": {"id": "oa"},
        "message": {"msg_id": message_id, "text": text},
        "timestamp": timestamp,
    }
    body = json.dumps(event, ensure_ascii=False).encode()
    return body, {"X-ZEvent-Signature": sign(ZALO_APP_ID, body, timestamp, secret), "Content-Type": "application/json"}


def text_of(conversation: int, serial: int) -> str:
    return f"Tin {conversation:03d}-{serial:03d}"


@dataclass
class Traffic:
    """`conversations` citizens send `messages` each, one after another's acknowledgement; every request comes one to three times, late ones out of order."""

    url: str
    conversations: int
    messages: int
    pause: float = 0.0
    seed: int = 6
    name: str = "user"
    text: Callable[[int, int], str] = text_of
    secret: str = ZALO_OA_SECRET
    acknowledged: int = 0
    refused: int = 0
    late: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)

    async def run(self) -> None:
        self.random = random.Random(self.seed)
        self.door = asyncio.Semaphore(30)
        # No limit in the pool itself: httpx never gives back the places of connections that died with a killed gateway.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        async with httpx.AsyncClient(base_url=self.url, timeout=5, limits=limits, trust_env=False) as client:
            await asyncio.gather(*(self._citizen(client, number) for number in range(self.conversations)))
            self.random.shuffle(self.late)
            for request in self.late:
                await self._deliver(client, *request)

    async def _citizen(self, client: httpx.AsyncClient, number: int) -> None:
        for serial in range(self.messages):
            await asyncio.sleep(self.random.uniform(0, 2 * self.pause))
            request = zalo_text_event(f"{self.name}-{number}", f"{self.name}-{number}-{serial}", self.text(number, serial), self.secret)
            copies = self.random.choice((1, 1, 2, 3))
            await asyncio.gather(*(self._deliver(client, *request) for _ in range(copies)))
            if self.random.random() < 0.3:
                self.late.append(request)

    async def _deliver(self, client: httpx.AsyncClient, body: bytes, headers: dict[str, str]) -> None:
        """As a provider: again until it is answered 200."""
        while True:
            try:
                async with self.door:
                    response = await client.post("/webhooks/zalo", content=body, headers=headers)
                if response.status_code == 200:
                    self.acknowledged += 1
                    return
            except httpx.HTTPError:
                pass
            self.refused += 1
            await asyncio.sleep(0.1)


def wait_until_settled(database_url: str, messages: int, seconds: float) -> None:
    """Until every message has its final state and no delivery is under way."""
    deadline = time.monotonic() + seconds
    with psycopg.connect(database_url, autocommit=True) as connection:
        while time.monotonic() < deadline:
            settled = connection.execute("SELECT count(*) FROM inbound_message WHERE state <> 'received'").fetchone()[0]
            moving = connection.execute("SELECT count(*) FROM outbound_message WHERE state IN ('pending', 'sending')").fetchone()[0]
            if settled == messages and moving == 0:
                return
            time.sleep(0.2)
        jobs = connection.execute("SELECT status, task_name, count(*) FROM procrastinate_jobs GROUP BY 1, 2").fetchall()
    raise TimeoutError(f"{settled} of {messages} settled, {moving} deliveries moving, jobs {jobs}")


@dataclass(frozen=True)
class Verdict:
    """What the judge found; `sound` is None or a sentence saying what is wrong."""

    answered: int
    ambiguous: int
    wrong: str | None


def judge(database_url: str, bot: StandInBot, zalo: StandInZalo, conversations: int, messages: int, worker_kills: int) -> Verdict:
    """Exactly once and in order at the bot, in the database and at the provider; at most one message of unknown fate per killed worker."""
    with psycopg.connect(database_url) as connection:
        inbound = dict(connection.execute("SELECT state, count(*) FROM inbound_message GROUP BY state").fetchall())
        outbound = dict(connection.execute("SELECT state, count(*) FROM outbound_message GROUP BY state").fetchall())
    ambiguous, total = outbound.get("ambiguous", 0), conversations * messages
    wrong = None
    if inbound != {"answered": total}:
        wrong = f"inbound states {inbound}"
    elif set(outbound) - {"sent", "ambiguous"} or sum(outbound.values()) != total:
        wrong = f"outbound states {outbound}"
    elif ambiguous > worker_kills:
        wrong = f"{ambiguous} messages of unknown fate after {worker_kills} kills"
    else:
        wrong = wrong_at_bot(bot, conversations, messages) or wrong_at_provider(zalo, conversations, messages, ambiguous)
    return Verdict(inbound.get("answered", 0), ambiguous, wrong)


def wrong_at_bot(bot: StandInBot, conversations: int, messages: int) -> str | None:
    said: dict[int, list[str]] = {number: [] for number in range(conversations)}
    for turn in bot.turns:
        said[int(turn["text"][4:7])].append(turn["text"])
    for number, texts in said.items():
        if texts != [text_of(number, serial) for serial in range(messages)]:
            return f"the bot heard in conversation {number}: {texts}"
    return f"{bot.overlaps} turns of one sender overlapped" if bot.overlaps else None


def wrong_at_provider(zalo: StandInZalo, conversations: int, messages: int, ambiguous: int) -> str | None:
    missing = 0
    for number in range(conversations):
        got = zalo.accepted[f"user-{number}"]
        expected = [f"Nghe: {text_of(number, serial)}" for serial in range(messages)]
        if max(Counter(got).values(), default=0) > 1:
            return f"doubled in conversation {number}: {got}"
        if got != [text for text in expected if text in got]:
            return f"out of order in conversation {number}: {got}"
        missing += len(expected) - len(got)
    return f"{missing} answers missing, {ambiguous} of unknown fate" if missing > ambiguous else None
