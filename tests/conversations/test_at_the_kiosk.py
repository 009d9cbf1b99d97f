"""Conversations that need a kiosk, through the whole product: the citizen writes, a card and a face are checked, and the conversation goes on by itself.

Gateway, worker, bot, actions, verification service and stand-ins are real processes; the kiosk is driven over its API with an emulated card
and frames of the person (the browser test of the kiosk program is `tests/browser/test_kiosk_and_chat.py`).
"""

import re
from collections.abc import Callable, Iterator

import httpx
import pytest

from integrations.sandbox.citizens.generate import Person as Applicant
from integrations.sandbox.citizens.generate import generate
from scripts.local_stack import LocalStack
from tests.conversations.gateway_driver import Citizen, WebCitizen, ZaloCitizen
from tests.conversations.wording import turn_pattern
from tests.support.kiosk_checks import EnrolledKiosk
from tests.support.sendsms import SmsPhone, StandInSendsms
from tests.support.stack import running_stack, trained_model
from tests.support.testchip import Holder, Issue
from tests.support.verification import SEED, card_of, csca_directory, face_matcher, pack_path, people, pki

__all__ = ["csca_directory", "face_matcher", "pack_path", "people", "pki", "trained_model"]
pytestmark = pytest.mark.stack
READY = 4  # the fifth invented applicant's card is ready (integrations/sandbox/citizens/generate.py)


@pytest.fixture(scope="module")
def sms_operator() -> Iterator[StandInSendsms]:
    with StandInSendsms() as operator:
        yield operator


@pytest.fixture(scope="module")
def product(trained_model, csca_directory, sms_operator) -> Iterator[LocalStack]:
    verification = {"VERIFICATION_CHALLENGE_SEED": str(SEED), "VERIFICATION_CSCA_DIR": str(csca_directory)}
    yield from running_stack(verification | sms_operator.settings)


@pytest.fixture(scope="module")
def kiosk(product) -> EnrolledKiosk:
    EnrolledKiosk.at(product, "Xã Thạch Hà", "Quầy xa", "18.360,105.857")
    return EnrolledKiosk.at(product, "Phường Thành Sen")


@pytest.fixture(scope="module")
def applicant() -> Applicant:
    return [person for person, _ in generate(READY + 1)][READY]


@pytest.fixture
def card(people, pki, applicant) -> Issue:
    """The applicant's card, with An's picture in its chip."""
    born = applicant.birth_date
    return card_of(people["an"], pki, holder=Holder(number=applicant.number, name=applicant.name, birth=f"{born:%y%m%d}", birth_text=f"{born:%d/%m/%Y}"))


@pytest.fixture(params=[WebCitizen, ZaloCitizen], ids=["web", "zalo"])
def citizen(request, product) -> Citizen:
    return request.param(product)


@pytest.fixture
def web(product) -> WebCitizen:
    return WebCitizen(product)


Say = Callable[..., str]


def says(citizen: Citizen, said: str, *expected: str) -> str:
    """One turn (`> …` presses a choice); the answer must be these responses."""
    answer = citizen.choose(said[2:]) if said.startswith("> ") else citizen.type(said)
    return heard(citizen, answer, said, *expected)


def heard(citizen: Citizen, answer: list[str], what: str, *expected: str) -> str:
    text = "\n\n".join(answer)
    assert turn_pattern(list(expected), citizen.channel, "vi").fullmatch(text), f"\n  > {what}\n  < {text}\n  expected {expected}"
    return text


def code_in(text: str) -> str:
    return re.search(r"Mã của ông/bà là (\d{6})", text)[1]


def test_a_citizen_proves_who_they_are_and_is_told_their_card(citizen, kiosk, card, people):
    says(citizen, "tôi muốn xác thực tại ki-ốt", "utter_kiosk_verify", "utter_verification_ask_purpose")
    says(citizen, "> Xác nhận tôi trong cuộc trò chuyện", "utter_verification_consent_strong_chat_identity")
    says(citizen, "> Tôi đồng ý", "utter_verification_ask_commune")
    told = says(citizen, "phường Thành Sen", "utter_verification_code", "utter_verification_places")
    assert re.search(r"Nơi có máy: Quầy 1, Công an Phường Thành Sen; Quầy xa, Công an Xã Thạch Hà \(\d km\)", told)
    assert kiosk.check(code_in(told), card, people["an"]) == "verified"
    heard(citizen, citizen.wait(), "(nothing: it goes on by itself)", "utter_verification_result_verified")
    told = says(citizen, "> Xem thẻ làm đến đâu", "utter_card_intro", "utter_card_status", "any", "utter_card_trial_data")
    assert "Đã có thẻ" in told


def test_from_a_plain_phone_the_result_comes_as_a_message_and_the_conversation_goes_on(product, sms_operator, kiosk, card, people):
    phone = SmsPhone(product, sms_operator, "+84912000777")
    [asked] = phone.send("tôi muốn xác thực tại ki-ốt")
    assert asked.endswith(
        "Xac thuc de lam gi?\n1. Xac nhan toi trong cuoc tro chuyen\n2. Nhan phong, luu tru\n3. Cong chung\n4. Kham chua benh\n5. Truoc khi lam muc 2"
    )
    [consent] = phone.send("1")
    assert consent.endswith("Dong y?\n1. Toi dong y\n2. Khong")
    assert phone.send("1") == ['Dang o xa, phuong nao? Toi tim may gan. Hoac go "bo qua".']
    [told] = phone.send("phuong Thanh Sen")
    assert "Noi co may: Quay 1, Cong an Phuong Thanh Sen; Quay xa, Cong an Xa Thach Ha (6 km)" in told
    assert kiosk.check(re.match(r"Ma (\d{6}), dung den", told)[1], card, people["an"]) == "verified"
    assert phone.wait() == ["Da xac thuc xong. Can gi tiep xin nhan.\n1. Xem the\n2. Yeu cau du lieu"], "nobody wrote in between"
    [status] = phone.send("1")
    assert "Da co the, moi den nhan (du lieu thu)." in status


def test_a_look_up_without_its_code_goes_on_by_itself_once_the_holder_is_verified(citizen, kiosk, card, people):
    says(citizen, "thẻ căn cước của tôi làm đến đâu rồi", "utter_card_intro", "utter_card_ask_receipt_code")
    says(citizen, "> Tôi không có mã, xác thực tại ki-ốt", "utter_kiosk_verify", "utter_verification_consent_strong_chat_identity")
    says(citizen, "> Tôi đồng ý", "utter_verification_ask_commune")
    told = says(citizen, "bỏ qua", "utter_verification_code", "utter_verification_places", "utter_verification_then_goes_on")
    assert kiosk.check(code_in(told), card, people["an"]) == "verified"
    expected = ("utter_verification_result_verified_here", "utter_form_resumed", "utter_card_status", "any", "utter_card_trial_data")
    heard(citizen, citizen.wait(), "(nothing: it goes on by itself)", *expected)


def test_a_hotel_takes_a_guest_from_the_kiosk_and_types_the_other(web, product, kiosk, card, people, applicant):
    says(web, "tôi muốn khai báo lưu trú", "utter_lodging_intro", "utter_lodging_ask_place_kind")
    says(web, "> Cơ sở lưu trú", "utter_lodging_ask_place_name")
    says(web, "Nhà nghỉ Hoa Sen", "utter_lodging_ask_commune")
    says(web, "số 5 đường Phan Đình Phùng, phường Thành Sen", "utter_lodging_ask_arrival")
    says(web, "ngày mai lúc 20h30", "any", "utter_lodging_ask_departure")
    says(web, "3 đêm", "utter_lodging_ask_guest_count")
    says(web, "2", "utter_lodging_ask_guest_name")
    says(web, "> Lấy từ ki-ốt", "utter_kiosk_verify", "utter_verification_consent_lodging_check_in")
    told = says(web, "> Tôi đồng ý", "utter_verification_code", "utter_verification_places", "utter_verification_then_goes_on")
    assert "Nơi có máy: Quầy 1" in told, "the commune of the notification is known"
    assert kiosk.check(code_in(told), card, people["an"]) == "verified"
    told = heard(web, web.wait(), "(nothing)", "utter_form_resumed", "utter_lodging_guest_from_kiosk", "utter_lodging_ask_guest_name")
    assert "2/2" in told
    says(web, "Lê Văn Cường, 2/3/1985, 042085005678", "utter_lodging_ask_reason")
    says(web, "du lịch", "utter_lodging_ask_notifier_name")
    says(web, "Nguyễn Văn An", "utter_lodging_ask_notifier_phone")
    summary = says(web, "0912345678", "utter_lodging_summary")
    assert applicant.number not in summary and applicant.name not in summary
    assert f"{applicant.number[:3]}*******{applicant.number[-2:]} ✓" in summary and "042085005678" in summary
    done = says(web, "> Gửi", "utter_lodging_done", "utter_lodging_trial")
    stored = httpx.get(f"{product.url('sandbox')}/lodging/v1/notifications/{re.search(r'LT-[A-Z0-9]+', done)[0]}").json()
    assert [(guest["name"], guest["citizen_number"]) for guest in stored["guests"]] == [(applicant.name, applicant.number), ("Lê Văn Cường", "042085005678")]


def test_a_data_request_waits_for_proof_and_then_reaches_people(web, kiosk, card, people):
    web.type("dữ liệu cá nhân của tôi được bảo vệ thế nào")
    says(web, "> Gửi yêu cầu dữ liệu", "utter_data_request_identity")
    says(web, "> Xác thực tại ki-ốt", "utter_kiosk_verify", "utter_verification_consent_strong_chat_identity")
    says(web, "> Tôi đồng ý", "utter_verification_ask_commune")
    told = says(web, "bỏ qua", "utter_verification_code", "utter_verification_places")
    assert kiosk.check(code_in(told), card, people["an"]) == "verified"
    assert turn_pattern(["utter_data_request_verified"], "web", "vi").fullmatch(web.wait()[0])


def test_somebody_else_with_the_card_is_refused_and_a_person_takes_over(web, kiosk, card, people):
    says(web, "tôi muốn xác thực tại ki-ốt", "utter_kiosk_verify", "utter_verification_ask_purpose")
    says(web, "> Công chứng", "utter_verification_consent_notary")
    says(web, "> Tôi đồng ý", "utter_verification_ask_commune")
    told = says(web, "bỏ qua", "utter_verification_code", "utter_verification_places")
    assert kiosk.check(code_in(told), card, people["binh"]) == "rejected"
    assert turn_pattern(["utter_verification_result_rejected"], "web", "vi").fullmatch(web.wait()[0])
