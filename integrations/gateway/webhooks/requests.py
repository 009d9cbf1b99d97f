"""Reading a provider's request: the raw body within a limit, and our errors as status codes."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from fastapi import HTTPException, Request

from integrations.channels.base import MalformedRequest, SignatureError
from integrations.channels.strict_json import MAX_BODY_BYTES


async def raw_body(request: Request) -> bytes:
    """The bytes as they came; 413 when there are more than 64 KB, without reading on."""
    body = bytearray()
    stream: AsyncIterator[bytes] = request.stream()
    async for chunk in stream:
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(413, "body too large")
    return bytes(body)


@contextmanager
def refusals_as_status() -> Iterator[None]:
    """401 when the provider did not sign it, 400 when it cannot be understood."""
    try:
        yield
    except SignatureError as error:
        raise HTTPException(401, str(error)) from error
    except MalformedRequest as error:
        raise HTTPException(400, str(error)) from error
