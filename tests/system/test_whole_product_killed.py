"""kill −9 of the real bot, actions, worker and gateway in the middle of turns: every citizen gets every answer once, in order.

Zalo's stand-in runs on and deduplicates nothing. Each citizen says the same few sentences in turn; the answers of an undisturbed citizen are the model.
"""

import asyncio
import random
import threading

import httpx
import pytest

from integrations.gateway.turn.texts import sentence
from scripts.local_stack import LocalStack
from tests.support.gateway.oracle import Traffic, wait_until_settled

CONVERSATIONS, MESSAGES = 25, 8
SENTENCES = ("xin chào", "cảm ơn nhiều", "bạn là người hay máy?", "tạm biệt nhé")
VICTIMS = ("worker", "actions", "bot", "gateway", "worker", "actions")


@pytest.mark.stack
def test_nothing_is_lost_or_doubled_when_any_process_is_killed(own_stack: LocalStack):
    model = undisturbed_answers(own_stack)
    assert len(set(model)) == len(SENTENCES)
    for number in range(CONVERSATIONS):
        opens_the_chat(own_stack, f"user-{number}")
    traffic = Traffic(own_stack.url("gateway"), CONVERSATIONS, MESSAGES, pause=2.5, text=said, secret=own_stack.environment["ZALO_OA_SECRET"])
    sending = in_background(traffic)
    kill_each(own_stack, sending)
    sending.join()
    wait_until_settled(own_stack.environment["GATEWAY_DATABASE_URL"], CONVERSATIONS * MESSAGES + len(SENTENCES), seconds=120)
    missing = sum(missing_answers(own_stack, f"user-{number}", model) for number in range(CONVERSATIONS))
    assert missing <= VICTIMS.count("worker"), f"{missing} answers missing: more than one send of unknown fate per killed worker"
    assert traffic.acknowledged > CONVERSATIONS * MESSAGES


def in_background(traffic: Traffic) -> threading.Thread:
    """In a thread of its own: a browser test before this one may have left an event loop in the main one."""
    sending = threading.Thread(target=lambda: asyncio.run(traffic.run()))
    sending.start()
    return sending


def opens_the_chat(stack: LocalStack, user: str) -> None:
    """Zalo takes no message to a citizen who never came; opening the chat is an event that the gateway only notes."""
    event = {"event_name": "user_click_chatnow"}
    httpx.post(f"{stack.url('sandbox')}/zalo/_control/citizens/{user}/events", json=event).raise_for_status()


def said(_: int, serial: int) -> str:
    return SENTENCES[serial % len(SENTENCES)]


def undisturbed_answers(stack: LocalStack) -> list[str]:
    opens_the_chat(stack, "model-0")
    traffic = Traffic(stack.url("gateway"), 1, len(SENTENCES), text=said, secret=stack.environment["ZALO_OA_SECRET"], name="model")
    in_background(traffic).join()
    wait_until_settled(stack.environment["GATEWAY_DATABASE_URL"], len(SENTENCES), seconds=60)
    return received(stack, "model-0")


def kill_each(stack: LocalStack, sending: threading.Thread) -> None:
    """One process after the other is killed at a random moment and started again, as a supervisor would."""
    chance = random.Random(6)
    for name in VICTIMS:
        sending.join(chance.uniform(1, 3))
        stack.kill(name)
        stack.start(name)
        stack.wait_ready(name)


def received(stack: LocalStack, user: str) -> list[str]:
    taken = httpx.get(f"{stack.url('sandbox')}/zalo/_control/messages", params={"user_id": user}).raise_for_status().json()
    notice = sentence("delayed", "vi")
    return [entry["message"]["text"] for entry in taken if notice not in entry["message"]["text"]]


def missing_answers(stack: LocalStack, user: str, model: list[str]) -> int:
    """How many answers never came; fails at once when one came twice or out of order."""
    expected = [model[serial % len(SENTENCES)] for serial in range(MESSAGES)]
    got = received(stack, user)
    remaining = iter(expected)
    assert all(text in remaining for text in got), f"{user} got answers doubled or out of order: {got}"
    return len(expected) - len(got)
