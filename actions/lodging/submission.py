"""Sending a notification or its correction, exactly once."""

import re
from datetime import date, datetime

from actions.common.answers import Answers
from actions.common.backends import backends
from actions.common.form import End
from actions.common.formatting import show_moment
from actions.common.talk import Talk
from actions.common.turn import Turn, idempotency_key
from actions.common.wording import contained_meanings
from actions.lodging import kiosk
from actions.lodging.guests import CURRENT, guests_of
from actions.lodging.reasons import shown_reason
from actions.lodging.stay import arrival_of
from integrations.core.lodging_deadline import lodging_deadline
from integrations.core.phone import THIS_NUMBER
from integrations.services import BackendError, BackendRejected, Backends
from integrations.services.lodging import Guest, NotificationDraft, Notifier, Place

CONSENT_PURPOSE, CONSENT_VERSION = "lodging_notification", "2026-11"


def foreign_deadline(arrival: datetime) -> datetime:
    """Twelve hours after arrival (Luật 47/2014 Điều 33)."""
    return lodging_deadline(arrival, foreign=True).at


def guest_to_change(turn: Turn, answers: Answers) -> int | str | None:
    """The index of the guest to ask for again; `"ask"` when there are several and none is named, `"current"` for one who is not complete yet.

    None when it is not about a guest.
    """
    count = len(guests_of(answers))
    named = re.fullmatch(r"guest (\d+)", turn.answer or "") or re.search(r"\bkhach (?:thu |so )?(\d+)\b", turn.folded)
    if named and 1 <= int(named[1]) <= count:
        return int(named[1]) - 1
    about_guest = turn.entity("field") == "guest" or "guest" in contained_meanings("fields", turn.folded)
    if not about_guest:
        return None
    if count == 0:
        return "current" if any(answers[slot] is not None for slot in CURRENT) else None
    return 0 if count == 1 else "ask"


async def real_number(phone: str, turn: Turn, clients: Backends) -> str:
    """The digits of a number that a slot holds; those of "this number" are asked of the gateway and kept nowhere. Raises BackendError."""
    return await clients.desk.own_number(turn.tracker.sender_id, CONSENT_PURPOSE) if phone == THIS_NUMBER else phone


def draft(answers: Answers, guests: list[Guest], phone: str) -> NotificationDraft:
    """The message, from the filled slots, the guests and the notifier's number. A household is known by the name of the person who notifies."""
    commune = answers["lodging_commune"]
    return NotificationDraft(
        place=Place(
            kind=answers["lodging_place_kind"],
            name=answers["lodging_place_name"] or answers["lodging_notifier_name"],
            province=commune["province"],
            commune=commune["name"],
            address=answers["lodging_address"],
        ),
        notifier=Notifier(name=answers["lodging_notifier_name"], phone=phone),
        guests=guests,
        arrival=arrival_of(answers),
        departure=date.fromisoformat(answers["lodging_departure"]),
    )


async def send(turn: Turn, answers: Answers, talk: Talk) -> End | None:
    """Sends and says the code. A retry repeats the first try's key, so that an answer lost on the way makes no second notification."""
    key = answers["lodging_key"] or idempotency_key(turn.tracker, "lodging", "submit")
    answers.update({"lodging_key": key})
    correcting = answers["lodging_correcting"]
    try:
        async with backends() as clients:
            guests = await kiosk.real_guests(clients, answers, shown_reason(answers["lodging_reason"]))
            if isinstance(guests, int):
                kiosk.ask_again(answers, guests, talk)
                return None
            await clients.desk.record_consent(turn.tracker.sender_id, CONSENT_PURPOSE, CONSENT_VERSION, True, idempotency_key=key)
            message = draft(answers, guests, await real_number(answers["lodging_notifier_phone"], turn, clients))
            done = await (clients.lodging.correct(correcting, message, key) if correcting else clients.lodging.submit(message, key))
    except BackendRejected:
        talk.say("utter_lodging_rejected")
        answers.clear(("lodging_confirmed", "lodging_key"))
        return None
    except BackendError:
        talk.say("utter_lodging_unavailable")
        answers.update({"backend_failed": True})
        return None
    moment = done.updated_at if correcting else done.received_at
    talk.say("utter_lodging_corrected" if correcting else "utter_lodging_done", {"code": done.code, "received_at": show_moment(moment, turn.language)})
    if done.trial:
        talk.say("utter_lodging_trial")
    answers.update({"lodging_code": done.code, "lodging_owner_phone": answers["lodging_notifier_phone"]})
    return End(outcome="corrected" if correcting else "done")
