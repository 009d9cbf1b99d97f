"""What a message is when a form is waiting for an answer: a command, something else altogether, or the answer."""

from actions.common.answers import Filled, Reading, Step
from actions.common.turn import FALLBACK_INTENT, Turn
from actions.common.wording import exact_meaning

COMMANDS = frozenset({"go_back", "start_over", "cancel", "repeat", "more_detail", "change_answer", "skip", "handoff_agent"})

JOURNEYS = frozenset({"eid_activate", "cccd_status", "lodging_register", "home_visit", "call_back", "kiosk_verify", "lodging_correct", "lodging_cancel"})

URGENT = frozenset({"emergency", "complaint", "abuse", "language_english"})

QUESTIONS = frozenset(
    """eid_level1 eid_level2_register eid_problem_otp eid_problem_password eid_device_change eid_lock eid_benefits cccd_issue_new cccd_renew cccd_lost
    cccd_fix_info cccd_fee cccd_processing_time cccd_collect lodging_who lodging_deadline lodging_fine lodging_foreigner temp_residence
    office_hours_location hotline data_privacy bot_identity capabilities other out_of_scope""".split()
)

PLEASANTRIES = frozenset({"greet", "thanks", "bye"})

OUTSIDE = URGENT | QUESTIONS | JOURNEYS | PLEASANTRIES

SURE, LIKELY = 0.65, 0.5


def command_of(turn: Turn, reading: Reading) -> str | None:
    """The command in this message: one of our choices, the exact words, or a sure intent in a text that is no answer."""
    if turn.chosen:
        return turn.intent if turn.intent in COMMANDS - {"more_detail"} else None
    exact = exact_meaning("commands", turn.folded)
    if exact is None and not isinstance(reading, Filled) and (exact_meaning("decision", turn.folded) == "edit" or exact_meaning("fields", turn.folded)):
        return "change_answer"
    if exact:
        return None if isinstance(reading, Filled) and exact in {"skip", "more_detail"} else exact
    sure = turn.intent in COMMANDS - {"skip"} and turn.confidence >= LIKELY
    return turn.intent if sure and not isinstance(reading, Filled) else None


def is_interruption(turn: Turn, step: Step, reading: Reading, own_intents: frozenset[str]) -> bool:
    """Whether the message is for somebody else than the form: the rule of its intent answers it and the question is asked again."""
    if turn.chosen and turn.intent == "more_detail":
        return True  # the choice beside a written answer, not a question about the form's
    if turn.intent not in OUTSIDE or turn.intent in own_intents or turn.acted_intent == FALLBACK_INTENT:
        return False
    if turn.chosen:
        return True
    if isinstance(reading, Filled):
        # A name or an address may look like anything; only what also reads like a question is one.
        strange = turn.intent in URGENT or turn.is_question
        return strange and turn.confidence >= (SURE if step.free else LIKELY)
    return turn.confidence >= LIKELY or turn.is_question
