"""Africa's Talking: a form with the whole path in `text`; the answer is plain text that begins with CON or END."""

import hashlib
from collections.abc import Mapping

from integrations.channels.ussd.base import Screen, UssdRequest, request

PROVIDER = "africas_talking"
MEDIA_TYPE = "text/plain"


def read(form: Mapping[str, str]) -> UssdRequest:
    """Raises MalformedRequest."""
    path = form.get("text", "")
    key = hashlib.sha256(path.encode(errors="surrogatepass")).hexdigest()  # a path grows with every input, longer than a key may be
    return request(PROVIDER, form.get("sessionId"), form.get("phoneNumber"), form.get("serviceCode"), path, key=key, is_first=not path, is_path=True)


def read_end(form: Mapping[str, str]) -> UssdRequest:
    """The notification after a session. Raises MalformedRequest."""
    return request(PROVIDER, form.get("sessionId"), form.get("phoneNumber"), form.get("serviceCode"), "", is_end=True)


def write(screen: Screen) -> str:
    return f"{'END' if screen.end else 'CON'} {screen.text}"
