"""The kiosk's texts: every one is translated, extracted by Babel's own rules, and every screen and trouble has one."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from verification_service.face.liveness import LivenessFailure, Movement
from verification_service.face.quality import Problem
from verification_service.kiosk import texts
from verification_service.kiosk.state import Screen, Trouble
from verification_service.sessions.policies import Purpose

CATALOGUES = sorted(texts.LOCALE.glob("*/LC_MESSAGES/kiosk.po"))


def extracted() -> set[str]:
    source = Path(texts.__file__).read_bytes()
    return {message for _, message, _, _ in extract("python", BytesIO(source), keywords={"N_": None})}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_a_catalogue_has_exactly_the_extracted_texts_and_all_are_translated(path):
    catalogue = read_po(path.open("rb"))
    assert {message.id for message in catalogue if message.id} == extracted()
    assert not [message.id for message in catalogue if message.id and (not message.string or message.fuzzy)]


def test_every_language_has_a_catalogue():
    assert {path.parent.parent.name for path in CATALOGUES} | {"vi"} == set(texts.LANGUAGES)
    assert texts.texts_in("en")["start"] == "Start"


def test_everything_that_can_be_shown_has_a_text():
    failures = set(LivenessFailure) - {LivenessFailure.TOO_MANY_FRAMES, LivenessFailure.OUT_OF_ORDER}
    wanted = {screen.value for screen in Screen} - {"problem"}
    wanted |= {f"problem_{trouble.value}" for trouble in Trouble} | {f"purpose_{purpose.value}" for purpose in Purpose}
    wanted |= {f"prompt_{movement.value}" for movement in Movement} | {"prompt_straight"}
    wanted |= {f"advice_{problem.value}" for problem in Problem} | {f"advice_{failure.value}" for failure in failures}
    assert wanted <= set(texts.TEXTS)


def test_no_key_is_used_on_the_page_that_does_not_exist():
    page = (Path(texts.__file__).parent / "static" / "index.html").read_text()
    assert set(re.findall(r'data-text="(\w+)"', page)) <= set(texts.TEXTS)
