"""Redelivery, reordering and kill −9 of the gateway and of a worker in the middle of turns: every message answered exactly once, in order."""

import asyncio
import random
import threading

from tests.support.gateway.oracle import Traffic, judge, wait_until_settled
from tests.support.gateway.peers import StandInBot, StandInZalo
from tests.support.gateway.processes import GatewayProcesses, environment

CONVERSATIONS, MESSAGES = 20, 12


def test_every_message_is_answered_exactly_once_and_in_order_whatever_is_killed(gateway_database, tmp_path):
    with StandInBot(delay=0.03) as bot, StandInZalo(delay=0.02) as zalo:
        with GatewayProcesses(environment(gateway_database, bot.url, zalo.url), tmp_path, workers=2) as gateway:
            traffic = Traffic(gateway.url, CONVERSATIONS, MESSAGES, pause=0.8)
            sending = threading.Thread(target=lambda: asyncio.run(traffic.run()))
            sending.start()
            kill_while(sending, gateway)
            sending.join()
            wait_until_settled(gateway_database, CONVERSATIONS * MESSAGES, seconds=300)
            verdict = judge(gateway_database, bot, zalo, CONVERSATIONS, MESSAGES, gateway.kills["worker"])
        assert verdict.wrong is None
        assert verdict.answered == CONVERSATIONS * MESSAGES
        assert gateway.kills["worker"] >= 2 and gateway.kills["web"] >= 1
        assert traffic.acknowledged > CONVERSATIONS * MESSAGES


def kill_while(sending: threading.Thread, gateway: GatewayProcesses, kills: int = 6) -> None:
    """Kills a worker, the gateway, the other worker and so on, each at a random moment while messages are being sent."""
    chance = random.Random(6)
    victims = [lambda: gateway.kill_worker(0), gateway.kill_web, lambda: gateway.kill_worker(1)]
    for turn in range(kills):
        sending.join(chance.uniform(0.5, 2))
        if not sending.is_alive():
            break
        victims[turn % 3]()
        gateway.wait_ready()
