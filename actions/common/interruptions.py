"""What a message is when a form is waiting for an answer: a command, something else altogether, or the answer."""

import re

from actions.common.answers import Filled, Reading, Refused, Step
from actions.common.commands import LONGEST_DECISION, is_doubtful, refuses
from actions.common.turn import FALLBACK_INTENT, Turn
from actions.common.wording import contained_meanings, exact_meaning, words
from integrations.core.text import fold

COMMANDS = frozenset({"go_back", "start_over", "cancel", "repeat", "more_detail", "change_answer", "skip", "handoff_agent"})

JOURNEYS = frozenset({"eid_activate", "cccd_status", "lodging_register", "home_visit", "call_back", "kiosk_verify", "lodging_correct", "lodging_cancel"})

URGENT = frozenset({"emergency", "complaint", "abuse", "language_english"})

QUESTIONS = frozenset(
    """eid_level1 eid_level2_register eid_problem_otp eid_problem_password eid_device_change eid_lock eid_benefits cccd_issue_new cccd_renew cccd_lost
    cccd_fix_info cccd_fee cccd_processing_time cccd_collect lodging_who lodging_deadline lodging_fine lodging_foreigner temp_residence
    office_hours_location hotline data_privacy bot_identity capabilities other out_of_scope""".split()
)

PLEASANTRIES = frozenset({"greet", "thanks", "bye"})

EVENTS = frozenset({"event_verification_result"})

OUTSIDE = URGENT | QUESTIONS | JOURNEYS | PLEASANTRIES | EVENTS

NEVER_WITHOUT_A_QUESTION = frozenset({"other", "out_of_scope"})

_CHANGE = re.compile(
    r"(?:cho )?(?:toi |em |minh )?(?:muon |xin )?(?P<verb>sua|doi|thay doi|chinh|dinh chinh|nham|ghi nham|khai nham|nhap nham|change|edit|correct)\b"
)
# Where a name, a place or a reason is written, anything else may be part of it: "đổi số điện thoại VNeID" is a reason.
_SURE_CHANGE = re.compile(r"(?:cho )?(?:toi |em |minh )?(?:muon |xin )?(?:sua|doi (?:sang|thanh|lai)|ghi nham|khai nham|nhap nham|edit|correct)\b")

SURE, LIKELY = 0.65, 0.5
_YES_OR_STOP = "dung"


def command_of(turn: Turn, step: Step | None, reading: Reading, fields: frozenset[str]) -> str | None:
    """The command in this message: one of our choices, the exact words, "sửa" with the name of an answer, or a sure intent in a text that is no answer.

    `fields` are the names of the answers that this form lets one change.
    """
    if turn.chosen:
        put_off = turn.intent == "cancel" and turn.answer == "later"
        return "later" if put_off else turn.intent if turn.intent in COMMANDS - {"more_detail"} else None
    answered = isinstance(reading, Filled)
    exact = exact_meaning("commands", turn.folded)
    if _is_another_word(turn):
        return None
    if exact:
        return None if answered and _is_rather_an_answer(exact, turn, step) else exact
    surely = not (answered and step and step.free) or _SURE_CHANGE.match(turn.folded)
    if fields and ((surely and _wants_change(turn, fields)) or (not answered and _is_change(turn))):
        return "change_answer"
    sure = turn.intent in COMMANDS - {"skip"} and turn.confidence >= LIKELY
    return turn.intent if sure and not answered else None


def _is_rather_an_answer(command: str, turn: Turn, step: Step | None) -> bool:
    """Without diacritics "dung" is both "đúng" and "dừng": where it can be the answer, it is."""
    return turn.said == _YES_OR_STOP or (command in {"skip", "more_detail"} and not (step and step.free))


def _is_another_word(turn: Turn) -> bool:
    """Whether its marks tell it from the word that ends a form: "đúng", "Dũng". The classifier does not see marks."""
    stops = words()["stop_words"]
    return turn.said != turn.folded and turn.said not in stops and turn.folded in map(fold, stops)


def doubt(turn: Turn, step: Step | None, reading: Reading) -> Refused | None:
    """The question back, when the word has two meanings and one of them would send, consent, cancel or forget."""
    if step is None or turn.chosen or turn.is_question or len(turn.folded.split()) > LONGEST_DECISION:
        return None
    if step.binds and is_doubtful(turn) and not refuses(turn):
        return Refused("utter_form_yes_or_no", asks=True)
    unmarked_stop = turn.said == turn.folded and turn.folded in map(fold, words()["stop_words"])
    if unmarked_stop and (step.free or turn.said == _YES_OR_STOP) and not (isinstance(reading, Filled) and turn.said == _YES_OR_STOP):
        return Refused("utter_form_stop_or_go_on", asks=True)
    return None


def _wants_change(turn: Turn, fields: frozenset[str]) -> bool:
    wish = _CHANGE.match(turn.folded)
    if wish is None or (wish["verb"] == "doi" and turn.said[wish.start("verb") : wish.end("verb")] not in {"doi", "đổi"}):
        return False  # "đội 3" is a place
    return bool(contained_meanings("fields", turn.folded, fields)) and not turn.is_question


def _is_change(turn: Turn) -> bool:
    return exact_meaning("decision", turn.folded) == "edit" or exact_meaning("fields", turn.folded) is not None


def is_interruption(turn: Turn, step: Step, reading: Reading, own_intents: frozenset[str]) -> bool:
    """Whether the message is for somebody else than the form: the rule of its intent answers it and the question is asked again."""
    if turn.chosen and turn.intent == "more_detail":
        return True  # the choice beside a written answer, not a question about the form's
    if turn.intent not in OUTSIDE or turn.intent in own_intents or (turn.acted_intent == FALLBACK_INTENT and not turn.named_intent):
        return False
    if turn.chosen or turn.named_intent:
        return True
    if isinstance(reading, Filled):
        # A name or an address may look like anything; only what also reads like a question is one.
        strange = turn.intent in URGENT or turn.is_question
        return strange and turn.confidence >= (SURE if step.free else LIKELY)
    if turn.intent in NEVER_WITHOUT_A_QUESTION:
        return turn.is_question
    return turn.confidence >= LIKELY or turn.is_question
