"""The questions of a lodging notification, its summary, and sending it once."""

from typing import Any

from rasa_sdk.events import EventType

from actions.common.answers import Answers, Filled, Reading, Step, choice
from actions.common.commands import decide
from actions.common.form import End, Journey
from actions.common.formatting import show_moment
from actions.common.readers import read_name, read_phone, read_text
from actions.common.talk import Talk
from actions.common.turn import Turn
from actions.lodging import guests, kiosk, place, stay, submission
from actions.lodging.reasons import reason_of, reasons
from actions.lodging.short_code import Taking
from actions.lodging.summary import filled_line, summary


def _reason(turn: Turn, answers: Answers) -> Reading:
    reason = turn.answer if turn.answer in reasons() else reason_of(turn.folded) or read_text(turn)
    return Filled({"lodging_reason": reason}) if isinstance(reason, str) else reason


def _notifier_name(turn: Turn, answers: Answers) -> Reading:
    name = read_name(turn.text)
    return Filled({"lodging_notifier_name": name}) if isinstance(name, str) else name


def _notifier_phone(turn: Turn, answers: Answers) -> Reading:
    phone = read_phone(turn)
    return Filled({"lodging_notifier_phone": phone}) if isinstance(phone, str) else phone


def _confirmation(turn: Turn, answers: Answers) -> Reading:
    return Filled({"lodging_confirmed": True}) if decide(turn) in {"yes", "retry"} else None


def _commune_question(answers: Answers) -> str:
    return "utter_lodging_which_commune" if answers["lodging_communes_offered"] else "utter_lodging_ask_commune"


def _hour_question(answers: Answers) -> str:
    return "utter_lodging_which_hour" if answers["lodging_hours_offered"] else "utter_lodging_ask_arrival_time"


def _hour_choices(answers: Answers, turn: Turn) -> dict[str, Any]:
    return {"buttons": [choice(hour, hour) for hour in answers["lodging_hours_offered"] or []]}


def _guest_number(answers: Answers, turn: Turn) -> dict[str, Any]:
    position = answers["lodging_guest_position"]
    number = len(guests.guests_of(answers)) if position is None else int(position)
    return {"number": number + 1, "total": answers["lodging_guest_count"], "name": answers["lodging_guest_name"] or ""}


def _establishment(answers: Answers) -> bool:
    return answers["lodging_place_kind"] == "establishment"


class LodgingForm(Journey):
    """Asks, shows, sends."""

    form = "lodging_form"
    journey = "lodging"
    subject = "lodging-how"
    intro = "utter_lodging_intro"
    own_intents = frozenset({"lodging_register"})
    transient = (*guests.CURRENT, "lodging_guests", "lodging_guest_position", "lodging_number_doubted", "lodging_communes_offered",
                 "lodging_hours_offered", "lodging_arrival_said", "lodging_deadline_told", "lodging_key", "lodging_correcting")  # fmt: skip
    steps = (
        Step("lodging_place_kind", "utter_lodging_ask_place_kind", place.read_kind, "utter_lodging_help_place_kind", fields=("place_kind",)),
        Step("lodging_place_name", "utter_lodging_ask_place_name", place.read_place_name, when=_establishment, free=True, fields=("place_name",)),
        Step("lodging_commune", _commune_question, place.read_commune, "utter_lodging_help_commune", free=True, fields=("commune", "address"),
             clears=("lodging_address", "lodging_communes_offered"), shows=place.shown_communes),
        Step("lodging_address", "utter_lodging_ask_address", place.read_detail, free=True, fields=("hamlet",)),
        Step("lodging_arrival_day", "utter_lodging_ask_arrival", stay.read_arrival, "utter_lodging_help_arrival", fields=("arrival",),
             clears=("lodging_arrival_time", "lodging_departure", "lodging_hours_offered", "lodging_deadline_told")),
        Step("lodging_arrival_time", _hour_question, stay.read_hour, shows=_hour_choices, clears=("lodging_hours_offered", "lodging_deadline_told")),
        Step("lodging_departure", "utter_lodging_ask_departure", stay.read_departure, "utter_lodging_help_departure", fields=("departure",)),
        Step("lodging_guest_count", "utter_lodging_ask_guest_count", guests.read_guest_count, fields=("guest_count",)),
        Step("lodging_guest_name", "utter_lodging_ask_guest_name", guests.read_guest_name, when=guests.more_guests, free=True, shows=_guest_number),
        Step("lodging_guest_birth_date", "utter_lodging_ask_guest_birth_date", guests.read_guest_birth_date, when=guests.more_guests, shows=_guest_number),
        Step("lodging_guest_document", "utter_lodging_ask_guest_document", guests.read_guest_document, "utter_lodging_help_guest_document",
             when=guests.more_guests, shows=_guest_number, clears=("lodging_guest_nationality",)),
        Step("lodging_guest_nationality", "utter_lodging_ask_guest_nationality", guests.read_nationality, when=guests.passport_guest, shows=_guest_number),
        Step("lodging_reason", "utter_lodging_ask_reason", _reason, free=True, fields=("reason",)),
        Step("lodging_notifier_name", "utter_lodging_ask_notifier_name", _notifier_name, free=True, fields=("contact_name",)),
        Step("lodging_notifier_phone", "utter_lodging_ask_notifier_phone", _notifier_phone, own_number=True, fields=("phone",)),
        Step("lodging_confirmed", "utter_lodging_summary", _confirmation, "utter_lodging_help_confirm", binds=True, confirms=True,
             shows=summary),
    )  # fmt: skip

    @property
    def fields(self) -> frozenset[str]:
        return super().fields | {"guest"}

    def resumes(self, answers: Answers) -> bool:
        """A notification that is being corrected was filled by the form before."""
        return super().resumes(answers) or bool(answers["lodging_correcting"])

    def start_over(self, answers: Answers) -> None:
        """A correction stays the correction of the same notification."""
        correcting = answers["lodging_correcting"]
        super().start_over(answers)
        answers.update({"lodging_correcting": correcting})

    def empty(self, answers: Answers, step: Step) -> None:
        super().empty(answers, step)
        answers.clear(("lodging_confirmed", "lodging_key"))

    def step_back(self, answers: Answers) -> bool:
        """As everywhere; before a guest's name and after the last guest lies the guest before."""
        step = self.current(answers)
        kept = guests.guests_of(answers)
        if step and kept and step.slot in {"lodging_guest_name", "lodging_reason"}:
            guests.reopen_guest(answers, len(kept) - 1, only_last_answer=True)
            return True
        return super().step_back(answers)

    async def settle(self, turn: Turn, answers: Answers, talk: Talk) -> End | None:
        """Says the deadline once, files a complete guest, sends foreigners to their own regime."""
        deadline = stay.deadline_of(answers)
        if deadline and answers["lodging_deadline_told"] is None:
            talk.say(f"utter_lodging_deadline_{_deadline_kind(deadline, turn)}", {"deadline": show_moment(deadline.at, turn.language)})
            answers.update({"lodging_deadline_told": True})
        count = answers["lodging_guest_count"]
        if count is not None and len(guests.guests_of(answers)) > count:
            answers.update({"lodging_guests": guests.guests_of(answers)[:count]})
        await kiosk.take_verified_guests(answers, talk)
        guest = guests.complete_guest(answers)
        if guest is None:
            return None
        if answers["lodging_guest_nationality"] == "foreign":
            return self._send_foreigner_elsewhere(answers, talk, turn)
        guests.keep_guest(answers, guest)
        return None

    def _send_foreigner_elsewhere(self, answers: Answers, talk: Talk, turn: Turn) -> End | None:
        arrival = stay.arrival_of(answers)
        limit = submission.foreign_deadline(arrival)
        talk.say("utter_lodging_foreign_guest", {"deadline": show_moment(limit, turn.language)})
        answers.clear([*guests.CURRENT, "lodging_guest_position", "lodging_number_doubted"])
        left = int(answers["lodging_guest_count"]) - 1
        answers.update({"lodging_guest_count": left})
        if left == 0:
            self.reset(answers)
            return End(outcome="elsewhere")
        return None

    async def _change(self, turn: Turn, answers: Answers, talk: Talk) -> list[EventType]:
        answers.clear(("lodging_confirmed", "lodging_key"))
        wanted = submission.guest_to_change(turn, answers)
        if wanted == "ask":
            names = [choice(guest["name"], f"guest {index + 1}", "change_answer") for index, guest in enumerate(guests.guests_of(answers))]
            talk.say("utter_lodging_change_which_guest", {"buttons": names})
            return self._waiting(self.current(answers), answers)
        if wanted == "current":
            answers.clear((*guests.CURRENT, "lodging_number_doubted"))
            return await self._go_on(turn, answers, talk)
        if isinstance(wanted, int):
            guests.reopen_guest(answers, wanted)
            return await self._go_on(turn, answers, talk)
        return await super()._change(turn, answers, talk)

    def _open(self, turn: Turn, answers: Answers, talk: Talk) -> None:
        super()._open(turn, answers, talk)
        self._take_details(turn, answers, talk)

    async def _take(self, step: Step | None, reading: Reading, turn: Turn, answers: Answers, talk: Talk) -> list[EventType]:
        if turn.details:
            self._take_details(turn, answers, talk)
            return await self._go_on(turn, answers, talk)
        return await super()._take(step, reading, turn, answers, talk)

    def _take_details(self, turn: Turn, answers: Answers, talk: Talk) -> None:
        """Says back what stood behind LUUTRU, and that the rest will be asked."""
        if not turn.details:
            return
        taken = Taking(turn, answers, {step.slot: step for step in self.steps}).take(turn.details)
        if line := filled_line(answers, taken.slots, turn.language):
            talk.say("utter_lodging_details_read", {"details": line})
        if taken.number_wrong:
            talk.say("utter_lodging_details_number")
        if taken.unread:
            talk.say("utter_lodging_details_unread")

    def edit_menu(self, answers: Answers) -> str:
        return "utter_lodging_change_which"

    def _close(self, answers: Answers, talk: Talk, end: End) -> list[EventType]:
        answers.update({"lodging_kiosk_sessions": None})
        return super()._close(answers, talk, end)

    async def finish(self, turn: Turn, answers: Answers, talk: Talk) -> End | None:
        """Sends the notification, or its correction."""
        end = await submission.send(turn, answers, talk)
        if end:
            self.reset(answers)
        return end


def _deadline_kind(deadline: stay.Deadline, turn: Turn) -> str:
    """What our reading of the law gave is never said to be over."""
    if deadline.interpreted:
        return "unclear" if deadline.missed(turn.now) else "interpreted"
    return "missed" if deadline.missed(turn.now) else "ahead"
