"""Magic numbers: a code or number that ends so makes the stand-in fail in one way (docs/contracts.md)."""

import asyncio
import re

from fastapi import Response

from integrations.sandbox.errors import Refused

SLOW_SECONDS = 20
NEVER_SECONDS = 600
MAGIC_ENDINGS = ("0500", "0409", "0408", "0020", "0999", "0503")


async def misbehave(text: str) -> Response | None:
    """The failure that `text` asks for: an answer to give instead of the real one, or None after the wait it may ask for."""
    match re.sub(r"\D", "", text)[-4:]:
        case "0500":
            return Response('{"code": "internal_error"}', 500, media_type="application/json")
        case "0503":
            return Response('{"code": "unavailable"}', 503, {"Retry-After": "60"}, media_type="application/json")
        case "0409":
            raise Refused("conflict", 409)
        case "0999":
            return Response('{"code": "LT-', 200, media_type="application/json")
        case "0020":
            await asyncio.sleep(SLOW_SECONDS)
        case "0408":
            await asyncio.sleep(NEVER_SECONDS)
            return Response(status_code=504)
    return None
