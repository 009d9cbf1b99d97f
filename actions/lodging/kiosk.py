"""Guests who proved at a kiosk who they are.

The conversation keeps the session's id and masked words; the data itself is fetched when the notification is sent.
"""

from typing import Any

from actions.common.answers import Answers
from actions.common.backends import backends
from actions.common.talk import Talk
from actions.lodging.guests import add_guest, guests_of, more_guests, reopen_guest
from actions.verification.identity import claims_of
from integrations.core.masking import mask_birth_date, mask_name, mask_number
from integrations.services import BackendError, Backends
from integrations.services.lodging import Guest


async def take_verified_guests(answers: Answers, talk: Talk) -> None:
    """Files the guests whose check has ended well, as long as guests are missing. One that cannot be fetched now waits for the next turn."""
    waiting = list(answers["lodging_kiosk_sessions"] or [])
    try:
        while waiting and more_guests(answers):
            async with backends() as clients:
                claims = await claims_of(clients, waiting[0])
            session_id = waiting.pop(0)
            if claims and claims.name and claims.number and claims.birth_date:
                guest = {
                    "verification": session_id,
                    "name": mask_name(claims.name),
                    "birth_date": mask_birth_date(claims.birth_date),
                    "citizen_number": mask_number(claims.number),
                }
                add_guest(answers, guest)
                talk.say("utter_lodging_guest_from_kiosk", {"number": len(guests_of(answers)), "name": guest["name"]})
    except BackendError:
        talk.say("utter_verification_unavailable")
    if waiting != (answers["lodging_kiosk_sessions"] or []):
        answers.update({"lodging_kiosk_sessions": waiting})


async def real_guests(clients: Backends, answers: Answers, reason: str) -> list[Guest] | int:
    """Everybody as the backend must know them, or the index of a verified guest whose data is not kept any more."""
    found: list[Guest] = []
    for index, guest in enumerate(guests_of(answers)):
        known: dict[str, Any] | None = {name: value for name, value in guest.items() if name != "stored"}
        if session_id := guest.get("verification"):
            claims = await claims_of(clients, session_id)
            known = {"name": claims.name, "birth_date": claims.birth_date, "citizen_number": claims.number} if claims else None
        if known is None:
            return index
        found.append(Guest(**known, reason=reason))
    return found


def ask_again(answers: Answers, index: int, talk: Talk) -> None:
    """The guest has to be verified or typed once more."""
    talk.say("utter_lodging_guest_kiosk_over", {"name": guests_of(answers)[index]["name"]})
    reopen_guest(answers, index)
    answers.clear(("lodging_confirmed", "lodging_key"))
