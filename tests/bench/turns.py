"""A citizen's whole turn on the real product (gateway, worker, bot, actions, embedded PostgreSQL): webhook sent until the answer is at the provider.

One message at a time is the baseline; then ten in flight; then ten messages a second that arrive at random for a minute, from sixty citizens. The goals are a
p95 of 600 ms and of 300 ms. CPU is that of all our processes for one turn. `python -m tests.bench.turns 10` takes ten seconds instead of sixty.
"""

import asyncio
import itertools
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil

from scripts.local_stack import LocalStack
from tests.support.gateway.oracle import zalo_text_event
from tests.support.gateway.peers import StandInZalo
from tests.support.gateway.processes import ZALO_APP_ID, ZALO_OA_SECRET

ALONE, IN_FLIGHT, PER_SECOND, SECONDS, CITIZENS = 60, 10, 10, 60, 60
PATIENCE = 30.0
PROCESSES = ("gateway", "worker", "bot", "actions")
# Mixed as citizens write: facts, leaning questions, journeys begun and left, courtesy, another office. None of them calls a person.
SENTENCES = (
    "xin chào",
    "đổi thẻ căn cước mất bao nhiêu tiền",
    "bao lau co the",
    "lam can cuoc o dau",
    "quá 7 ngày chưa kích hoạt có sao không",
    "tôi muốn khai báo lưu trú",
    "thông báo lưu trú trước mấy giờ",
    "thôi",
    "không nhận được mã otp",
    "cho hỏi mẹ tôi mất căn cước rồi thì làm lại kiểu gì, có phải về quê không",
    "thế còn trẻ em thì sao?",
    "mấy giờ công an xã làm việc",
    "kích hoạt vneid",
    "chưa có tài khoản",
    "thôi",
    "làm hộ chiếu ở đâu",
    "đổi thẻ mất bao nhiêu tiền và bao lâu có",
    "cảm ơn",
)


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with tempfile.TemporaryDirectory(prefix="troly-bench-") as directory, StandInZalo() as zalo:
        overrides = {"ZALO_APP_ID": ZALO_APP_ID, "ZALO_OA_SECRET": ZALO_OA_SECRET, "ZALO_API_URL": zalo.url, "ZALO_OAUTH_URL": zalo.url}
        stack = LocalStack(Path(directory), overrides=overrides)
        stack.prepare()
        try:
            stack.start("sandbox", "actions", "bot", "gateway", "worker")
            stack.wait_ready(seconds=180)
            asyncio.run(measure(stack, zalo, seconds))
        finally:
            stack.stop()
    return 0


async def measure(stack: LocalStack, zalo: StandInZalo, seconds: float) -> None:
    """Prints one line for each way of arriving."""
    async with httpx.AsyncClient(base_url=stack.url("gateway"), timeout=60, trust_env=False) as client:
        bench = Bench(client, zalo)
        await bench.one_after_another(["warm-1", "warm-2"], 10)
        print(f"{'':34}turns    per s     p50     p95     max (ms)   lost   CPU ms a turn: {', '.join(PROCESSES)}")
        await report(stack, "one at a time (baseline)", bench.one_after_another(["alone"], ALONE))
        in_flight = (bench.one_after_another([f"flight-{number}"], ALONE // 2) for number in range(IN_FLIGHT))
        await report(stack, f"{IN_FLIGHT} in flight, goal p95 600", together(in_flight))
        await report(stack, f"{PER_SECOND} a second at random, goal p95 300", bench.at_random(seconds))


class Bench:
    """Sends sentences and waits for what arrives at the provider."""

    def __init__(self, client: httpx.AsyncClient, zalo: StandInZalo) -> None:
        self._client = client
        self._zalo = zalo
        self._chance = random.Random(6)
        self._sentences: dict[str, Iterator[str]] = {}

    async def turn(self, citizen: str) -> float | None:
        """Seconds of one turn, or None when no answer came."""
        start = self._chance.randrange(len(SENTENCES))
        sentences = self._sentences.setdefault(citizen, itertools.cycle(SENTENCES[start:] + SENTENCES[:start]))
        before = len(self._zalo.accepted[citizen])
        body, headers = zalo_text_event(citizen, f"{citizen}-{before}-{time.monotonic_ns()}", next(sentences))
        started = time.perf_counter()
        (await self._client.post("/webhooks/zalo", content=body, headers=headers)).raise_for_status()
        while len(self._zalo.accepted[citizen]) == before:
            if time.perf_counter() - started > PATIENCE:
                return None
            await asyncio.sleep(0.01)  # more often, and watching takes the processor from what is watched
        return time.perf_counter() - started

    async def one_after_another(self, citizens: list[str], messages: int) -> list[float | None]:
        """Each citizen in turn, the next message when the answer has come."""
        return [await self.turn(citizen) for citizen in citizens for _ in range(messages)]

    async def at_random(self, seconds: float) -> list[float | None]:
        """Messages with random distances, each of a citizen who waits for nothing."""
        idle, running = [f"random-{number}" for number in range(CITIZENS)], []
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            await asyncio.sleep(self._chance.expovariate(PER_SECOND))
            if idle:
                running.append(asyncio.create_task(self._once(idle.pop(self._chance.randrange(len(idle))), idle)))
        return await asyncio.gather(*running)

    async def _once(self, citizen: str, idle: list[str]) -> float | None:
        try:
            return await self.turn(citizen)
        finally:
            idle.append(citizen)


async def together(runs: Iterator) -> list[float | None]:
    """Several at once."""
    return [turn for turns in await asyncio.gather(*runs) for turn in turns]


async def report(stack: LocalStack, name: str, run) -> None:
    """One line of figures."""
    before, started = cpu(stack), time.perf_counter()
    turns = await run
    took, answered = time.perf_counter() - started, [turn for turn in turns if turn is not None]
    spent = [1000 * (after - earlier) / len(turns) for after, earlier in zip(cpu(stack), before, strict=True)]
    cuts = statistics.quantiles(answered, n=100, method="inclusive")
    figures = "".join(f"{1000 * figure:8.0f}" for figure in (cuts[49], cuts[94], max(answered)))
    print(
        f"{name:34}{len(turns):5d}{len(turns) / took:9.1f}{figures}{len(turns) - len(answered):12d}      {', '.join(f'{part:.0f}' for part in spent)}",
        flush=True,
    )


def cpu(stack: LocalStack) -> list[float]:
    """Seconds of CPU that each process has used."""
    return [sum(psutil.Process(stack.running[name].pid).cpu_times()[:2]) for name in PROCESSES]


if __name__ == "__main__":
    sys.exit(main())
