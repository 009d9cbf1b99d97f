"""pytest plugin: the gateway with its worker and a stand-in bot as real processes, staff accounts in it, and a real Chromium."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from scripts.local_stack import ROOT, free_port

PASSWORD = "mot cau rat dai de nho"
CHROMIUM_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Site:
    """Running processes around one database. `address` is the gateway's."""

    database: str
    directory: Path
    environment: dict[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    commands: dict[str, list[str]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return self.environment["GATEWAY_URL"]

    def prepare(self) -> None:
        gateway, bot = free_port(), free_port()
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self.environment = inherited | {
            "GATEWAY_DATABASE_URL": self.database, "GATEWAY_URL": f"http://127.0.0.1:{gateway}", "PUBLIC_URL": f"http://127.0.0.1:{gateway}",
            "BOT_URL": f"http://127.0.0.1:{bot}", "TROLY_ENV": "development",
        }  # fmt: skip
        serve = [sys.executable, "-m", "uvicorn", "--host", "127.0.0.1", "--no-access-log"]
        self.commands = {
            "bot": [*serve, "tests.browser.stand_in_bot:app", "--port", str(bot)],
            "gateway": [*serve, "--factory", "integrations.gateway.app:create_app", "--port", str(gateway)],
            "worker": [sys.executable, "-m", "integrations.gateway.worker"],
        }

    def start(self, *names: str) -> None:
        for name in names or self.commands:
            log = (self.directory / f"{name}.log").open("ab")
            self.processes[name] = subprocess.Popen(self.commands[name], cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT)
        self.wait_for(f"{self.address}/readyz" if "gateway" in self.processes else "")
        if "bot" in self.processes:
            self.wait_for(f"{self.environment['BOT_URL']}/webhooks/gateway/health")

    def wait_for(self, address: str, seconds: float = 150) -> None:
        deadline = time.monotonic() + seconds
        while address and time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(address, timeout=2).status_code == 200:
                    return
            time.sleep(0.05)
        if address:
            raise RuntimeError(f"{address} does not answer\n{self.log('gateway')}")

    def kill(self, name: str) -> None:
        """kill −9"""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def log(self, name: str) -> str:
        return (self.directory / f"{name}.log").read_text(errors="replace")[-3000:]

    def add_staff(self, *names: str, role: str = "agent") -> None:
        """Accounts with `PASSWORD` that need no set-up; the username is the name in small letters."""
        accounts = [part for name in names for part in (name.lower(), role, name, PASSWORD)]
        subprocess.run([sys.executable, "-m", "tests.support.add_staff", *accounts], cwd=ROOT, env=self.environment, check=True)


@pytest.fixture(scope="module")
def site(databases, tmp_path_factory) -> Iterator[Site]:  # type: ignore[no-untyped-def]
    yield from running_site(databases, tmp_path_factory)


def running_site(databases, tmp_path_factory, filled_by: str = "", **environment: str) -> Iterator[Site]:  # type: ignore[no-untyped-def]
    """A site with settings of its own; the module `filled_by` fills its database before it starts."""
    from integrations.gateway.migrate import upgrade

    name = databases.create(databases.template("gateway", upgrade))
    running = Site(databases.address(name), tmp_path_factory.mktemp("site"))
    running.prepare()
    running.environment |= environment
    try:
        if filled_by:
            subprocess.run([sys.executable, "-m", filled_by], cwd=ROOT, env=running.environment, check=True)
        running.start()
        yield running
    finally:
        running.stop()
        databases.drop(name)


@pytest.fixture(scope="session")
def chromium():  # type: ignore[no-untyped-def]
    """A browser; each test opens its own contexts in it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
        yield browser
        browser.close()
