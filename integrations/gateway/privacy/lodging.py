"""Lodging notifications that a conversation has sent: they lie with the lodging service, and the conversation knows their codes."""

import re
from collections.abc import Iterable
from typing import Any

import httpx

from integrations.core.receipt_code import is_sample

_CODE = re.compile(r"\bLT-[0-9A-Z-]{4,20}\b")


def given_codes(messages: Iterable[tuple[bool, str | None]]) -> list[str]:
    """Each code that we gave the citizen, once. `messages` are in order, with whether each is ours.

    A code that the citizen typed before we said it may be a stranger's: the assistant repeats it in its questions. An example in them is nobody's.
    """
    typed, given = "", dict.fromkeys(())
    for ours, text in messages:
        if ours:
            said = [code for code in _CODE.findall(text or "") if not is_sample(code)]
            given |= dict.fromkeys(code for code in said if _letters(code.removeprefix("LT-")) not in typed)
        else:
            typed += _letters(text or "") + " "
    return list(given)


def _letters(text: str) -> str:
    return "".join(character for character in text.upper() if character.isalnum())


class LodgingRecords:
    """The lodging service behind `LODGING_URL`. A record that is not there is left out; an unreachable service raises httpx.HTTPError."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    async def read(self, codes: Iterable[str]) -> list[dict[str, Any]]:
        async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
            answers = [await client.get(f"{self._url}/v1/notifications/{code}") for code in codes]
        return [_body(answer) for answer in answers if answer.status_code != httpx.codes.NOT_FOUND]

    async def cancel(self, codes: Iterable[str]) -> list[str]:
        """The codes that the service has cancelled. What it keeps of a cancelled notification is for its own law to say."""
        cancelled = []
        async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
            for code in codes:
                answer = await client.post(f"{self._url}/v1/notifications/{code}/cancel", headers={"Idempotency-Key": f"erasure-{code}"})
                if answer.status_code not in (httpx.codes.NOT_FOUND, httpx.codes.CONFLICT):
                    answer.raise_for_status()
                    cancelled.append(code)
        return cancelled


def _body(answer: httpx.Response) -> dict[str, Any]:
    answer.raise_for_status()
    return answer.json()
