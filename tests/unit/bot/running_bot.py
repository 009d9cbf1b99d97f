"""A bot process and an action server that misbehaves on command."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOM = Path(__file__).resolve().parents[3] / "bot"
TOKEN = "the-right-token"


class ActionServer:
    """Answers every action with `answer`, or fails as `failure` says: a status, "malformed", or "silent" (never answers)."""

    def __init__(self) -> None:
        self.answer: dict[str, Any] = {"events": [], "responses": [{"text": "Đã tra xong"}]}
        self.failure: Any = None
        self.calls: list[dict[str, Any]] = []
        self.release = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.calls.append(body)
                if outer.failure == "silent":  # the caller has hung up when this returns
                    outer.release.wait(20)
                    self.close_connection = True
                    return
                status = outer.failure if isinstance(outer.failure, int) else 200
                content = b"<html>" if outer.failure == "malformed" else json.dumps(outer.answer if status == 200 else {"error": str(body)}).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/webhook"

    def close(self) -> None:
        self.release.set()
        self.server.shutdown()
        self.server.server_close()


class Bot:
    """The bot's own process, with its log."""

    def __init__(self, log: Path, environment: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log_path = log
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "run.py"], cwd=ROOM, stdout=output, stderr=subprocess.STDOUT,
                env={**inherited, "BOT_PORT": str(self.port), "BOT_TOKEN": TOKEN, **environment},
            )  # fmt: skip

    @property
    def log(self) -> str:
        return self.log_path.read_text(encoding="utf-8")

    def wait(self, seconds: float = 120) -> Bot:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if self.get("/webhooks/gateway/health")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"the bot did not start:\n{self.log}")

    def get(self, path: str) -> tuple[int, Any]:
        return self._send(urllib.request.Request(f"http://127.0.0.1:{self.port}{path}"))

    def post(self, body: bytes, token: str | None = TOKEN) -> tuple[int, Any]:
        headers = {} if token is None else {"X-Bot-Token": token}
        return self._send(urllib.request.Request(f"http://127.0.0.1:{self.port}/webhooks/gateway/turn", body, headers))

    def turn(self, sender: str, message: str, **fields: Any) -> tuple[int, Any]:
        body = {"message_id": message, "sender_id": sender, "channel": "web", "received_at": "2026-11-23T10:00:00+07:00", "metadata": {}, **fields}
        return self.post(json.dumps(body).encode())

    @staticmethod
    def _send(request: urllib.request.Request) -> tuple[int, Any]:
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def stop(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(60)
