"""Every scenario that web or Zalo citizens have, once, through the whole product: gateway, worker, bot, actions, stand-ins.

A conversation is followed until a person takes over: from there on the gateway rightly keeps the bot out.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from scripts.local_stack import LocalStack
from tests.conversations.gateway_driver import Citizen, WebCitizen, ZaloCitizen
from tests.conversations.scenarios import DEFAULT_MOMENT, Exchange, Scenario, load
from tests.support.stack import running_stack, trained_model

__all__ = ["trained_model"]
pytestmark = pytest.mark.stack
CITIZENS: dict[str, type[Citizen]] = {"web": WebCitizen, "zalo": ZaloCitizen}


def once_each() -> list[Scenario]:
    """One channel for each scenario: Zalo for those that both channels have."""
    by_name: dict[str, list[Scenario]] = {}
    for scenario in load():
        if scenario.channel in CITIZENS:
            by_name.setdefault(scenario.name.rpartition(" (")[0], []).append(scenario)
    return [channels[-1] for channels in by_name.values()]


def until_a_person_takes_over(scenario: Scenario) -> Iterator[Exchange]:
    for exchange in scenario.exchanges:
        yield exchange
        if any(part.startswith("signal: handoff") for part in exchange.expected):
            return


@pytest.fixture(scope="module")
def product(trained_model) -> Iterator[LocalStack]:
    for stack in running_stack({"CLOCK": DEFAULT_MOMENT}):
        # Zalo signs the moment of an event, and the gateway refuses one far from its own clock.
        offset = (datetime.fromisoformat(DEFAULT_MOMENT) - datetime.now(UTC)).total_seconds()
        httpx.post(f"{stack.url('sandbox')}/zalo/_control/clock", json={"seconds": offset}).raise_for_status()
        yield stack


SCENARIOS = once_each()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.name for scenario in SCENARIOS])
def test_through_the_gateway(scenario: Scenario, product: LocalStack) -> None:
    httpx.put(f"{product.url('sandbox')}/control", json={"identity_state": scenario.vneid, "delay_seconds": 0}).raise_for_status()
    citizen = CITIZENS[scenario.channel](product)
    for exchange in until_a_person_takes_over(scenario):
        citizen.take(exchange)
