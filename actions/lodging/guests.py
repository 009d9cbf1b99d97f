"""The guests, one after the other: name, date of birth, number; foreigners belong to another regime."""

from datetime import date
from typing import Any

from actions.common.answers import Answers, Filled, Reading, Refused
from actions.common.commands import agrees, decide
from actions.common.readers import read_count, read_document, read_name
from actions.common.turn import Turn
from actions.common.wording import only_meaning
from integrations.core.citizen_number import CitizenNumber
from integrations.core.vietnamese_dates import Problem, read_birth_date

MOST_GUESTS = 20
CURRENT = ("lodging_guest_name", "lodging_guest_birth_date", "lodging_guest_document", "lodging_guest_nationality")
_BIRTH_PROBLEMS = {
    Problem.YEAR_ONLY: "utter_refused_birth_year_only",
    Problem.SEVERAL: "utter_refused_birth_two_digits",
    Problem.LUNAR: "utter_refused_lunar",
    Problem.IN_FUTURE: "utter_refused_birth_future",
}


def guests_of(answers: Answers) -> list[dict[str, Any]]:
    """Guests that are complete."""
    return list(answers["lodging_guests"] or [])


def more_guests(answers: Answers) -> bool:
    """Whether another guest is still to be asked for."""
    return len(guests_of(answers)) < (answers["lodging_guest_count"] or 0)


def passport_guest(answers: Answers) -> bool:
    """Whether the guest in hand gave a passport, which a foreigner or a Vietnamese may have."""
    return more_guests(answers) and "passport_number" in (answers["lodging_guest_document"] or {})


def read_guest_count(turn: Turn, answers: Answers) -> Reading:
    """How many."""
    count = read_count(turn, MOST_GUESTS)
    return Filled({"lodging_guest_count": count}) if isinstance(count, int) else count


def read_guest_name(turn: Turn, answers: Answers) -> Reading:
    """The name, and what else the same sentence says: "Trần Thị Bình, sinh 1/5/1990, số 042…"."""
    name = read_name(turn.text)
    if not isinstance(name, str):
        return name
    values: dict[str, Any] = {"lodging_guest_name": name}
    document = read_document(turn.text)
    if isinstance(document, dict):
        values["lodging_guest_document"] = document
    born = read_birth_date(turn.text, turn.now).value
    if born:
        values["lodging_guest_birth_date"] = born.isoformat()
    return _checked(values, answers)


def read_guest_birth_date(turn: Turn, answers: Answers) -> Reading:
    """A full date in the past."""
    reading = read_birth_date(turn.text, turn.now)
    if reading.value is None:
        if reading.problem is Problem.NOTHING_SAID:
            return None
        return Refused(_BIRTH_PROBLEMS.get(reading.problem, "utter_refused_birth_date"))
    return _checked({"lodging_guest_birth_date": reading.value.isoformat()}, answers)


def read_guest_document(turn: Turn, answers: Answers) -> Reading:
    """Twelve digits or a passport number (Luật Cư trú Điều 30: no CMND any more)."""
    document = read_document(turn.text)
    return _checked({"lodging_guest_document": document}, answers) if isinstance(document, dict) else document


def _checked(values: dict[str, Any], answers: Answers) -> Reading:
    """A number that cannot belong to that year of birth is asked for again once; the citizen may insist."""
    document = values.get("lodging_guest_document") or answers["lodging_guest_document"] or {}
    born = values.get("lodging_guest_birth_date") or answers["lodging_guest_birth_date"]
    number = document.get("citizen_number")
    if number and born and number != answers["lodging_number_doubted"] and CitizenNumber(number).contradictions(date.fromisoformat(born)):
        kept = {slot: value for slot, value in values.items() if slot != "lodging_guest_document"}
        return Refused("utter_lodging_number_contradicts", {**kept, "lodging_number_doubted": number, "lodging_guest_document": None}, counts=False)
    return Filled(values)


def read_nationality(turn: Turn, answers: Answers) -> Reading:
    """Vietnamese or foreign."""
    said = turn.answer if turn.answer in {"vietnamese", "foreign"} else only_meaning("nationality", turn.folded)
    if said is None:
        said = "vietnamese" if agrees(turn) else "foreign" if decide(turn) == "no" else None
    return Filled({"lodging_guest_nationality": said}) if said else None


def complete_guest(answers: Answers) -> dict[str, Any] | None:
    """The guest in hand, when everything about them is known."""
    name, born, document = (answers[slot] for slot in CURRENT[:3])
    if not (more_guests(answers) and name and born and document):
        return None
    if "passport_number" in document and answers["lodging_guest_nationality"] is None:
        return None
    return {"name": name, "birth_date": born, **document}


def keep_guest(answers: Answers, guest: dict[str, Any]) -> None:
    """Adds the guest in hand to the list, where a replaced one stood."""
    guests = guests_of(answers)
    position = answers["lodging_guest_position"]
    guests.insert(len(guests) if position is None else int(position), guest)
    answers.update({"lodging_guests": guests})
    answers.clear([*CURRENT, "lodging_guest_position", "lodging_number_doubted"])


def add_guest(answers: Answers, guest: dict[str, Any]) -> None:
    """A guest who comes from elsewhere: in the place that is being asked for, unless its answers have begun, else at the end."""
    guests, position = guests_of(answers), answers["lodging_guest_position"]
    begun = any(answers[slot] is not None for slot in CURRENT)
    guests.insert(len(guests) if begun or position is None else int(position), guest)
    answers.update({"lodging_guests": guests} | ({} if begun else {"lodging_guest_position": None}))


def reopen_guest(answers: Answers, index: int, *, only_last_answer: bool = False) -> None:
    """Takes one guest out of the list to ask for them again, all of it or the last answer only."""
    guests = guests_of(answers)
    guest = guests.pop(index)
    answers.update({"lodging_guests": guests, "lodging_guest_position": index})
    answers.clear(CURRENT)
    if only_last_answer and "verification" not in guest:
        answers.update({"lodging_guest_name": guest["name"], "lodging_guest_birth_date": guest["birth_date"]})
