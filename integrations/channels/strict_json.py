"""Reads JSON that came over a webhook: bounded size and depth, no duplicate keys, an object at the top."""

import json
from typing import Any

from integrations.channels.base import MalformedRequest

MAX_BODY_BYTES = 64 * 1024
MAX_DEPTH = 16


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`. Raises `MalformedRequest` naming the broken rule."""
    if len(body) > MAX_BODY_BYTES:
        raise MalformedRequest("body too large")
    if _nesting(body) > MAX_DEPTH:
        raise MalformedRequest("nested too deeply")
    try:
        document = json.loads(body.decode("utf-8"), object_pairs_hook=_unique_keys, parse_constant=_refuse_constant)
    except ValueError as error:  # of the decoder, the parser, or Python's own limit on the digits of a number
        raise MalformedRequest("not JSON in UTF-8") from error
    if not isinstance(document, dict):
        raise MalformedRequest("not a JSON object")
    return document


def _nesting(body: bytes) -> int:
    """Deepest bracket level outside strings; counted before parsing, because the parser itself recurses."""
    depth = deepest = 0
    in_string = escaped = False
    for byte in body:
        if escaped:
            escaped = False
        elif in_string:
            escaped = byte == 0x5C
            in_string = byte != 0x22
        elif byte == 0x22:
            in_string = True
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(pairs)
    if len(unique) != len(pairs):
        raise MalformedRequest("duplicate key")
    return unique


def _refuse_constant(name: str) -> None:
    raise MalformedRequest(f"{name} is not JSON")
