"""Every table of the gateway's database that the gateway owns (the desk adds its own on the same base)."""

from integrations.gateway.audit.models import AuditEvent
from integrations.gateway.conversation.models import AwaitedResult, BotSession, Case, Conversation, JourneyRun
from integrations.gateway.database import Base
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.internal.models import Attempt, Consent, Ticket
from integrations.gateway.outbox.models import OutboundMessage
from integrations.gateway.ussd.models import LateAnswer, UssdSession
from integrations.gateway.webhooks.models import ChannelCredential

__all__ = [
    "Attempt",
    "AuditEvent",
    "AwaitedResult",
    "Base",
    "BotSession",
    "Case",
    "ChannelCredential",
    "Consent",
    "Conversation",
    "InboundMessage",
    "JourneyRun",
    "LateAnswer",
    "OutboundMessage",
    "Ticket",
    "UssdSession",
]
