"""Messages of unknown fate whose provider can be asked: what it says settles them like a receipt. What it does not know stays unknown."""

from datetime import datetime, timedelta

from integrations.channels.base import Inquirer, Receipt, Sender
from integrations.gateway.database import Sessions
from integrations.gateway.outbox import repository
from integrations.gateway.outbox.delivery import as_reply
from integrations.gateway.outbox.models import OutboundMessage
from integrations.gateway.outbox.receipts import apply_receipt
from integrations.gateway.outbox.service import Outbox

ASK_AFTER, ASK_UNTIL = timedelta(minutes=2), timedelta(hours=1)


async def settle_unknown(sessions: Sessions, outbox: Outbox, now: datetime) -> int:
    """Asks about each of the last hour, with no database connection held; returns how many were settled."""
    async with sessions() as session:
        unknown = await repository.unknown_between(session, now - ASK_UNTIL, now - ASK_AFTER)
    settled = 0
    for message, address in unknown:
        sender = outbox.senders.get(message.channel)
        receipt = await _ask(sender, message, address, now) if sender else None
        if receipt is not None:
            async with sessions() as session, session.begin():
                settled += await apply_receipt(session, receipt)
    return settled


async def _ask(sender: Sender, message: OutboundMessage, address: str, now: datetime) -> Receipt | None:
    if not isinstance(sender, Inquirer) or message.sending_since is None:
        return None
    return await sender.inquire(address, as_reply(message), message.reference, message.sending_since, now)
