"""Drives one conversation at the turn contract and checks each turn."""

import re
import uuid
from datetime import datetime, timedelta
from typing import Any

import httpx

from integrations.core.text import fold
from integrations.gateway.sms.words import as_payload
from tests.conversations.desk_stand_in import DeskStandIn
from tests.conversations.scenarios import Exchange, Scenario
from tests.conversations.wording import is_said


class Conversation:
    """One citizen with the bot."""

    def __init__(self, bot_url: str, bot_token: str, lodging_url: str, scenario: Scenario, desk: DeskStandIn) -> None:
        self.bot_url, self.bot_token, self.lodging_url, self.scenario, self.desk = bot_url, bot_token, lodging_url, scenario, desk
        self.sender = uuid.uuid4().hex
        self.moment = datetime.fromisoformat(scenario.at)
        self.choices: list[dict[str, Any]] = []

    def take(self, exchange: Exchange) -> None:
        """One turn. Raises AssertionError with what was said when it is not what was expected."""
        answer = self._send(exchange.said)
        offered = [choice for reply in answer["replies"] for choice in reply["choices"]]
        self.choices = offered or self.choices
        problems = list(self._problems(exchange, answer))
        said = "\n".join(f"    < {reply['text']} {[choice['title'] for choice in reply['choices']] or ''}" for reply in answer["replies"])
        heard = answer["understood"]
        assert not problems, (
            f"\n  > {exchange.said}   [{heard['intent']} {heard['confidence']}]\n{said}\n    {answer['signals']} {answer['state']}\n  " + "\n  ".join(problems)
        )

    def _send(self, said: str) -> dict[str, Any]:
        body: dict[str, Any] = {"message_id": uuid.uuid4().hex, "sender_id": self.sender, "channel": self.scenario.channel, "metadata": {}}
        body["received_at"] = self.moment.isoformat()
        self.moment += timedelta(seconds=20)
        if said.startswith("> "):
            body["payload"] = self._payload(said[2:])
        elif payload := as_payload(self.scenario.channel, said):
            body["payload"] = payload
        else:
            body["text"] = said
        response = httpx.post(f"{self.bot_url}/webhooks/gateway/turn", json=body, headers={"X-Bot-Token": self.bot_token}, timeout=15)
        assert response.status_code == 200, f"> {said}: {response.status_code} {response.text}"
        return response.json()

    def _payload(self, title: str) -> str:
        payload = next((choice["payload"] for choice in self.choices if fold(choice["title"]) == fold(title)), None)
        assert payload, f"the choice {title!r} was not offered, but {[choice['title'] for choice in self.choices]}"
        return payload

    def _problems(self, exchange: Exchange, answer: dict[str, Any]):
        texts = [reply["text"] for reply in answer["replies"]]
        language, left = answer["state"]["language"], list(texts)
        told = [signal for signal in answer["signals"] if signal["name"] != "journey_ended"]
        signals = [" ".join(filter(None, (signal["name"], signal.get("reason") or signal.get("code")))) for signal in told]
        for part in exchange.expected:
            kind, _, value = part.partition(": ")
            if kind.startswith("utter_") or kind == "any":
                text = left.pop(0) if left else None
                if text is None or (kind != "any" and not is_said(kind, text, self.scenario.channel, language)):
                    yield f"expected {kind}"
            elif kind == "text" and not any(re.search(value, text) for text in texts):
                yield f"nothing matches {value!r}"
            elif kind == "not" and any(re.search(value, text) for text in texts):
                yield f"something matches {value!r}"
            elif kind == "signal":
                if value not in signals:
                    yield f"expected the signal {value!r}"
                else:
                    signals.remove(value)
            elif kind == "state" and value != (f"{answer['state']['journey']} {answer['state']['step']}" if answer["state"]["journey"] else "none"):
                yield f"expected the state {value!r}"
            elif kind == "ticket" and not any(_is_ticket(ticket, value) and ticket["sender_id"] == self.sender for ticket in self.desk.tickets.values()):
                yield f"expected a ticket {value!r}"
            elif kind == "notified":
                yield from self._not_notified(texts, value)
        named = any(part.startswith("utter_") or part == "any" for part in exchange.expected)
        if left and named:
            yield f"said besides: {left}"
        if signals:
            yield f"unexpected signals {signals}"

    def _not_notified(self, texts: list[str], phone: str):
        """The notification whose code was just told must have reached the lodging service under that number."""
        code = re.search(r"LT-\w+", " ".join(texts))
        stored = httpx.get(f"{self.lodging_url}/v1/notifications/{code[0]}", timeout=15).json() if code else {}
        if stored.get("notifier", {}).get("phone") != phone:
            yield f"no notification from {phone}"


def _is_ticket(ticket: dict[str, Any], expected: str) -> bool:
    kind, _, phone = expected.partition(" ")
    return ticket["kind"] == kind and phone in ("", ticket["phone"])
