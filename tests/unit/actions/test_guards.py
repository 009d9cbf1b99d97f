"""The domain and the action server agree, and every text exists for every channel and language."""

import re
from pathlib import Path

import pytest
import yaml

from actions.common.form import Journey
from actions.common.wording import words
from actions.eid.graph import graph
from actions.server import load_actions
from integrations.core.text_fitting import fold as fold_gsm
from integrations.desk.step_names import STEPS
from tests.conversations.wording import DOMAIN, domain_files, responses

BOT = DOMAIN.parent
ACTIONS = Path(__file__).parents[3] / "actions"
USSD_SCREEN = 182
# Rasa itself says this one, when no rule fits.
SAID_BY_RASA = {"utter_default"}
# Frames whose text is a written answer: nlu_data/knowledge has its own check of lengths.
FRAMES = {"utter_answer", "utter_answer_trial", "utter_answer_detail", "utter_answer_not_confirmed"}


def domain(part: str) -> list[str]:
    return [name for content in domain_files() for name in content.get(part) or []]


def rules() -> str:
    return "".join(file.read_text() for file in sorted((BOT / "rules").glob("*.yml")))


def said_by_actions() -> set[str]:
    """Response names in the code and in the eID graph; `utter_x_{…}` stands for all that begin so."""
    code = "".join(file.read_text(encoding="utf-8") for file in ACTIONS.rglob("*.py"))
    names = set(re.findall(r"utter_\w+(?:\{)?", code)) - {"utter_message"}
    exact = {name for name in names if not name.endswith("{")}
    begun = tuple(name[:-1] for name in names if name.endswith("{"))
    return {name for name in responses() if name in exact or (begun and name.startswith(begun))}


def test_every_action_of_the_domain_is_served_and_the_reverse():
    assert set(domain("actions")) == set(load_actions().actions)


def test_every_response_named_in_code_exists():
    code = "".join(file.read_text(encoding="utf-8") for file in ACTIONS.rglob("*.py"))
    named = set(re.findall(r"\"(utter_\w+)\"", code)) - {"utter_message"}
    assert named <= set(responses())


def test_no_rule_looks_further_back_than_the_bot_shows_it():
    shown = int(re.search(r"^RECENT_STATES = (\d+)", (BOT / "tracker_store.py").read_text(encoding="utf-8"), re.MULTILINE)[1])
    steps = [len(rule["steps"]) for file in (BOT / "rules").glob("*.yml") for rule in yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]]
    assert 0 < 2 * max(steps) <= shown


def test_every_response_is_used():
    ruled = set(re.findall(r"action: (utter_\w+)", rules()))
    assert set(responses()) - ruled - said_by_actions() == SAID_BY_RASA


def test_the_story_of_responses_said_by_actions_is_complete():
    story = set(re.findall(r"action: (utter_\w+)", (BOT / "stories" / "said_by_actions.yml").read_text()))
    assert story == set(responses()) - set(re.findall(r"action: (utter_\w+)", rules()))


@pytest.mark.parametrize("name", sorted(responses()))
def test_every_response_has_each_channel_and_language(name):
    kinds = {("condition" in option, option.get("channel")) for option in responses()[name]}
    channels = {channel for _, channel in kinds}
    assert channels in ({None, "sms", "ussd"}, {None, "sms", "ussd", "web"}), "the web page may have words of its own: it can show a picture"
    assert kinds == {(english, channel) for english in (False, True) for channel in channels}


@pytest.mark.parametrize("name", sorted(set(responses()) - FRAMES))
def test_a_ussd_screen_holds_text_and_choices(name):
    for option in responses()[name]:
        if option.get("channel") == "ussd":
            choices = "".join(f"\n{number}. {choice['title']}" for number, choice in enumerate(option.get("buttons") or [], 1))
            assert len(fold_gsm(option["text"] + choices)) <= USSD_SCREEN, option["text"]


@pytest.mark.parametrize("name", sorted(responses()))
def test_payloads_are_intents_of_the_domain_and_titles_fit_a_zalo_button(name):
    intents = set(domain("intents"))
    for option in responses()[name]:
        for choice in option.get("buttons") or []:
            assert re.match(r"/(\w+)", choice["payload"])[1] in intents
            assert len(choice["title"]) <= 100
        assert len(option.get("buttons") or []) <= 5


TO_A_CARD_READER = re.compile(r'/kiosk_verify|/inform\{\{"answer": "precheck"')


@pytest.mark.parametrize("name", sorted(responses()))
def test_all_variations_offer_the_same_choices(name):
    """On a plain phone a choice that leads to a card reader may be left out: whoever has one at hand has a better screen, too."""
    payloads = [[choice["payload"] for choice in option.get("buttons") or []] for option in responses()[name]]
    assert len({tuple(payload for payload in offered if not TO_A_CARD_READER.match(payload)) for offered in payloads}) == 1
    everywhere = [set(offered) for option, offered in zip(responses()[name], payloads, strict=True) if option.get("channel") not in ("sms", "ussd")]
    assert all(set(offered) <= everywhere[0] == other for offered in payloads for other in everywhere)


@pytest.mark.parametrize("name", sorted(responses()))
def test_never_said(name):
    """The never-say rules of answers.md E that a machine can check."""
    forbidden = re.compile(r"công an (quận|huyện|thị xã)|144/2021|55/2021|66/2023|62/2021|59/2022|sổ (tạm trú|hộ khẩu)|(25|35)\.000", re.IGNORECASE)
    assert not [option["text"] for option in responses()[name] if forbidden.search(option["text"])]


def test_every_eid_step_has_its_question_and_words():
    asked = {name for name, step in graph().steps.items() if step.choices or step.end == "done"}
    assert {f"utter_eid_{name}" for name in asked} <= set(responses())
    offered = {answer for step in graph().steps.values() for answer in step.choices} - {"done", "failed"}
    assert offered == set(words()["eid"])


def test_every_eid_step_is_reached_and_leads_to_an_end():
    steps = graph().steps
    reached, ahead = set(), [graph().start, *graph().jumps.values()]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += steps[name].next_steps
    assert reached == set(steps)
    ends = {name for name, step in steps.items() if step.end}
    grown = True
    while grown:
        grown = {name for name, step in steps.items() if name not in ends and step.next_steps & ends}
        ends |= grown
    assert ends == set(steps)


def test_eid_choices_stand_in_the_order_of_the_graph():
    for name, step in graph().steps.items():
        if step.choices:
            payloads = [choice["payload"] for choice in responses()[f"utter_eid_{name}"][0]["buttons"]]
            keys = [{"/step_done": "done", "/step_failed": "failed"}.get(payload) or re.search(r'"answer": "(\w+)"', payload)[1] for payload in payloads]
            assert keys == list(step.choices)


def test_the_desk_has_a_name_for_every_question():
    load_actions()
    asked = {step.slot for journey in Journey.__subclasses__() for step in journey.steps} | {
        f"eid_{name}" for name, step in graph().steps.items() if step.choices
    }
    assert asked <= set(STEPS)


def test_a_text_that_names_the_time_of_level_2_names_both_times():
    """NĐ 69/2024 Điều 13: 3 working days, 7 without a valid card."""
    for name in ("utter_eid_level2_go", "utter_eid_level2_wait"):
        for text in (option["text"] for option in responses()[name]):
            assert bool(re.search(r"\b3\b", text)) == bool(re.search(r"\b7\b", text)), text
            assert not re.search(r"7 (ngày(?! làm việc)|days)", text), text
