"""`make up`: prepares the local installation, runs every process under honcho, and says where to chat once a real message was answered."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import threading
import time

import httpx
from honcho.manager import Manager

from scripts.local_stack import DEFAULT_PORTS, ROOT, LocalStack, busy_ports

START_SECONDS = 120


def main() -> int:
    ports = {name: int(os.environ.get(f"{name}_PORT", port)) for name, port in DEFAULT_PORTS.items()}
    taken = list(busy_ports(ports))
    if taken:
        for name, port in taken:
            say(f"Port {port} is taken. Stop what uses it, or run: {name}_PORT={port + 1000} make up")
        return 1
    stack = LocalStack(pathlib.Path(os.environ.get("DATA_DIR", ROOT / "var")), ports)
    say("1/4 database, migrations, trial data")
    stack.prepare()
    say("2/4 language model (trained only when its inputs changed)")
    subprocess.run([str(ROOT / "bot/.venv/bin/python"), "train.py"], cwd=ROOT / "bot", env=stack.environment, check=True)
    say("3/4 staff account")
    print(stack.run_tool("integrations.desk", "seed").strip())
    say("4/4 starting " + ", ".join(stack.commands))
    manager = Manager()
    for name, command in stack.commands.items():
        manager.add_process(name, command, env=stack.environment, cwd=str(ROOT))
    threading.Thread(target=announce, args=(stack,), daemon=True).start()
    manager.loop()
    return manager.returncode or 0


def announce(stack: LocalStack) -> None:
    """Waits for every health address, sends one message as a citizen would, and prints what to do next."""
    started = time.monotonic()
    try:
        stack.wait_ready(*stack.commands, seconds=START_SECONDS)
        answer = first_answer(stack.url("gateway"))
    except (RuntimeError, httpx.HTTPError, TimeoutError) as error:
        say(f"The assistant does not answer yet: {error}\nThe lines above say which process is in trouble. Ctrl-C stops everything.")
        return
    say(
        f"Ready after {time.monotonic() - started:.0f} s. The assistant answered: “{answer[:70]}…”\n"
        f"   Chat:  {stack.url('gateway')}/\n   Staff: {stack.url('gateway')}/desk\n"
        "   Next:  open the chat and type “tôi muốn kích hoạt VNeID”; Ctrl-C stops everything; `make help` lists the rest."
    )


def first_answer(gateway: str) -> str:
    """The assistant's first reply to a greeting sent through the web chat's own address."""
    with httpx.Client(base_url=gateway, timeout=30) as client:
        client.get("/").raise_for_status()
        client.post("/chat/messages", json={"client_id": f"up-{time.time_ns()}", "text": "xin chào"}).raise_for_status()
        with client.stream("GET", "/chat/events") as events:
            for line in events.iter_lines():
                if line.startswith("data:"):
                    event = json.loads(line.removeprefix("data:"))
                    if event.get("author") == "assistant":
                        return event["text"]
    raise TimeoutError("no reply arrived")


def say(text: str) -> None:
    print(f"\n── {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
