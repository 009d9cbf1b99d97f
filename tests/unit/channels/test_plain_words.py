"""No abbreviation on a plain phone that an old person would not know: in the domain, in written answers with their sources, and in the gateway's own words."""

import re
from pathlib import Path

import pytest
import yaml

from actions.knowledge.units import read_units
from integrations.core.text import fold
from integrations.gateway.sms import texts as sms_texts
from integrations.gateway.turn.texts import _TEXTS
from integrations.gateway.ussd import texts as ussd_texts
from tests.unit.channels.test_responses_fit import VARIATIONS

WORDS = yaml.safe_load(Path(__file__).with_name("plain_words.yml").read_text())
ADDRESS = re.compile(r"\b[\w-]+(?:\.[\w-]+)+\b")  # of a page or a file code: to be copied as it is
CAPITALS = re.compile(r"(?<![\w-])[A-ZĐÂĂÊÔƠƯ]{2,}[A-ZĐÂĂÊÔƠƯ0-9]*\b|\b[CDKĐ]\d{1,2}\b")


def domain() -> list[tuple[str, str]]:
    plain = [(name, item) for name, item in VARIATIONS if item.get("channel") in ("sms", "ussd") and not item.get("condition")]
    return [(name, "\n".join([item.get("text") or "", *(button["title"] for button in item.get("buttons") or [])])) for name, item in plain]


def knowledge() -> list[tuple[str, str]]:
    versions = [(unit, version) for unit in read_units() for version in unit.versions]
    return [(unit.id, f"{text}\n{version.cite}") for unit, version in versions for text in (version.answer.sms, version.answer.ussd)]


def gateway() -> list[tuple[str, str]]:
    own = [(name, text) for module in (sms_texts, ussd_texts) for name, text in vars(module).items() if name.isupper() and isinstance(text, str)]
    return own + [(name, texts["vi"]) for name, texts in _TEXTS.items()]


def strange(text: str) -> list[str]:
    """What an old person may not know."""
    text = ADDRESS.sub(" ", re.sub(r"{\w+}", " ", text))
    never = [word for word in WORDS["never"] if re.search(rf"\b{word}\b", fold(text))]
    for known in sorted(WORDS["known"], key=len, reverse=True):
        text = re.sub(rf"\b{known}\b", " ", text)
    return never + CAPITALS.findall(text)


@pytest.mark.parametrize("source", [domain, knowledge, gateway])
def test_plain_words(source):
    texts = source()
    assert len(texts) > 10
    assert {name: found for name, text in texts if (found := strange(text))} == {}


def test_no_word_is_allowed_that_nobody_needs():
    said = "\n".join(text for source in (domain, knowledge, gateway) for _, text in source())
    assert [word for word in WORDS["known"] if not re.search(rf"\b{word}\b", said)] == []


@pytest.mark.parametrize("text", ["Đến PC06", "NĐ 282/2025", "ND 347/2026 sua", "Luật Căn cước Đ21 k1", "Xác thực ở ki-ốt", "bấm link", "mất CCCD", "UBND xã"])
def test_an_abbreviation_is_found(text):
    assert strange(text)
