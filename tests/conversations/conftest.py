"""The real bot, actions and stand-ins, with a stand-in of the desk's internal API."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from scripts.local_stack import LocalStack
from tests.conversations.desk_stand_in import DeskStandIn
from tests.support.stack import trained_model

__all__ = ["trained_model"]


@dataclass(frozen=True)
class Dialogue:
    """Running processes."""

    stack: LocalStack
    desk: DeskStandIn

    @property
    def bot_url(self) -> str:
        return self.stack.url("bot")

    @property
    def bot_token(self) -> str:
        return self.stack.environment["BOT_TOKEN"]

    @property
    def lodging_url(self) -> str:
        return self.stack.environment["LODGING_URL"]

    def set_vneid(self, state: str) -> None:
        httpx.put(f"{self.stack.url('sandbox')}/control", json={"identity_state": state, "delay_seconds": 0}).raise_for_status()


@pytest.fixture(scope="session")
def dialogue(trained_model: Path) -> Iterator[Dialogue]:
    desk = DeskStandIn()
    desk.start()
    with tempfile.TemporaryDirectory(prefix="troly-") as directory:
        stack = LocalStack(Path(directory), overrides={"GATEWAY_URL": desk.url})
        stack.prepare()
        try:
            stack.start("sandbox", "actions", "bot")
            stack.wait_ready(seconds=150)
            yield Dialogue(stack, desk)
        finally:
            stack.stop()
            desk.stop()
