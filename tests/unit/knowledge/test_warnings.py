"""What keeps people from harm comes before everything else."""

import pytest

from actions.knowledge.asked import library
from actions.knowledge.decide import Answered, decide
from actions.knowledge.fraud import is_asked_for_a_code
from tests.unit.knowledge.conversation import Conversation


@pytest.mark.parametrize(
    "text",
    [
        "có đứa gọi xưng cán bộ phường bắt tui đọc mã mới nhận, không thì cắt lương hưu", "ho nhan tin bao trung xe may, dua ma otp vneid moi nhan duoc",
        "bảo hiểm xã hội gọi yêu cầu cung cấp mật khẩu VNeID", "nguoi la goi hoi mua dat roi bao doc day so trong tin nhan",
    ],
)  # fmt: skip
@pytest.mark.parametrize("label", ["out_of_scope", "eid_problem_otp", "complaint"])
def test_whoever_is_asked_for_a_code_is_warned_whatever_else_is_named(text: str, label: str) -> None:
    assert decide(text, [(label, 0.9)], library().index) == Answered(library().index.units_by_id["eid-fraud-otp"])


@pytest.mark.parametrize(
    "text",
    [
        "gọi tổng đài mà vẫn không thấy gửi mã OTP",
        "công an gọi bảo cung cấp mã hồ sơ căn cước",
        "gọi ai khi không nhận được mã",
        "doc ma qr tren the bang may nao",
    ],
)
def test_other_calls_and_codes_are_no_fraud(text: str) -> None:
    assert not is_asked_for_a_code(text)


def test_what_to_do_after_a_warning_of_fraud_is_what_the_warning_says() -> None:
    talk = Conversation()
    talk.ask("Có người gọi xưng công an bảo đọc mã OTP", ("data_privacy", 0.9))
    for text in ("giờ tài khoản ngân hàng mất 20 triệu", "phải làm sao", "giờ phải làm gì"):
        assert "ngân hàng" in talk.ask(text, ("out_of_scope", 0.89)).value("chat"), text


def test_danger_that_the_classifier_missed_goes_to_the_emergency_numbers() -> None:
    assert Conversation().ask("cứu tôi với có trộm", ("other", 0.5)).followed_by == "action_emergency"
    assert Conversation().unclear("cháy nhà rồi", ("greet", 0.1)).followed_by == "action_emergency"


@pytest.mark.parametrize("unit", ["eid-fraud-otp", "eid-sms-real", "no-card-photos", "emergency"])
def test_a_warning_that_keeps_people_from_harm_is_said_in_production_before_anybody_approved_it(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROLY_ENV", "production")
    assert Conversation().choose(unit).responses == ["utter_answer_trial"]
