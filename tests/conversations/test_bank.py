"""The question bank at the real bot: never a wrong answer in the bank's own words, and hardly ever in a citizen's."""

import pytest

from tests.conversations.bank import REGISTERS, Result, ask_all, questions, right_units
from tests.conversations.conftest import Dialogue

pytestmark = pytest.mark.stack
RIGHT_IN_ITS_OWN_WORDS, RIGHT_IN_ALL, WRONG_IN_ALL = 0.9, 0.8, 0.02


@pytest.fixture(scope="module")
def results(dialogue: Dialogue) -> list[Result]:
    return list(ask_all(dialogue.bot_url, dialogue.bot_token, questions()))


def test_all_ninety_four_questions_are_asked_in_three_registers() -> None:
    asked = {(question.name, question.register) for question in questions()}
    assert asked == {(f"F-{number:02}", register) for number in range(1, 95) for register in REGISTERS}
    assert all(right_units(number) for number, _ in asked)


def test_no_wrong_answer_in_the_words_of_the_bank(results: list[Result]) -> None:
    own = [result for result in results if result.asked.register == REGISTERS[0]]
    assert [result for result in own if result.outcome == "WRONG"] == []
    assert sum(result.outcome == "right" for result in own) >= RIGHT_IN_ITS_OWN_WORDS * len(own)


def test_as_citizens_ask_them(results: list[Result]) -> None:
    wrong = [result for result in results if result.outcome == "WRONG"]
    assert len(wrong) <= WRONG_IN_ALL * len(results), wrong
    assert sum(result.outcome == "right" for result in results) >= RIGHT_IN_ALL * len(results)
