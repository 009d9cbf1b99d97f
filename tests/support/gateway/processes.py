"""The gateway and its workers as real processes that a test can kill."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import httpx

from scripts.local_stack import ROOT, free_port
from tests.support.gateway.peers import BOT_TOKEN

ZALO_APP_ID, ZALO_OA_SECRET, INTERNAL_TOKEN = "1000", "oa-secret-of-the-test", "internal-token-of-the-test"


def environment(database_url: str, bot_url: str, zalo_url: str | None = None, **more: str) -> dict[str, str]:
    """What both processes read. The bot, and Zalo, may be stand-ins or the real thing."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    ours = {"GATEWAY_DATABASE_URL": database_url, "BOT_URL": bot_url, "BOT_TOKEN": BOT_TOKEN, "INTERNAL_TOKEN": INTERNAL_TOKEN, "TROLY_ENV": "development"}
    if zalo_url:
        ours |= {"ZALO_APP_ID": ZALO_APP_ID, "ZALO_APP_SECRET": "app-secret", "ZALO_OA_SECRET": ZALO_OA_SECRET, "ZALO_REFRESH_TOKEN": "first-refresh"}
        ours |= {"ZALO_API_URL": zalo_url, "ZALO_OAUTH_URL": zalo_url}
    return {**inherited, **ours, **more}


class GatewayProcesses:
    """`web` and any number of workers; each `kill_*` is kill −9 followed by a new start, as a supervisor would."""

    def __init__(self, environment: dict[str, str], logs: Path, workers: int = 1) -> None:
        self._environment, self._logs, self._count = environment, logs, workers
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.kills = {"web": 0, "worker": 0}

    def __enter__(self) -> Self:
        self.web = self._start_web()
        self.workers = [self._start_worker(number) for number in range(self._count)]
        try:
            self.wait_ready()
        except TimeoutError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in (self.web, *self.workers):
            process.send_signal(signal.SIGTERM)
        for process in (self.web, *self.workers):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()

    def kill_web(self) -> None:
        self._kill(self.web)
        self.kills["web"] += 1
        self.web = self._start_web()

    def kill_worker(self, number: int = 0) -> None:
        self._kill(self.workers[number])
        self.kills["worker"] += 1
        self.workers[number] = self._start_worker(number)

    def wait_ready(self, seconds: float = 180) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise TimeoutError(f"the gateway did not become ready:\n{self.log('web')}")

    def log(self, name: str) -> str:
        return (self._logs / f"{name}.log").read_text(errors="replace")[-4000:]

    def _start_web(self) -> subprocess.Popen[bytes]:
        module = ["uvicorn", "integrations.gateway.app:create_app", "--factory", "--host", "127.0.0.1", "--port", str(self.port), "--no-access-log"]
        return self._start("web", module)

    def _start_worker(self, number: int) -> subprocess.Popen[bytes]:
        return self._start(f"worker-{number}", ["integrations.gateway.worker"])

    def _start(self, name: str, module: list[str]) -> subprocess.Popen[bytes]:
        with (self._logs / f"{name}.log").open("ab") as log:
            return subprocess.Popen([sys.executable, "-m", *module], cwd=ROOT, env=self._environment, stdout=log, stderr=subprocess.STDOUT)

    @staticmethod
    def _kill(process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()
