"""A gateway without processes: its database, a stand-in bot, and turns and deliveries taken by hand."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from integrations.channels.base import Ambiguous, Failed, Inbound, Reply, SendOutcome, Sent, offered_choices
from integrations.core.clock import VIETNAM
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.database import Sessions, create_engine, create_sessions
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.inbox.service import Received, receive
from integrations.gateway.outbox.delivery import Delivery
from integrations.gateway.outbox.models import OutboundMessage
from integrations.gateway.outbox.service import Outbox
from integrations.gateway.settings import Settings
from integrations.gateway.turn.bot import BotClient
from integrations.gateway.turn.service import Turns
from integrations.gateway.worker import open_worker, shares
from tests.support.gateway.peers import BOT_TOKEN, StandInBot

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=VIETNAM)


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class ScriptedSender:
    """A provider in the process: merges a turn into one message, as Zalo, and answers with the next of `outcomes`."""

    channel: str = "zalo"
    outcomes: list[SendOutcome] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)

    def compose(self, replies: list[Reply]) -> tuple[Reply, ...]:
        return (Reply("\n\n".join(reply.text for reply in replies), offered_choices(replies)),) if replies else ()

    async def send(self, address: str, message: Reply, reference: str) -> SendOutcome:
        outcome = self.outcomes.pop(0) if self.outcomes else Sent(f"ref-{len(self.sent) + 1}")
        if isinstance(outcome, Sent | Ambiguous):
            self.sent.append((address, message.text))
        return outcome


@dataclass
class Gateway:
    """What a test drives."""

    sessions: Sessions
    settings: Settings
    clock: Clock
    bot: StandInBot
    sender: ScriptedSender
    outbox: Outbox
    turns: Turns
    delivery: Delivery
    serial: int = 0

    async def receive(self, text: str | None = None, channel: str = "web", address: str = "citizen", payload: str | None = None, **more: object) -> Received:
        self.serial += 1
        inbound = Inbound(channel, f"m-{self.serial}", address, "text", "message", self.clock(), text=text)
        for name, value in more.items():
            inbound = Inbound(**{**{slot: getattr(inbound, slot) for slot in inbound.__slots__}, name: value})
        async with self.sessions() as session, session.begin():
            return await receive(session, inbound, self.clock(), payload=payload)

    async def say(self, text: str | None = None, **more: object) -> list[OutboundMessage]:
        """Receive and take the turn; what was said in answer."""
        received = await self.receive(text, **more)
        await self.turns.take(received.inbound_id)
        return await self.answers(received.inbound_id)

    async def work(self) -> None:
        """What the real worker does with the jobs that wait, whatever time they wait for, in every queue it serves."""
        async with self.sessions() as session, session.begin():
            await session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'"))
        async with open_worker(self.settings) as (app, _sessions, _channels):
            for share in shares(self.settings):
                await app.run_worker_async(queues=[share.queue], wait=False, install_signal_handlers=False, delete_jobs="successful")

    async def answers(self, inbound_id: UUID) -> list[OutboundMessage]:
        async with self.sessions() as session:
            query = select(OutboundMessage).where(OutboundMessage.inbound_id == inbound_id)
            return list(await session.scalars(query.order_by(OutboundMessage.position)))

    async def inbound(self, inbound_id: UUID) -> InboundMessage:
        async with self.sessions() as session:
            return await session.get_one(InboundMessage, inbound_id)

    async def conversation(self, conversation_id: UUID) -> Conversation:
        async with self.sessions() as session:
            return await session.get_one(Conversation, conversation_id)


@pytest.fixture
def bot() -> Iterator[StandInBot]:
    with StandInBot() as bot:
        yield bot


@pytest.fixture
def gateway_settings(gateway_database: str, bot: StandInBot) -> Settings:
    return Settings(gateway_database_url=gateway_database, bot_url=bot.url, bot_token=BOT_TOKEN, _env_file=None)


@pytest.fixture
async def gateway(gateway_settings: Settings, bot: StandInBot) -> AsyncIterator[Gateway]:
    engine = create_engine(gateway_settings.gateway_database_url, gateway_settings.keyring)
    sessions, clock, sender = create_sessions(engine), Clock(), ScriptedSender()
    gateway_settings.__dict__["now"] = clock  # in place of the cached property
    outbox = Outbox({"zalo": sender})
    client = BotClient(bot.url, BOT_TOKEN, deadline=1.0)
    turns = Turns(sessions, client, outbox, clock, gateway_settings.turn_give_up_after)
    yield Gateway(sessions, gateway_settings, clock, bot, sender, outbox, turns, Delivery(sessions, outbox, clock))
    await client.close()
    await engine.dispose()


FAILED_FOR_NOW = Failed("busy", retryable=True, code="-32")
FAILED_FOR_GOOD = Failed("blocked", retryable=False, code="-213")


@pytest.fixture
async def message(gateway):
    [message] = await gateway.say("xin chào", channel="zalo")
    return message


async def stored(gateway, message) -> OutboundMessage:
    async with gateway.sessions() as session:
        return await session.get_one(OutboundMessage, message.id)


async def leave_unknown(gateway, message, died: bool, noted: bool = True) -> None:
    """The provider did not answer, or the sender died between request and answer (which the next one has `noted`)."""
    if not died:
        gateway.sender.outcomes = [Ambiguous("no answer")]
        return await gateway.delivery.deliver(message.id)
    send = gateway.sender.send

    async def die(*arguments):
        await send(*arguments)
        raise KeyboardInterrupt

    gateway.sender.send = die
    with pytest.raises(KeyboardInterrupt):
        await gateway.delivery.deliver(message.id)
    gateway.sender.send = send
    if noted:
        await gateway.delivery.deliver(message.id)
    return None
