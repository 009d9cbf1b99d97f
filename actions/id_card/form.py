"""The look-up's two questions and its answer."""

import math
import re

from actions.common.answers import Answers, Filled, Reading, Refused, Step
from actions.common.backends import backends
from actions.common.form import End, Journey
from actions.common.formatting import show_date
from actions.common.readers import read_code
from actions.common.talk import Talk
from actions.common.turn import Turn
from actions.verification.identity import claims_of, identified
from integrations.core.receipt_code import ReceiptCode
from integrations.core.text import fold
from integrations.core.vietnamese_dates import read_birth_date
from integrations.services import BackendError, NotFound
from integrations.services.id_card import ApplicationStatus, SecondDetail

# Codes of the stand-in; no official list of statuses is public (facts.md 3), so an unknown code gets no advice of ours.
OPEN_STATUSES = frozenset({"received", "processing", "printed"})
NEXT_STEPS = {"needs_supplement": "utter_card_needs_supplement", "posted": "utter_card_collect_post"}
MOST_APPLICATIONS = 2
_CODE = re.compile(r"(?<!\w)[A-Za-z]{0,4}\d(?:[\w./-]|\s(?=[\d-]))*\d(?!\w)")
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
_LAST_FOUR = re.compile(r"(?:bon|4) so cuoi\D{0,12}(\d{4})\b")
_DIGITS = re.compile(r"\d[\d .-]*\d|\d")


def find_receipt_code(text: str) -> str | None:
    """The part of a sentence that looks like a file code: letters or dots and dashes between its digits, and no date."""
    for match in _CODE.finditer(text):
        found = match[0]
        if sum(map(str.isdigit, found)) >= 6 and re.search(r"[A-Za-z.-]", found) and not _DATE.fullmatch(found):
            return found
    return None


def read_receipt_code(turn: Turn, answers: Answers) -> Reading:
    """A file code out of a sentence; twelve bare digits are a citizen number sent by mistake."""
    given = turn.entity("receipt_code") or find_receipt_code(turn.text)
    runs = [re.sub(r"\D", "", run) for run in _DIGITS.findall(turn.text)]
    if given is None and any(len(run) == 12 for run in runs):
        return Refused("utter_card_refused_citizen_number")
    if given is None:
        return Refused("utter_card_refused_receipt_code") if any(len(run) >= 4 for run in runs) else None
    code = read_code(str(given), "utter_card_refused_receipt_code")
    return Filled({"card_receipt_code": code}) if isinstance(code, str) else code


def read_second_detail(turn: Turn, answers: Answers) -> Reading:
    """Four digits, or a date of birth."""
    birth_date = read_birth_date(turn.text, turn.now)
    if birth_date.value:
        return Filled({"card_second_detail": {"kind": "birth_date", "value": birth_date.value.isoformat()}})
    runs = [re.sub(r"\D", "", run) for run in _DIGITS.findall(turn.text)]
    four = [run for run in runs if len(run) == 4]
    if len(four) == 1 and len(runs) == 1:
        return Filled({"card_second_detail": {"kind": "last4", "value": four[0]}})
    twelve = [run for run in runs if len(run) == 12]
    if twelve:
        return Filled({"card_second_detail": {"kind": "last4", "value": twelve[0][-4:]}})
    return Refused("utter_card_refused_second_detail") if runs else None


def _unproven(answers: Answers) -> bool:
    return not answers["card_by_kiosk"]


class CardStatusForm(Journey):
    """Asks for the code and the second detail, then tells what the backend knows. Who has just been verified at a kiosk is asked for nothing."""

    form = "card_status_form"
    journey = "id_card"
    subject = "card-status-where"
    intro = "utter_card_intro"
    own_intents = frozenset({"cccd_status"})
    transient = ("card_by_kiosk",)
    steps = (
        Step("card_receipt_code", "utter_card_ask_receipt_code", read_receipt_code, "utter_card_help_receipt_code", when=_unproven, fields=("receipt_code",)),
        Step("card_second_detail", "utter_card_ask_second_detail", read_second_detail, "utter_card_help_second_detail", when=_unproven,
             fields=("second_detail", "birth_date")),
    )  # fmt: skip

    def prefill(self, turn: Turn, answers: Answers) -> None:
        """The first sentence may already say the code, and the four digits (the SMS short code has both)."""
        reading = read_receipt_code(turn, answers)
        if isinstance(reading, Filled):
            answers.update(reading.values)
            if last_four := _LAST_FOUR.search(fold(turn.text)):
                answers.update({"card_second_detail": {"kind": "last4", "value": last_four[1]}})

    async def settle(self, turn: Turn, answers: Answers, talk: Talk) -> End | None:
        """A fresh kiosk check takes the place of both questions."""
        answers.update({"card_by_kiosk": identified(answers, turn)})
        return None

    async def finish(self, turn: Turn, answers: Answers, talk: Talk) -> End | None:
        """Tells the status. A wrong pair empties both answers; a backend that is away keeps them."""
        if answers["card_by_kiosk"]:
            return await self._tell_holder(answers["card_by_kiosk"], turn, answers, talk)
        code, detail = answers["card_receipt_code"], answers["card_second_detail"]
        try:
            async with backends() as clients:
                attempt = await clients.desk.count_attempt(turn.tracker.sender_id, "card_status", code)
                status = await clients.id_card.look_up(ReceiptCode(code), SecondDetail(**detail)) if attempt.allowed else None
        except NotFound:
            talk.say("utter_card_not_found")
            self.reset(answers)
            return None
        except BackendError:
            talk.say("utter_card_unavailable")
            answers.update({"backend_failed": True})
            return None
        if status is None:
            talk.say("utter_card_too_many", {"minutes": math.ceil((attempt.retry_after or 60) / 60)})
        else:
            _tell(status, turn, talk)
        self.reset(answers)
        return End()

    async def _tell_holder(self, session_id: str, turn: Turn, answers: Answers, talk: Talk) -> End | None:
        """Every application of the verified person; a proof whose data is not kept any more counts for nothing."""
        try:
            async with backends() as clients:
                claims = await claims_of(clients, session_id)
                found = await clients.id_card.of_holder(claims.number, claims.birth_date, session_id) if claims and claims.number else None
        except BackendError:
            talk.say("utter_card_unavailable")
            answers.update({"backend_failed": True})
            return None
        if found is None:
            answers.update({"identity": None, "card_by_kiosk": None})
            return None
        if not found:
            talk.say("utter_card_none_of_holder")
        for status in found[:MOST_APPLICATIONS]:
            _tell(status, turn, talk)
        self.reset(answers)
        return End()


def _tell(status: ApplicationStatus, turn: Turn, talk: Talk) -> None:
    shown = {
        "receipt_code": status.receipt_code,
        "status_text": status.status_text,
        "office": status.office,
        "submitted_on": show_date(status.submitted_on),
        "due_on": show_date(status.due_on),
    }
    talk.say("utter_card_status", shown)
    if status.status in OPEN_STATUSES:
        talk.say("utter_card_late" if status.due_on < turn.now.date() else "utter_card_not_late", shown)
    elif status.status in NEXT_STEPS:
        talk.say(NEXT_STEPS[status.status], shown)
    elif status.status == "ready":
        talk.say(f"utter_card_collect_{status.collection}", shown)
    if status.trial:
        talk.say("utter_card_trial_data")
