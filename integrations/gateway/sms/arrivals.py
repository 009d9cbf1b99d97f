"""An SMS arrives: words about the subscription are answered here, everything else waits for its turn."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from integrations.channels.base import Inbound
from integrations.gateway.conversation import repository as conversations
from integrations.gateway.inbox.service import Received, receive
from integrations.gateway.outbox.service import Outbox
from integrations.gateway.sms.texts import OPTED_IN, OPTED_OUT
from integrations.gateway.sms.words import subscription

CONFIRMATIONS = {"opted_out": OPTED_OUT, "opted_in": OPTED_IN}


async def receive_sms(session: AsyncSession, outbox: Outbox, inbound: Inbound, now: datetime) -> Received:
    """Like `receive`; a wish to stop or resume is stored as an event and confirmed once per message."""
    if inbound.kind == "text" and inbound.text:
        conversation = await conversations.find(session, inbound.channel, inbound.address)
        answering = conversation is not None and (conversation.owner != "bot" or bool(conversation.state.get("journey")))
        offered = conversation is not None and bool(conversation.choices)
        if wish := subscription(inbound.text, answering=answering, offered=offered):
            inbound = replace(inbound, kind="event", event=wish)
    received = await receive(session, inbound, now)
    if not received.repeated and inbound.event in CONFIRMATIONS:
        await outbox.say_as_system(session, received.conversation_id, CONFIRMATIONS[inbound.event], inbound.event, now)
    return received
