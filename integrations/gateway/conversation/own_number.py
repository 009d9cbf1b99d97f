"""The number that a citizen on a plain phone writes or dials from. The bot knows only that there is one; here it gets its digits."""

from integrations.core.phone import PLAIN_PHONE_CHANNELS, THIS_NUMBER, THIS_NUMBER_END
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.errors import NoNumber

_DIGITS_SHOWN = 3


def own_number(conversation: Conversation) -> str:
    """In E.164. Raises NoNumber on a channel whose citizens are not known by one."""
    if conversation.channel not in PLAIN_PHONE_CHANNELS:
        raise NoNumber(conversation.channel)
    return conversation.address


def given_number(phone: str | None, conversation: Conversation) -> str | None:
    """What the citizen gave as a number, with "this number" as its digits. Raises NoNumber."""
    return own_number(conversation) if phone == THIS_NUMBER else phone


def with_number_end(text: str, conversation: Conversation) -> str:
    """The bot's text with the last three digits where it asks for them; the whole number is never said."""
    return text.replace(THIS_NUMBER_END, conversation.address[-_DIGITS_SHOWN:]) if conversation.channel in PLAIN_PHONE_CHANNELS else text
