"""The files of units: their form, their patterns, the never-say rules, approvals, and reading them again while running."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from actions.knowledge import KnowledgeError
from actions.knowledge.dialogue import law_texts
from actions.knowledge.guard import NEVER, never_said, problems_of
from actions.knowledge.library import LOOK_AGAIN_SECONDS, Library
from actions.knowledge.review import approve, check, diff, diff_of_dialogue, expiring, record
from actions.knowledge.titles import button, journey_buttons
from actions.knowledge.units import KNOWLEDGE, Unit, Version, read_approvals, read_file, read_units
from integrations.core.text import fold
from integrations.core.text_fitting import fit_sms, fit_ussd
from integrations.core.text_fitting import fold as fold_gsm
from integrations.gateway.privacy.retention import CONSENTS, MESSAGES, TICKETS
from integrations.gateway.ussd.screens import DIALOGUE_FOOTERS
from tests.conversations.wording import responses, variation

ROOT = Path(__file__).resolve().parents[3]
DAYS = [date(2026, 11, 23), date(2026, 12, 31), date(2027, 1, 1), date(2027, 3, 1)]

WORDING = {"chat": "Phí là 25.000 đồng một thẻ.", "sms": "Phí là 25.000 đồng.", "ussd": "Phi la 25.000 dong."}
VERSION = {
    "effective_from": "2026-01-01",
    "source": "TT 73/2024/TT-BTC",
    "cite": "TT 73/2024",
    "certainty": "seen",
    "checked_on": "2026-11-23",
    "status": "needs_legal_review",
    "answer": WORDING,
}
UNIT = {"id": "fee", "label": "cccd_fee", "questions": ["Mấy tiền?", "Phí bao nhiêu?", "Hết bao nhiêu?"], "owner": "pc06", "versions": [VERSION]}


def unit_with(**changes: object) -> Unit:
    return Unit.model_validate({**UNIT, **changes})


def write(directory: Path, *units: dict[str, object]) -> Path:
    directory.mkdir(exist_ok=True)
    (directory / "topic.yml").write_text(yaml.safe_dump({"units": list(units)}, allow_unicode=True), encoding="utf-8")
    return directory


def test_all_units_keep_their_own_patterns_and_the_never_say_rules_on_every_day_they_change() -> None:
    assert check(read_units()) == []


def test_the_question_bank_is_covered() -> None:
    """F-30, F-85 and F-89 are said by the dialogue itself as well; all 94 have a unit."""
    banks = {bank for unit in read_units() for bank in ([unit.bank] if isinstance(unit.bank, str) else unit.bank or [])}
    missing = {f"F-{number:02}" for number in range(1, 95)} - banks
    assert not missing


def test_labels_are_those_of_the_training_data() -> None:
    labels = {path.stem for path in (ROOT / "nlu_data" / "training").glob("*.yml")}
    assert {unit.label for unit in read_units()} <= labels


def test_nobody_has_approved_anything_yet_and_no_unit_says_so_of_itself() -> None:
    assert {version.status for unit in read_units() for version in unit.versions} == {"needs_legal_review"}
    assert read_approvals() == []


HUMBLE = re.compile(
    r"tom tat|ban chep|chua (?:ro|xac nhan|kiem|duoc kiem|chac|doc|co nguon|khop|doi chieu)|suy ra|co the da|toi chua"
    r"|hoi (?:lai|noi nop|cong an|phong cong chung|truong thon)|hoi 1[89]00|goi 1900|cho doi chieu"
    r"|summary|copy|\bask\b|not (?:checked|certain|compared|sure)|could not check|may have changed|still to be|no checked"
)


@pytest.mark.parametrize("channel", ["chat", "sms", "ussd", "en"])
def test_second_hand_and_unverified_answers_say_that_they_are(channel: str) -> None:
    """In their words or in the source that every channel shows with them: the long one in a chat, the short one on a plain phone."""
    proud = []
    for unit in read_units():
        for version in unit.versions:
            text = getattr(version.answer, channel)
            shown = f"{text} {version.source if channel in {'chat', 'en'} else version.cite}"
            if version.certainty != "seen" and text and not HUMBLE.search(fold(shown)):
                proud.append(unit.id)
    assert not proud


def test_how_long_data_is_kept_is_said_as_it_is() -> None:
    unit = next(unit for unit in read_units() if unit.id == "my-data")
    said = [text for version in unit.versions for text in version.answer.texts()]
    said += [option["text"] for option in responses()["utter_data_request"]]
    for text in map(fold, said):
        assert (
            re.search(rf"\b{MESSAGES.days}\b", text) and re.search(rf"\b{TICKETS.days}\b", text) and re.search(rf"\b{CONSENTS.days // 365} (?:nam|years)", text)
        ), text


@pytest.mark.parametrize(
    "breaking",
    [
        "Ông/bà đến công an huyện để nộp hồ sơ.",
        "Theo Nghị định 144/2021/NĐ-CP thì bị phạt.",
        "Xin mang theo sổ hộ khẩu.",
        "Công an xã: 0239 385 5123.",
        "Gọi 1900.0113 để hỏi.",
        "Công an xã mở cửa từ 7 giờ 30.",
        "Thẻ của ông/bà đang in.",
        "Ông/bà phải đổi CCCD sang căn cước vì sáp nhập tỉnh.",
        "Xin gửi mã OTP cho tôi.",
        "Hãy đọc mật khẩu để tôi kiểm tra.",
        "Ông/bà nâng mức 2 qua tin nhắn.",
        "Chắc chắn thẻ có vào ngày 5.",
    ],
)
def test_the_guard_sees_what_is_never_said(breaking: str) -> None:
    assert never_said(breaking)


def test_the_guard_sees_amounts_after_their_time() -> None:
    unit = unit_with(versions=[VERSION])
    assert not list(problems_of(unit, [date(2026, 12, 31)]))
    assert any("halved" in problem for problem in problems_of(unit, [date(2027, 1, 1)]))


def test_the_guard_sees_the_vietnamese_hour_in_an_answer_about_foreigners() -> None:
    answer = dict.fromkeys(("chat", "sms", "ussd"), "Khai báo trước 23 giờ tối nay.")
    assert list(problems_of(unit_with(label="lodging_foreigner", versions=[{**VERSION, "answer": answer}]), DAYS))


def test_the_guard_sees_a_missing_point_and_a_gap() -> None:
    assert any("must have" in problem for problem in problems_of(unit_with(must_have=["mien phi"]), DAYS))
    assert any("nothing holds" in problem for problem in problems_of(unit_with(versions=[{**VERSION, "effective_to": "2026-12-01"}]), DAYS))


def test_every_text_of_the_product_keeps_the_never_say_rules() -> None:
    broken = []
    for path in sorted((ROOT / "bot" / "domain").glob("*.yml")):
        for name, variations in (yaml.safe_load(path.read_text(encoding="utf-8")).get("responses") or {}).items():
            for option in variations:
                texts = [option.get("text") or "", *(choice["title"] for choice in option.get("buttons") or [])]
                broken += [(path.name, name, rule, text) for text in texts for rule in never_said(text)]
    assert not broken
    assert len(NEVER) == 10, "rules 1 to 7 and 10, rule 4 in three parts; rules 8 and 9 depend on the day or the label: guard.problems_of"


def test_the_rules_leave_what_is_right_alone() -> None:
    right = [
        "Gọi 1900 0368, bấm 4.",
        "Ví dụ G01.042.000.000-261105-0123.",
        "Đừng gửi mã OTP cho ai.",
        "Không còn công an huyện.",
        "Số di động, ví dụ 0912 345 678.",
    ]
    assert not [text for text in right if never_said(text)]


@pytest.mark.parametrize("unit", read_units(), ids=lambda unit: unit.id)
def test_an_answer_with_its_source_fits_one_sms_of_two_segments_and_three_screens(unit: Unit) -> None:
    """As a plain phone gets it: source, date of the check, and the choices."""
    for version in unit.versions:
        for language in ("vi", "en") if version.answer.en else ("vi",):
            sms, ussd = said_on("sms", unit, version, language), said_on("ussd", unit, version, language)
            assert len(fit_sms(sms)) == 1, sms
            assert len(fit_ussd(ussd, footers=DIALOGUE_FOOTERS)) <= (3 if language == "vi" else 4), ussd
            assert fold_gsm(version.cite) in fold_gsm(sms) and "23/11/2026" in sms
            assert fold_gsm(version.cite) in fold_gsm(ussd) and "23/11/2026" in ussd


def said_on(channel: str, unit: Unit, version: Version, language: str) -> str:
    """The frame of the domain filled with one version, and the titles of its choices, as the gateway lays them out."""
    answer = version.answer
    text = variation("utter_answer_trial", channel, language)["text"]
    values = {"sms": answer.en if language == "en" else answer.sms, "ussd": answer.en if language == "en" else answer.ussd, "cite": version.cite}
    titles = [entry["title"] for entry in journey_buttons(unit.journeys, language)]
    titles += [button("detail", language)["title"]] if answer.detail and language == "vi" else []
    return "\n".join([text.format(**values, checked_on="23/11/2026"), *(f"{number}. {title}" for number, title in enumerate(titles, 1))])


@pytest.mark.parametrize(
    "changes",
    [
        {"questions": ["một câu"]},
        {"must_have": ["("]},
        {"unknown_field": 1},
        {"versions": []},
        {"versions": [VERSION, {**VERSION, "effective_from": "2026-06-01"}]},
        {"versions": [{**VERSION, "effective_to": "2025-01-01"}]},
        {"versions": [{**VERSION, "source": ""}]},
        {"versions": [{**VERSION, "cite": "x" * 34}]},
        {"versions": [{**VERSION, "answer": {**WORDING, "en": "The fee is 25,000 dong."}}]},
        {"versions": [{**VERSION, "answer": {**WORDING, "ussd": "x" * 151}}]},
    ],
)
def test_a_malformed_unit_is_refused(changes: dict[str, object], tmp_path: Path) -> None:
    write(tmp_path / "knowledge", {**UNIT, **changes})
    with pytest.raises(KnowledgeError, match=r"topic\.yml"):
        read_units(tmp_path / "knowledge")


def test_the_same_id_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="fee"):
        read_units(write(tmp_path / "knowledge", UNIT, UNIT))


def test_what_a_file_gives_as_default_holds_unless_the_unit_says_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "topic.yml"
    bare = {key: value for key, value in UNIT.items() if key != "owner"}
    path.write_text(yaml.safe_dump({"defaults": {"owner": "xa"}, "units": [bare]}), encoding="utf-8")
    assert read_file(path)[0].owner == "xa"


def test_an_approval_holds_for_the_words_approved_and_falls_when_they_change(tmp_path: Path) -> None:
    directory, record = write(tmp_path / "knowledge", UNIT), tmp_path / "approvals.yml"
    assert approve(read_units(directory, record)[0], "Trần Thị Pháp Chế", date(2026, 12, 1), record) == 1
    approved = read_units(directory, record)
    assert approved[0].versions[0].status == "approved"
    assert list(diff(approved, read_approvals(record))) == []
    write(directory, {**UNIT, "versions": [{**VERSION, "answer": {**WORDING, "chat": "Phí là 26.000 đồng một thẻ."}}]})
    changed = read_units(directory, record)
    assert changed[0].versions[0].status == "needs_legal_review"
    shown = "\n".join(diff(changed, read_approvals(record)))
    assert "approved by Trần Thị Pháp Chế on 2026-12-01" in shown
    assert "-  chat: Phí là 25.000 đồng một thẻ." in shown
    assert "+  chat: Phí là 26.000 đồng một thẻ." in shown


def test_texts_of_the_dialogue_that_state_the_law_wait_for_approval_too(tmp_path: Path) -> None:
    texts, approvals = law_texts(), tmp_path / "approvals.yml"
    stating = {"utter_eid_level2_wait", "utter_eid_approved_when", "utter_lodging_refused_30_days", "utter_lodging_foreign_guest", "utter_card_late"}
    assert stating <= set(texts) and "utter_lodging_ask_arrival" not in texts and "utter_greet" not in texts
    shown = "\n".join(diff_of_dialogue(texts, []))
    assert "utter_lodging_foreign_guest, never approved" in shown and "trong 12 giờ" in shown
    foreign = texts["utter_lodging_foreign_guest"]
    record("utter_lodging_foreign_guest", [foreign], "Trần Thị Pháp Chế", date(2026, 12, 1), approvals)
    assert list(diff_of_dialogue({"utter_lodging_foreign_guest": foreign}, read_approvals(approvals))) == []
    changed = {"texts": [text.replace("12 giờ", "10 giờ") for text in foreign["texts"]]}
    assert any(line.startswith("+") and "10 giờ" in line for line in diff_of_dialogue({"utter_lodging_foreign_guest": changed}, read_approvals(approvals)))


def test_what_ends_within_sixty_days_is_reported_with_what_follows(tmp_path: Path) -> None:
    first = {**VERSION, "effective_to": "2026-12-31"}
    ending = unit_with(versions=[first])
    followed = unit_with(versions=[first, {**VERSION, "effective_from": "2027-01-01"}])
    assert "NOTHING FOLLOWS" in next(iter(expiring([ending], date(2026, 11, 23))))
    assert "follows by itself" in next(iter(expiring([followed], date(2026, 11, 23))))
    assert list(expiring([followed], date(2026, 10, 1))) == []
    assert "checked more than" in next(iter(expiring([followed], date(2027, 8, 1))))


def test_an_edit_is_live_within_a_minute_and_a_broken_edit_changes_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    moment = [0.0]
    directory = write(tmp_path / "knowledge", UNIT)
    library = Library(directory, clock=lambda: moment[0])
    write(directory, {**UNIT, "owner": "somebody else"})
    assert library.unit("fee").owner == "pc06"
    moment[0] += LOOK_AGAIN_SECONDS
    assert LOOK_AGAIN_SECONDS <= 60
    assert library.unit("fee").owner == "somebody else"
    (directory / "topic.yml").write_text("units: [", encoding="utf-8")
    moment[0] += LOOK_AGAIN_SECONDS
    assert library.unit("fee").owner == "somebody else"
    assert "cannot be used" in caplog.text


def test_a_directory_without_units_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError):
        read_units(tmp_path)


def test_the_real_files_can_be_copied_and_read_elsewhere(tmp_path: Path) -> None:
    shutil.copytree(KNOWLEDGE, tmp_path / "knowledge")
    assert len(read_units(tmp_path / "knowledge")) == len(read_units())


def test_every_journey_that_a_unit_names_has_a_choice() -> None:
    named = {journey for unit in read_units() for journey in unit.journeys}
    assert len(journey_buttons(named, "vi")) == len(journey_buttons(named, "en")) == len(named)


@pytest.mark.parametrize(
    "pattern",
    ["actions/**/*.yml", "integrations/**/*.html", "integrations/**/*.js", "integrations/**/*.po", "integrations/**/*.py", "verification_service/**/*.html"],
)
def test_texts_outside_the_domain_keep_the_never_say_rules_too(pattern: str) -> None:
    paths = sorted(ROOT.glob(pattern))
    assert paths
    assert not [(path.name, line) for path in paths for line in path.read_text(encoding="utf-8").splitlines() if never_said(line)]
