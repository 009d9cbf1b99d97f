"""What all SMS providers share: one channel, the citizen's number as address, and a turn as short plain messages."""

import re
from collections.abc import Sequence

from integrations.channels.base import MalformedRequest, Reply, offered_choices
from integrations.core.errors import InvalidValue
from integrations.core.phone import Phone
from integrations.core.text_fitting import fit_sms

CHANNEL = "sms"
_SHORT_CODE = re.compile(r"\d{3,6}")


def compose(replies: Sequence[Reply], *, diacritics: bool = False, segments: int = 2) -> tuple[Reply, ...]:
    """A turn's texts in one go, its choices numbered below, split into messages of at most `segments` radio segments."""
    lines = [reply.text.strip() for reply in replies if reply.text.strip()]
    lines += [f"{number}. {choice.title}" for number, choice in enumerate(offered_choices(replies), 1)]
    return tuple(Reply(text) for text in fit_sms("\n".join(lines), diacritics=diacritics, segments=segments)) if lines else ()


def address_of(number: str) -> str:
    """A sender's number in E.164. Raises MalformedRequest for a short code or a name: advertising and machines are not answered."""
    number = number.strip()
    if _SHORT_CODE.fullmatch(number):
        raise MalformedRequest("the sender is a short code")
    # Operators write 84… without a plus, and Kannel sends a plus as a space.
    international = "+" + number if re.fullmatch(r"84\d{9,10}", number) else number
    try:
        return Phone.parse(international).e164
    except InvalidValue as error:
        raise MalformedRequest("the sender is not a telephone number") from error
