"""What every channel speaks: the values between a provider and the gateway. Knows no web framework, no database and no bot.

A channel package turns a provider's request into `Inbound`, `Receipt` or `StaffEcho` (its `parse`), turns the replies of a turn
into provider-sized messages (`Sender.compose`) and sends one of them (`Sender.send`).

Errors of this package::

    ChannelError
    ├── SignatureError    the request does not come from the provider: answer 401
    └── MalformedRequest  it does, or could, but cannot be understood: answer 400
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

InboundKind = Literal["text", "media", "event"]
EventName = Literal["followed", "unfollowed", "contact_shared", "location_shared", "opted_out", "opted_in", "session_ended"]
ReceiptState = Literal["accepted", "sent", "delivered", "seen", "failed"]


class ChannelError(Exception):
    """Root of the errors of `integrations.channels`."""


class SignatureError(ChannelError):
    """The request carries no valid proof that the provider sent it."""


class MalformedRequest(ChannelError):
    """The request cannot be understood; the message says which rule it broke, without the citizen's data."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing the citizen may answer: what is shown, and what the bot is told when it is picked."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing said to the citizen, in no provider's format."""

    text: str
    choices: tuple[Choice, ...] = ()

    def with_text(self, text: str) -> "Reply":
        return replace(self, text=text)


@dataclass(frozen=True, slots=True)
class Inbound:
    """Something a citizen did. `(channel, provider_message_id)` is unique for ever: a second one is a redelivery.

    `address` is the citizen on that channel (Zalo user id, phone number in E.164). `text` is set for kind `text`, and for a media
    message's caption; a media message's file is never named here, because it is never fetched. `event` is set for kind `event`.
    `raw_event` is the provider's own name of what happened. `data` holds what an event carries (a contact form's fields).
    """

    channel: str
    provider_message_id: str
    address: str
    kind: InboundKind
    raw_event: str
    occurred_at: datetime
    text: str | None = None
    event: EventName | None = None
    data: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of messages we sent, as the provider tells it. May come twice, late and out of order.

    `reference` is our delivery's id where the provider gives it back: it names a message whose request was never answered, too.
    """

    channel: str
    provider_refs: tuple[str, ...]
    state: ReceiptState
    occurred_at: datetime
    raw_state: str
    reason: str | None = None
    address: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class StaffEcho:
    """The provider shows us a message sent in our name. If `provider_ref` is not one of ours, an officer wrote it in the provider's own console."""

    channel: str
    provider_ref: str
    address: str
    occurred_at: datetime
    text: str | None = None


Parsed = Inbound | Receipt | StaffEcho | None
"""What a webhook request means; None: nothing to do (a probe, or an event we do not know)."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider accepted the message and calls it `provider_ref`."""

    provider_ref: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The provider surely did not take the message. `reason` is a sentence for staff, `code` the provider's own."""

    reason: str
    retryable: bool
    code: str | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The request left and no readable answer came: the citizen may or may not have the message."""

    reason: str


SendOutcome = Sent | Failed | Ambiguous


class Sender(Protocol):
    """How the gateway's outbox reaches a provider. Implementations never raise for what a provider does: they return an outcome."""

    channel: str

    def compose(self, replies: Sequence[Reply]) -> tuple[Reply, ...]:
        """The messages that one turn becomes on this channel; each is delivered, retried and receipted on its own."""
        ...

    async def send(self, address: str, message: Reply, reference: str) -> SendOutcome:
        """Send one composed message. `reference` is our delivery's id, given to providers that can echo or deduplicate it."""
        ...


@runtime_checkable
class Inquirer(Protocol):
    """A sender whose provider can be asked later what became of a message that it never answered for."""

    async def inquire(self, address: str, message: Reply, reference: str, since: datetime, now: datetime) -> Receipt | None:
        """What the provider knows of the message that was sent at `since`; None when it does not know it, or does not answer."""
        ...


def offered_choices(replies: Sequence[Reply]) -> tuple[Choice, ...]:
    """All choices of a turn in the order shown, the same payload once. A typed number counts through this list, on every channel."""
    first_by_payload: dict[str, Choice] = {}
    for reply in replies:
        for choice in reply.choices:
            first_by_payload.setdefault(choice.payload, choice)
    return tuple(first_by_payload.values())
