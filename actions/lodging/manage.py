"""Correcting or cancelling a notification later: its code, and the phone of the person who sent it."""

import math
from datetime import date
from typing import Any

from rasa_sdk.events import EventType

from actions.common.answers import Answers, Filled, Reading, Refused, Step
from actions.common.backends import backends
from actions.common.commands import decide
from actions.common.form import End, Journey
from actions.common.readers import read_code, read_phone
from actions.common.talk import Talk
from actions.common.turn import Turn, idempotency_key
from actions.lodging.submission import real_number
from integrations.core.lodging_deadline import VIETNAM
from integrations.services import BackendError, BackendRejected, NotFound
from integrations.services.lodging import Notification


def _code(turn: Turn, answers: Answers) -> Reading:
    given = turn.entity("receipt_code") or next((word for word in turn.text.split() if "-" in word and any(map(str.isdigit, word))), None)
    if given is None:
        return None
    code = read_code(str(given), "utter_lodging_refused_code")
    return Filled({"lodging_manage_code": code}) if isinstance(code, str) else code


def _phone(turn: Turn, answers: Answers) -> Reading:
    phone = read_phone(turn)
    return Filled({"lodging_manage_phone": phone}) if isinstance(phone, str) else phone


def _confirmation(turn: Turn, answers: Answers) -> Reading:
    decision = {"yes": True, "no": False}.get(decide(turn) or "")
    return None if decision is None else Filled({"lodging_manage_confirmed": decision})


def _cancelling(answers: Answers) -> bool:
    return answers["lodging_manage_kind"] == "lodging_cancel"


def _asks_to_cancel(step: Step | None) -> bool:
    return step is not None and step.slot == "lodging_manage_confirmed"


class LodgingManageForm(Journey):
    """Finds the notification; cancels it, or hands it to the lodging form to be changed."""

    form = "lodging_manage_form"
    journey = "lodging_manage"
    own_intents = frozenset({"lodging_correct", "lodging_cancel"})
    transient = ("lodging_manage_kind",)
    steps = (
        Step("lodging_manage_code", "utter_lodging_ask_code", _code, fields=("receipt_code",)),
        Step("lodging_manage_phone", "utter_lodging_ask_owner_phone", _phone, "utter_lodging_help_owner_phone", own_number=True, fields=("phone",)),
        Step("lodging_manage_confirmed", "utter_lodging_ask_cancel", _confirmation, when=_cancelling, binds=True,
             shows=lambda answers, turn: {"code": answers["lodging_manage_code"]}),
    )  # fmt: skip

    def prefill(self, turn: Turn, answers: Answers) -> None:
        """What was sent in this conversation needs no second detail."""
        answers.update({"lodging_manage_kind": turn.intent if turn.intent in self.own_intents else answers["lodging_manage_kind"] or "lodging_correct"})
        reading = _code(turn, answers)
        code = reading.values["lodging_manage_code"] if isinstance(reading, Filled) else answers["lodging_code"]
        answers.update({"lodging_manage_code": code})
        if code and code == answers["lodging_code"]:
            answers.update({"lodging_manage_phone": answers["lodging_owner_phone"]})

    def reset(self, answers: Answers) -> None:
        kind = answers["lodging_manage_kind"]
        super().reset(answers)
        answers.update({"lodging_manage_kind": kind})

    async def _obey(self, command: str, turn: Turn, answers: Answers, talk: Talk) -> list[EventType]:
        """ "Hủy" as the answer to "Hủy thông báo?" may mean the notification or this conversation about it."""
        if command == "cancel" and turn.folded.startswith("huy") and _asks_to_cancel(self.current(answers)):
            return await self._take(self.current(answers), Refused("utter_form_yes_or_no", asks=True), turn, answers, talk)
        return await super()._obey(command, turn, answers, talk)

    async def finish(self, turn: Turn, answers: Answers, talk: Talk) -> End | None:
        """An unknown code and a wrong phone are answered alike."""
        code = answers["lodging_manage_code"]
        if answers["lodging_manage_confirmed"] is False:
            talk.say("utter_lodging_kept", {"code": code})
            self.reset(answers)
            return End(outcome="cancelled")
        try:
            async with backends() as clients:
                if (
                    code != answers["lodging_code"]
                    and not (attempt := await clients.desk.count_attempt(turn.tracker.sender_id, "lodging_manage", code)).allowed
                ):
                    return self._too_many(attempt.retry_after, answers, talk)
                found = await clients.lodging.get(code)
                if found.notifier.phone != await real_number(answers["lodging_manage_phone"], turn, clients):
                    raise NotFound("lodging", "owner")
                if _cancelling(answers):
                    await clients.lodging.cancel(code, idempotency_key(turn.tracker, self.name(), "cancel"))
        except (NotFound, BackendRejected):
            talk.say("utter_lodging_not_found")
            self.reset(answers)
            return None
        except BackendError:
            talk.say("utter_lodging_unavailable")
            answers.update({"backend_failed": True})
            return None
        cancelling, phone = _cancelling(answers), answers["lodging_manage_phone"]
        self.reset(answers)
        if cancelling or found.status == "cancelled":
            talk.say("utter_lodging_cancelled", {"code": code})
            answers.update({"lodging_code": None})
            return End()
        answers.update(filled_from(found, phone))
        return End("lodging_form")

    def _too_many(self, retry_after: int | None, answers: Answers, talk: Talk) -> End:
        """Code and phone are no secret to guess for ever: a hotel's phone is public, and guests stand behind the code."""
        talk.say("utter_lodging_too_many", {"minutes": math.ceil((retry_after or 60) / 60)})
        self.reset(answers)
        return End(outcome="cancelled")


def filled_from(found: Notification, phone: str) -> dict[str, Any]:
    """The lodging form's slots for a stored notification; `phone` as its notifier has given it now."""
    arrival = found.arrival.astimezone(VIETNAM)
    return {
        "lodging_correcting": found.code,
        "lodging_place_kind": found.place.kind,
        "lodging_place_name": found.place.name if found.place.kind == "establishment" else None,
        "lodging_commune": {"name": found.place.commune, "province": found.place.province},
        "lodging_address": found.place.address or "–",
        "lodging_arrival_day": arrival.date().isoformat(),
        "lodging_arrival_time": arrival.time().isoformat("minutes"),
        "lodging_departure": found.departure.isoformat(),
        "lodging_guest_count": len(found.guests),
        "lodging_guests": [_guest(guest.name, guest.birth_date, guest.citizen_number, guest.passport_number) for guest in found.guests],
        "lodging_reason": found.guests[0].reason,
        "lodging_notifier_name": found.notifier.name,
        "lodging_notifier_phone": phone,
        "lodging_deadline_told": True,
        "lodging_confirmed": None,
        "lodging_key": None,
    }


def _guest(name: str, born: date, citizen_number: str | None, passport_number: str | None) -> dict[str, Any]:
    number = {"citizen_number": citizen_number} if citizen_number else {"passport_number": passport_number or ""}
    return {"name": name, "birth_date": born.isoformat(), **number, "stored": True}
