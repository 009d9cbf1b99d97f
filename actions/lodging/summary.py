"""What the citizen is shown before sending."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from actions.common.answers import Answers
from actions.common.formatting import show_date, show_day, show_moment, show_phone
from actions.common.turn import Turn
from actions.lodging.guests import guests_of
from actions.lodging.reasons import shown_reason
from actions.lodging.stay import arrival_of
from integrations.core.masking import mask_birth_date, mask_number


def place_line(answers: Answers) -> str:
    """`Nhà nghỉ Hoa Sen, số 12, Xã Thạch Hà, Hà Tĩnh`."""
    commune = answers["lodging_commune"] or {}
    parts = [answers["lodging_place_name"], answers["lodging_address"], commune.get("name"), commune.get("province")]
    return ", ".join(part for part in parts if part)


def filled_line(answers: Answers, slots: Sequence[str], language: str) -> str:
    """`Trần Thị Bình, 01/05/1990, 042*******34, thôn 5, Xã Thạch Hà, 20:00, 23/11/2026 - 25/11/2026`: what of these answers can be told by its value alone."""
    arrival = arrival_of(answers)

    def day(value: str) -> str:
        return show_date(date.fromisoformat(value), language)

    shown = {
        "lodging_guest_name": str,
        "lodging_guest_birth_date": day,
        "lodging_guest_document": lambda document: mask_number(next(iter(document.values()))),
        "lodging_address": str,
        "lodging_commune": lambda commune: commune["name"],
        "lodging_arrival_day": lambda value: show_moment(arrival, language) if arrival else day(value),
        "lodging_reason": lambda reason: shown_reason(reason, language),
    }
    parts = {slot: show(answers[slot]) for slot, show in shown.items() if slot in slots}
    if "lodging_departure" in slots:
        first = parts.pop("lodging_arrival_day", "")
        parts["lodging_departure"] = f"{first} - {day(answers['lodging_departure'])}".removeprefix(" ")
    return ", ".join(parts.values())


def guest_line(number: int, guest: dict[str, Any], language: str) -> str:
    """`1. Trần Thị Bình (01/05/1990), 042190001234`: the citizen has to see what will be sent. A guest verified at a kiosk stays masked, with a tick;
    of one out of a notification sent before number and date of birth stay masked, for a code and a phone prove little."""
    document = guest.get("citizen_number") or guest.get("passport_number") or ""
    if "verification" in guest:
        return f"{number}. {guest['name']} ({guest['birth_date']}), {document} ✓"
    born = date.fromisoformat(guest["birth_date"])
    if guest.get("stored"):
        return f"{number}. {guest['name']} ({mask_birth_date(born)}), {mask_number(document)}"
    return f"{number}. {guest['name']} ({show_date(born, language)}), {document}"


def summary(answers: Answers, turn: Turn) -> dict[str, Any]:
    """The placeholders of the summary."""
    guests = guests_of(answers)
    arrival, leaving = arrival_of(answers), date.fromisoformat(answers["lodging_departure"])
    return {
        "place": place_line(answers),
        "commune": (answers["lodging_commune"] or {}).get("name", ""),
        "count": len(guests),
        "guests": "\n".join(guest_line(index + 1, guest, turn.language) for index, guest in enumerate(guests)),
        "names": ", ".join(guest["name"] for guest in guests),
        "arrival": show_moment(arrival, turn.language) if arrival else "",
        "departure": show_day(leaving, turn.language),
        "from_day": show_date(arrival.date(), turn.language) if arrival else "",
        "to_day": show_date(leaving, turn.language),
        "reason": shown_reason(answers["lodging_reason"], turn.language),
        "notifier": answers["lodging_notifier_name"],
        "phone": show_phone(answers["lodging_notifier_phone"]),
    }
