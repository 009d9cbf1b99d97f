"""Golden transcripts of plain phones against the whole product: every screen and message, as an old person reads it.

`plain_phone/<channel>_<journey>.txt`: a line `> …` is what is typed (`> (dial)` dials, at `> (drop)` the line breaks), what follows is what the phone shows.
`UPDATE_GOLDEN=1` writes them anew; codes that differ in each run are shown as `??????`.

What opens a journey is a key, a short-code word or the journey's own name, so that a retrained model moves no transcript. What a citizen may say
in words of their own is checked in `tests/conversations/plain_phone.yml`, by the journey that it opens.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import pytest

from actions.common.wording import exact_meaning
from integrations.core.text import fold
from integrations.gateway.sms.words import as_payload, as_sentence, subscription
from scripts.local_stack import LocalStack
from tests.conversations.scenarios import filled
from tests.support.sendsms import SmsPhone, StandInSendsms
from tests.support.stack import running_stack
from tests.support.ussd import TOKEN, Handset

HERE = Path(__file__).with_name("plain_phone")
MOMENT = "2026-11-23T20:00:00+07:00"
UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))
TRANSCRIPTS = sorted(HERE.glob("*.txt"))


@dataclass
class Product:
    stack: LocalStack
    operator: StandInSendsms

    def ussd(self, number: str) -> Callable[[str], str]:
        phone = Handset(self.stack.url("gateway"), number)
        acts = {"(dial)": phone.dial, "(drop)": phone.drop}
        return lambda typed: acts[typed]() or "" if typed in acts else phone.press(typed)

    def sms(self, number: str) -> Callable[[str], str]:
        phone = SmsPhone(self.stack, self.operator, number)
        return lambda typed: "\n---\n".join(phone.send(typed))


@pytest.fixture(scope="module")
def product(trained_model) -> Iterator[Product]:
    with StandInSendsms() as operator:
        overrides = {
            "CLOCK": MOMENT,
            "USSD_TOKEN": TOKEN,
            "USSD_BUDGET": "8",  # a slow test machine is not what is tested here
        }
        for stack in running_stack(overrides | operator.settings):
            yield Product(stack, operator)


def exchanges(text: str) -> list[tuple[str, str]]:
    """(typed, shown) pairs of a transcript."""
    return [(block.partition("\n")[0], block.partition("\n")[2].strip("\n")) for block in re.split(r"^> ", text, flags=re.M)[1:]]


def lasting(shown: str) -> str:
    return re.sub(r"\b(HT|LT)-[A-Z0-9]{6,}", r"\1-??????", shown)


def opens_without_understanding(typed: str) -> bool:
    """A key, a short-code word, or a journey's own name."""
    typed = filled(typed, 0)
    known = bool(re.fullmatch(r"\d{1,2}|\*|\((?:dial|drop)\)", typed) or exact_meaning("journeys", fold(typed)))
    meant = as_payload("sms", typed) or as_sentence("sms", typed, in_journey=True)
    return known or bool(subscription(typed, answering=False)) or meant != typed


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_transcript_opens_without_understanding(path):
    typed = [typed for typed, _ in exchanges(path.read_text())]
    assert all(opens_without_understanding(line) for line in typed[: 2 if path.stem.startswith("ussd") else 1])


@pytest.mark.stack
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(product, path):
    on_channel = product.ussd if path.stem.startswith("ussd") else product.sms
    phone = on_channel(f"+8491{crc32(path.stem.encode()) % 10_000:04d}678")  # a number of its own, with the same end for all
    recorded = exchanges(path.read_text())
    assert recorded
    played = [(typed, lasting(phone(filled(typed, 0)))) for typed, _ in recorded]
    if UPDATE:
        path.write_text("".join(f"> {typed}\n{shown}\n\n" for typed, shown in played))
    else:
        assert played == recorded
