"""Drives a conversation the way citizens have it: over the gateway's web chat, or over Zalo's stand-in."""

import json
import time
import uuid
from abc import ABC, abstractmethod
from typing import Any

import httpx

from integrations.core.text import fold, nfc
from scripts.local_stack import LocalStack
from tests.conversations.scenarios import Exchange
from tests.conversations.wording import turn_pattern

PATIENCE_SECONDS = 30


class Citizen(ABC):
    """One citizen on one channel."""

    language = "vi"
    channel: str

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack

    @abstractmethod
    def type(self, text: str) -> list[str]:
        """Sends a text and returns the bubbles of the answer."""

    @abstractmethod
    def choose(self, title: str) -> list[str]:
        """Presses the choice with that title."""

    @abstractmethod
    def wait(self) -> list[str]:
        """The bubbles of what the assistant says next by itself."""

    def take(self, exchange: Exchange) -> None:
        """One turn. Raises AssertionError when the answer is not the expected one."""
        answer = self.choose(exchange.said[2:]) if exchange.said.startswith("> ") else self.type(exchange.said)
        self.language = next((part[-2:] for part in exchange.expected if part.startswith("signal: language")), self.language)
        names = [part for part in exchange.expected if part.startswith("utter_") or part == "any"]
        text = "\n\n".join(answer)
        assert not names or turn_pattern(names, self.channel, self.language).fullmatch(text), f"\n  > {exchange.said}\n  < {text}\n  expected {names}"


def patiently(attempt, what: str) -> Any:
    """The first result that is not None."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        result = attempt()
        if result is not None:
            return result
        time.sleep(0.05)
    raise AssertionError(f"no {what} within {PATIENCE_SECONDS} s")


class WebCitizen(Citizen):
    """The web page's protocol: a cookie, POST, server-sent events."""

    channel = "web"

    def __init__(self, stack: LocalStack) -> None:
        super().__init__(stack)
        self.client = httpx.Client(base_url=stack.url("gateway"), timeout=20, trust_env=False)
        self.client.get("/").raise_for_status()
        self.position = 0
        self.offered: list[tuple[str, int, str]] = []

    def type(self, text: str) -> list[str]:
        return self._say({"text": text})

    def choose(self, title: str) -> list[str]:
        found = next(((message, index) for message, index, offered in self.offered if fold(offered) == fold(title)), None)
        assert found, f"the choice {title!r} was not offered, but {[offered for _, _, offered in self.offered]}"
        return self._say({"choice": {"message": found[0], "index": found[1]}})

    def _say(self, content: dict[str, Any]) -> list[str]:
        client_id = uuid.uuid4().hex
        patiently(lambda: self._post({"client_id": client_id, **content}), "acceptance of the message")
        entries = patiently(lambda: self._news(client_id), "answer on the web")
        self._remember(entries)
        return [entry["text"] for entry in entries]

    def _remember(self, entries: list[dict[str, Any]]) -> None:
        offered = [(entry["key"], index, choice["title"]) for entry in entries for index, choice in enumerate(entry["choices"])]
        self.offered = offered or self.offered

    def _post(self, message: dict[str, Any]) -> bool | None:
        response = self.client.post("/chat/messages", json=message)
        assert response.status_code in {202, 429}, f"{response.status_code} {response.text}"
        return True if response.status_code == 202 else None

    def wait(self) -> list[str]:
        entries = patiently(lambda: self._news(None), "news on the web")
        self._remember(entries)
        return [entry["text"] for entry in entries]

    def _news(self, client_id: str | None) -> list[dict[str, Any]] | None:
        """What the assistant has said after that message of ours, or since the last answer."""
        entries, last, event, position = [], self.position, "", 0
        with self.client.stream("GET", "/chat/events", params={"after": self.position}) as stream:
            for line in stream.iter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    event = value
                elif name == "id":
                    position = int(value)
                elif name == "data" and event == "message":
                    entries.append(json.loads(value))
                    last = max(last, position)
                elif name == "data" and event == "status":
                    break
        keys = [entry["key"] for entry in entries]
        said = entries if client_id is None else entries[keys.index(client_id) + 1 :] if client_id in keys else []
        answers = [entry for entry in said if entry["author"] == "assistant"]
        if not answers:
            return None
        self.position = last
        return answers


class ZaloCitizen(Citizen):
    """A citizen of Zalo's stand-in, which signs events to the gateway and records what the gateway sends."""

    channel = "zalo"

    def __init__(self, stack: LocalStack) -> None:
        super().__init__(stack)
        self.user = uuid.uuid4().hex
        self.seen = 0
        self.control = httpx.Client(base_url=f"{stack.url('sandbox')}/zalo/_control", timeout=20, trust_env=False)
        self.control.post("/paid-quota", json={"left": 100_000}).raise_for_status()

    def type(self, text: str) -> list[str]:
        before = len(self._received())
        delivered = self.control.post(f"/citizens/{self.user}/events", json={"text": text}).raise_for_status().json()
        assert delivered["statuses"] == [200], f"the gateway answered {delivered['statuses']}"
        return self._answer(before)

    def choose(self, title: str) -> list[str]:
        received = self._received()
        titles = [fold(button["title"]) for button in self._buttons(received[-1]["message"])]
        assert fold(title) in titles, f"the choice {title!r} was not offered, but {titles}"
        self.control.post(f"/citizens/{self.user}/press/{titles.index(fold(title))}").raise_for_status()
        return self._answer(len(received))

    def wait(self) -> list[str]:
        return self._answer(self.seen)

    def _answer(self, before: int) -> list[str]:
        received = patiently(lambda: new if len(new := self._received()) > before else None, "answer on Zalo")
        self.seen = before + 1
        # A turn is one message on Zalo; a notice of the desk may follow it at once.
        return [nfc_lines(received[before]["message"]["text"])]

    def _received(self) -> list[dict[str, Any]]:
        return self.control.get("/messages", params={"user_id": self.user}).raise_for_status().json()

    def _buttons(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        return message.get("attachment", {}).get("payload", {}).get("buttons", [])


def nfc_lines(text: str) -> str:
    """Composed, line by line."""
    return "\n".join(nfc(line) for line in text.split("\n"))
