"""What a citizen is answered, and on which day."""

from datetime import date

import pytest

from actions.common.formatting import show_date
from actions.knowledge.asked import library
from actions.knowledge.elsewhere import our_part
from actions.knowledge.library import Library
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
            # A cry for help is answered by the numbers at once, not by a unit.
            if asked.slots.get("knowledge_unit") != unit.id and not (unit.id == "emergency" and asked.followed_by == "action_emergency"):
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


@pytest.mark.parametrize(
    ("before", "then", "unit"),
    [
        ("eid-level2-where", "thế còn trẻ em thì sao?", "eid-child"),
        ("eid-level2-where", "bao lâu?", "eid-level2-time"),
        ("eid-level2-where", "cần mang gì?", "eid-level2-bring"),
        ("eid-level1-how", "mấy ngày có?", "eid-level1-time"),
        ("card-lost", "bao lâu có?", "card-time"),
        ("card-first-time", "mất tiền không", "fee-first"),
        ("card-under-6", "thế còn cháu 8 tuổi?", "card-6-to-13"),
        ("fee-renew", "thế còn làm lại thẻ mất?", "fee-reissue"),
        ("fee-renew", "còn lần đầu thì sao", "fee-first"),
        ("temp-when", "cần giấy tờ gì", "temp-file"),
        ("temp-when", "mất bao nhiêu tiền", "temp-fee"),
        ("temp-file", "bao lau xong", "temp-time"),
        ("lodging-one-night", "trước mấy giờ?", "lodging-deadline"),
        ("lodging-one-night", "ai phải báo", "lodging-who"),
        ("lodging-how", "mất phí không", "lodging-free"),
        ("eid-new-phone", "còn đổi số thì sao", "eid-new-number"),
        ("eid-activate-how", "quá 7 ngày thì sao?", "eid-activate-deadline"),
        ("foreigner-where", "what information is needed?", "foreigner-content"),
    ],
)
def test_a_follow_up_leans_on_the_answer_before(before: str, then: str, unit: str) -> None:
    assert Conversation().choose(before).ask(then, ("other", 0.4)).slots["knowledge_unit"] == unit


def test_a_lost_card_and_then_the_price_is_the_price_of_a_lost_card() -> None:
    assert Conversation().choose("card-lost").ask("bao nhiêu tiền?", ("cccd_fee", 0.6)).slots["knowledge_unit"] == "fee-reissue"


def test_without_an_answer_before_a_bare_side_is_no_answer() -> None:
    assert "knowledge_unit" not in Conversation().ask("bao lâu?", ("cccd_processing_time", 0.5)).slots


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("đổi thẻ mất bao nhiêu tiền và bao lâu có?", "fee-renew", "Bao lâu có thẻ căn cước?"),
        ("làm mức 2 cần mang gì và khai báo lưu trú trước mấy giờ", "eid-level2-bring", "Thông báo lưu trú trước mấy giờ?"),
    ],
)
def test_of_two_questions_the_first_is_answered_and_the_second_named(text: str, first: str, second: str) -> None:
    asked = Conversation().ask(text, ("cccd_fee", 0.5), ("eid_level2_register", 0.2), ("lodging_deadline", 0.2))
    assert asked.responses[-1] == "utter_second_question"
    assert asked.slots["knowledge_unit"] == first
    assert asked.titles[-1] == second


def test_a_long_story_gets_the_questions_it_may_be_about() -> None:
    story = (
        "tôi năm nay bảy mươi tuổi ở xã, hôm trước có ra xã làm giấy, người ta bảo chờ, tôi chờ mãi, con tôi đi làm xa, "
        "quên mật khẩu VNeID, mất căn cước, không nhận được mã OTP, mệt quá không biết sao nữa"
    )
    asked = Conversation().ask(story, ("data_privacy", 0.5))
    assert asked.responses == ["utter_which_question"]
    assert "Quên mật khẩu VNeID làm sao?" in asked.titles


@pytest.mark.parametrize(
    ("text", "response", "topic"),
    [
        ("Làm hộ chiếu cho trẻ em cần giấy tờ gì?", "utter_elsewhere_police", "hộ chiếu"),
        ("doi bang lai xe het bao nhieu tien", "utter_elsewhere_police", "giấy phép lái xe"),
        ("tra phạt nguội", "utter_elsewhere_police", "phạt nguội"),
        ("làm giấy khai sinh cho con", "utter_elsewhere_authority", "khai sinh"),
        ("sang tên sổ đỏ", "utter_elsewhere_authority", "đất đai"),
    ],
)
def test_another_office_s_topic_is_named_with_where_to_ask(text: str, response: str, topic: str) -> None:
    asked = Conversation().ask(text, ("out_of_scope", 0.93))
    assert asked.responses == [response]
    assert topic in asked.value("topic")
    assert "knowledge_unit" not in asked.slots


@pytest.mark.parametrize(
    ("text", "unit", "label"),
    [
        ("tôi đi đăng ký xe mà căn cước hết hạn thì đổi ở đâu", "card-renew-how", "cccd_renew"),
        ("dang lam ly lich tu phap tren vneid ma quen mat khau thi lay lai sao", "eid-password-forgotten", "eid_problem_password"),
        ("vay tín dụng đen bị nó giữ căn cước, làm lại căn cước được không", "card-lost", "cccd_lost"),
    ],
)
def test_another_office_named_in_passing_does_not_keep_a_question_of_ours_from_its_answer(text: str, unit: str, label: str) -> None:
    asked = Conversation().ask(text, ("out_of_scope", 0.6), (label, 0.25), ("other", 0.1))
    assert asked.slots["knowledge_unit"] == unit


@pytest.mark.parametrize(
    "text", ["đăng ký xe máy cần giấy tờ gì, có cần căn cước không", "mã số thuế lấy theo số căn cước phải không", "làm hộ chiếu có cần căn cước không"]
)
def test_a_question_about_another_office_s_business_stays_theirs_with_a_word_of_ours_in_it(text: str) -> None:
    assert our_part(text) is None
    assert Conversation().ask(text, ("out_of_scope", 0.6), ("cccd_renew", 0.2)).responses[0].startswith("utter_elsewhere_")


def test_a_topic_of_another_office_is_not_answered_by_words_that_it_shares() -> None:
    assert Conversation(language="en").ask("how do I extend my visa", ("out_of_scope", 0.5)).responses == ["utter_elsewhere_police"]


def test_off_topic_talk_never_hears_the_same_words_twice_and_ends_with_a_person() -> None:
    talk, off_topic = Conversation(), ("out_of_scope", 0.9)
    assert talk.ask("thời tiết hôm nay", off_topic).responses == ["utter_out_of_scope"]
    assert talk.ask("kể chuyện cười đi", off_topic).responses == ["utter_out_of_scope_again"]
    assert talk.ask("giá vàng bao nhiêu", off_topic).followed_by == "action_handoff_failed_twice"


def test_a_journey_that_the_likeliest_question_offers_is_among_the_choices() -> None:
    asked = Conversation().ask("tôi chủ khách sạn cần khai 3 khách", ("lodging_who", 0.3), ("lodging_register", 0.25))
    assert asked.responses == ["utter_which_question"] and asked.titles[-2:] == ["Khai báo lưu trú", "Không phải, gặp cán bộ"]


def test_unsure_asks_back_with_two_or_three_questions_and_a_way_to_a_person() -> None:
    asked = Conversation().ask("tuổi với cái thẻ nó thế nào", ("cccd_renew", 0.35), ("cccd_issue_new", 0.3))
    assert asked.responses == ["utter_which_question"]
    assert 3 <= len(asked.titles) <= 4
    assert asked.titles[-1] == "Không phải, gặp cán bộ"


def test_failures_that_are_not_in_a_row_are_worded_anew_and_the_third_is_a_person_s() -> None:
    talk, sense = Conversation(), ("cccd_renew", 0.9)
    assert talk.unclear("xyz abc", ("greet", 0.1)).responses == ["utter_not_understood"]
    talk.ask("Mấy tuổi phải đổi thẻ căn cước?", sense)
    assert talk.unclear("blah blah", ("greet", 0.1)).responses == ["utter_not_understood_again"]
    talk.ask("Mấy tuổi phải đổi thẻ căn cước?", sense)
    assert talk.unclear("qwe rty", ("greet", 0.1)).followed_by == "action_handoff_failed_twice"


@pytest.mark.parametrize(
    "topic", ["foreigner-where", "temp-file", "eid-foreigner", "hotline", "office-hours", "eid-fraud-otp", "my-data", "who-am-i", "lodging-deadline"]
)
def test_what_foreigners_need_is_answered_in_english_with_english_choices(topic: str) -> None:
    asked = Conversation(language="en").choose(topic)
    assert asked.responses == ["utter_answer_trial"]
    assert asked.value("sms") == asked.value("ussd") == asked.value("chat") == library().unit(topic).version_on(date(2026, 11, 23)).answer.en
    assert "Chi tiết" not in asked.titles


def test_english_choices_are_in_english() -> None:
    asked = Conversation(language="en").unclear("guest register how", ("lodging_foreigner", 0.35))
    assert asked.titles and all(title.isascii() for title in asked.titles)


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


def test_an_exchange_online_for_nothing_is_said_while_it_lasts_and_no_longer() -> None:
    today, later = Conversation(), Conversation(received_at="2027-03-01T12:00:00+07:00")
    assert "trực tuyến" in (said := today.choose("card-renew-how").value("chat")) and "0 đồng đến hết 28/2/2027" in said and "bản tóm tắt" in said
    assert "0 đồng" not in later.choose("card-renew-how").value("chat")


@pytest.mark.parametrize("day", ["2026-11-26", "2027-01-15", "2027-03-01"])
def test_what_a_card_costs_names_the_first_card_and_the_old_model_too(day: str) -> None:
    talk = Conversation(received_at=f"{day}T12:00:00+07:00").ask("Làm căn cước mất bao nhiêu tiền?", ("cccd_fee", 0.9))
    assert "Lần đầu: miễn phí" in talk.value("chat") and "CCCD" in talk.value("chat") and "30.000" in talk.value("chat")


def test_nothing_without_a_source_is_said_of_the_person_before_on_the_phone() -> None:
    answer = Conversation().choose("eid-device-bound")
    assert "người dùng trước" not in answer.value("chat")


def test_a_foreigner_is_told_when_an_answer_is_in_vietnamese_only(monkeypatch: pytest.MonkeyPatch) -> None:
    unit = library().unit("card-ages")
    version = unit.versions[0]
    vietnamese = unit.model_copy(update={"versions": [version.model_copy(update={"answer": version.answer.model_copy(update={"en": None})})]})
    monkeypatch.setattr(Library, "unit", lambda _, identifier: vietnamese)
    assert Conversation(language="en").choose(unit.id).responses == ["utter_answer_in_vietnamese", "utter_answer_trial"]


def test_dates_read_the_vietnamese_way() -> None:
    assert show_date(read_units()[0].versions[0].checked_on) == "23/11/2026"
