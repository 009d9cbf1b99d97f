"""What a citizen is answered, and on which day."""

import pytest

from actions.common.formatting import show_date
from actions.knowledge.actions import library
from actions.knowledge.units import read_units
from tests.unit.knowledge.conversation import Conversation

FEE = ("cccd_fee", 0.95)


@pytest.mark.parametrize(
    ("day", "must", "must_not"),
    [
        ("2026-12-31", ["25.000", "31/12/2026", "28/2/2027", "hỏi lại"], []),
        ("2027-01-01", ["50.000", "28/2/2027", "hỏi lại"], ["25.000"]),
        ("2027-03-01", ["50.000"], ["25.000", ": 0 đồng"]),
    ],
)
def test_the_fee_changes_by_itself_and_second_hand_amounts_say_so(day: str, must: list[str], must_not: list[str]) -> None:
    chat = Conversation(f"{day}T09:00:00+07:00").ask("Phí đổi căn cước là bao nhiêu?", FEE).value("chat")
    assert all(part in chat for part in must), chat
    assert not any(part in chat for part in must_not), chat


def test_midnight_in_vietnam_decides_the_day_not_in_london() -> None:
    asked = Conversation("2026-12-31T17:30:00+00:00").ask("Phí đổi căn cước là bao nhiêu?", FEE)
    assert "25.000" not in asked.value("chat")


def test_an_answer_names_its_source_and_the_day_it_was_checked_and_is_marked_as_a_trial_text() -> None:
    asked = Conversation().ask("Mấy tuổi phải đổi thẻ căn cước?", ("cccd_renew", 0.9))
    assert asked.responses == ["utter_answer_trial"]
    assert "Luật Căn cước" in asked.value("source")
    assert asked.value("checked_on") == "23/11/2026"


def test_every_unit_answers_its_own_questions() -> None:
    missed = []
    for unit in read_units():
        for question in unit.questions:
            asked = Conversation().ask(question, (unit.label, 0.9))
            if asked.slots.get("knowledge_unit") != unit.id:
                missed.append((unit.id, question, asked.slots.get("knowledge_unit")))
    assert not missed


def test_the_detail_comes_only_when_asked_for() -> None:
    unit = next(unit for unit in read_units() if unit.version_on(unit.versions[-1].checked_on) and unit.versions[-1].answer.detail)
    talk = Conversation().ask(unit.title, (unit.label, 0.9))
    assert "Chi tiết" in talk.titles
    assert talk.more().responses == ["utter_answer_detail"]
    assert talk.value("detail") == unit.version_on(unit.versions[-1].checked_on).answer.detail


def test_a_choice_is_answered_without_guessing() -> None:
    assert Conversation().choose("fee-renew").slots["knowledge_unit"] == "fee-renew"


def test_journeys_are_not_offered_inside_a_form() -> None:
    unit = next(unit for unit in read_units() if "eid" in unit.journeys)
    assert "Hướng dẫn từng bước" in Conversation().choose(unit.id).titles
    assert "Hướng dẫn từng bước" not in Conversation(open_form="lodging_form").choose(unit.id).titles


def test_a_follow_up_leans_on_the_answer_before() -> None:
    talk = Conversation().choose("eid-level2-where")
    talk.ask("thế còn trẻ em thì sao?", ("cccd_issue_new", 0.6))
    assert library().unit(talk.slots["knowledge_unit"]).topic == "eid"
    assert "tre" in " ".join(library().unit(talk.slots["knowledge_unit"]).questions).lower().replace("ẻ", "e")


def test_another_ministry_s_question_is_sent_there_and_not_answered() -> None:
    asked = Conversation().ask("Làm hộ chiếu cho trẻ em cần giấy tờ gì?", ("out_of_scope", 0.93))
    assert asked.responses == ["utter_out_of_scope"]
    assert "knowledge_unit" not in asked.slots


def test_unsure_asks_back_with_two_or_three_questions_and_a_way_to_a_person() -> None:
    asked = Conversation().ask("cái thẻ đổi rồi mà hỏi chuyện phí với hạn thẻ", ("cccd_fee", 0.45), ("cccd_renew", 0.3))
    assert asked.responses == ["utter_which_question"]
    assert 3 <= len(asked.titles) <= 4
    assert asked.titles[-1] == "Không phải, gặp cán bộ"


def test_the_second_unclear_message_in_a_row_goes_to_a_person() -> None:
    talk = Conversation().unclear("xyz abc", ("greet", 0.1))
    assert talk.responses == ["utter_not_understood"]
    talk.unclear("blah blah", ("greet", 0.1))
    assert talk.followed_by == "action_handoff_failed_twice"
    assert talk.said == []


def test_an_answer_in_between_starts_the_count_anew() -> None:
    talk = Conversation().unclear("xyz abc", ("greet", 0.1))
    talk.ask("Mấy tuổi phải đổi thẻ căn cước?", ("cccd_renew", 0.9))
    assert talk.unclear("blah", ("greet", 0.1)).followed_by is None


def test_production_states_nothing_that_nobody_approved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROLY_ENV", "production")
    talk = Conversation().ask("Mấy tuổi phải đổi thẻ căn cước?", ("cccd_renew", 0.9))
    assert talk.responses == ["utter_answer_not_confirmed"]
    assert talk.titles == ["Gặp cán bộ"]
    assert talk.more().responses == ["utter_no_more_detail"]


def test_a_foreigner_is_told_when_an_answer_is_in_vietnamese_only() -> None:
    unit = next(unit for unit in read_units() if not unit.versions[-1].answer.en and unit.version_on(unit.versions[-1].checked_on))
    assert Conversation(language="en").choose(unit.id).responses == ["utter_answer_in_vietnamese", "utter_answer_trial"]


def test_dates_read_the_vietnamese_way() -> None:
    assert show_date(read_units()[0].versions[0].checked_on) == "23/11/2026"
