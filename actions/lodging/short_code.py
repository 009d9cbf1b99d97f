"""What stands behind LUUTRU on a plain phone, for people who know how: `LUUTRU tran thi binh, 042190001234, 1/5/1990, toi nay 8 gio 2 dem, xa thach ha`.

Every part may be missing, and they may stand in any order: a part counts when its shape says for certain what it is, and is then read by the form's own
step, so that nothing is taken which the form would refuse. What is said twice, or could be two things, is asked for.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path

import yaml

from actions.common.answers import Answers, Filled, Refused, Step
from actions.common.communes import HOME_PROVINCE
from actions.common.readers import read_document
from actions.common.turn import Turn
from actions.common.wording import exact_meaning
from actions.lodging.guests import CURRENT, more_guests
from actions.lodging.reasons import reason_of
from actions.lodging.stay import FURTHEST_AHEAD, LONGEST_AGO, TEMPORARY_RESIDENCE
from integrations.core.addresses import find_province, read_address
from integrations.core.errors import InvalidValue
from integrations.core.phone import Phone
from integrations.core.vietnamese_dates import read_date, read_moment, read_stay

LONGEST = 320  # two messages of a plain phone; whoever writes more has written a letter, which is not this grammar
NAME, BORN, DOCUMENT = CURRENT[:3]
COMMUNE, ADDRESS, ARRIVAL, LEAVING = "lodging_commune", "lodging_address", "lodging_arrival_day", "lodging_departure"
# A date is read after the arrival it may depend on, a number after the birth that it must agree with.
_ORDER = ("lodging_place_kind", COMMUNE, ADDRESS, ARRIVAL, LEAVING, "lodging_guest_count", NAME, BORN, DOCUMENT, "lodging_reason")
_KEPT_OF_REFUSED = frozenset({NAME, BORN, "lodging_communes_offered", ADDRESS})

_BORDERS = re.compile(r"[,;]+|\.\s|\s-\s")
_LABEL = re.compile(r"^(?:ho va ten|ho ten|ten khach|ten|khach)(?: la)?\b[ :]*")
_COUNT = re.compile(r"(?:co )?(?:\d{1,2}|mot|hai|ba|bon) (?:khach|nguoi)")
_LEAVING = re.compile(r"(?:o )?(?:den|het)(?: het)?(?: ngay)? (?!luc|hom nay|toi nay|khoang|\d{1,2} ?(?:h|g|gio)\b).+|(?:o )?\d{1,2} (?:dem|ngay)")
_BARE_DATE = re.compile(r"(?:ngay )?\d{1,2}([/.-])\d{1,2}(?:\1\d{2,4})?")
_YEAR = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")


class Taking:
    """Fills what is still empty. `slots`: what was filled; `number_wrong`: a guest's number was there and is not one; `unread`: anything else was left."""

    def __init__(self, turn: Turn, answers: Answers, steps: Mapping[str, Step]) -> None:
        self._turn = turn
        self._answers = answers
        self._steps = steps
        self.slots: list[str] = []
        self.number_wrong = False
        self.unread = False

    def take(self, details: str) -> "Taking":
        """Reads all parts."""
        if len(details) > LONGEST:
            self.unread = True
            return self
        parts, self.unread = _sorted(_parts(details), self._turn)
        for slot in _ORDER:
            if slot in parts:
                self._read(slot, parts[slot])
        return self

    def _read(self, slot: str, part: str) -> None:
        if self._is_of_no_use(slot):
            self.unread = True
            return
        reading = self._steps[slot].read(self._turn.saying(part), self._answers)
        values = reading.values if isinstance(reading, Filled) else _kept(reading)
        if slot in self.slots:  # said inside another part as well, "toi nay 2 dem, den 27/11"
            if values.get(slot) != self._answers[slot]:
                self._answers.clear((slot,))
                self.slots.remove(slot)
                self.unread = True
            return
        self._answers.update(values)
        self.slots += [name for name in _ORDER if values.get(name) is not None]
        self.number_wrong |= slot in (NAME, DOCUMENT) and read_document(part) is not None and self._answers[DOCUMENT] is None
        asks_back = isinstance(reading, Refused) and reading.response is None
        self.unread |= not (isinstance(reading, Filled) or asks_back or slot == DOCUMENT or values.get(slot))

    def _is_of_no_use(self, slot: str) -> bool:
        answers = self._answers
        full = slot in CURRENT and answers["lodging_guest_count"] is not None and not more_guests(answers)
        return full or (answers[slot] is not None and slot not in self.slots) or (slot == LEAVING and answers[ARRIVAL] is None)


def _kept(reading: Refused | None) -> dict[str, object]:
    return {slot: value for slot, value in reading.values.items() if slot in _KEPT_OF_REFUSED and value} if reading else {}


def _parts(details: str) -> list[str]:
    """The parts between the marks; a province stays with the commune before it."""
    parts: list[str] = []
    for part in filter(None, map(str.strip, _BORDERS.split(details))):
        if parts and find_province(part) and read_address(f"{parts[-1]}, {part}", HOME_PROVINCE).communes:
            parts[-1] += f", {part}"
        else:
            parts.append(part)
    return parts


def _sorted(parts: list[str], turn: Turn) -> tuple[dict[str, str], bool]:
    """The text for each slot, and whether something belongs to none."""
    found: dict[str, list[str]] = {}
    for part in parts:
        found.setdefault(_shape(turn.saying(part)) or "nothing", []).append(part)
    unread = bool(found.pop("nothing", None))
    unread |= _settle_dates(found)
    unread |= _settle_place(found)
    numbers = sum(read_document(part) is not None for slot in (NAME, DOCUMENT) for part in found.get(slot, []))
    if numbers > 1 or any(len(found.get(slot, [])) > 1 for slot in (NAME, BORN)):  # several guests, and nobody can tell whose is what
        found = {slot: said for slot, said in found.items() if slot not in (NAME, BORN, DOCUMENT)}
        unread = True
    twice = [slot for slot, said in found.items() if len(said) > 1]
    return {slot: said[0] for slot, said in found.items() if slot not in twice}, unread or bool(twice)


def _settle_dates(found: dict[str, list[str]]) -> bool:
    """A day without a word is that of leaving beside one of arrival, and the other way round; alone it could be either."""
    bare = found.pop("day", [])
    if len(bare) == 2 and not found.keys() & {ARRIVAL, LEAVING}:
        found[ARRIVAL], found[LEAVING] = bare[:1], bare[1:]
    elif len(bare) == 1 and ARRIVAL in found and LEAVING not in found:
        found[LEAVING] = bare
    elif len(bare) == 1 and LEAVING in found and ARRIVAL not in found:
        found[ARRIVAL] = bare
    else:
        return bool(bare)
    return False


def _settle_place(found: dict[str, list[str]]) -> bool:
    """The parts of an address belong together; "tran phu" is a ward when somebody else is the guest."""
    either = found.pop("name or commune", [])
    if len(either) == 1 and NAME in found and not found.keys() & {COMMUNE}:
        found[COMMUNE] = either
        either = []
    communes, details = found.pop(COMMUNE, []), found.pop(ADDRESS, [])
    named = [part for part in communes if read_address(part, HOME_PROVINCE).communes]
    if len(named) == 1:
        found[COMMUNE] = [", ".join([*details, *communes])]
        return bool(either)
    if details and not communes:
        found[ADDRESS] = [", ".join(details)]
        return bool(either)
    return bool(either or communes or details)


def _shape(part: Turn) -> str | None:
    """The slot that this part is surely meant for; `day`, `name or commune` where its neighbours decide; None for anything else."""
    folded, table = part.folded, _table()
    if reason_of(folded):
        return "lodging_reason"
    if exact_meaning("place_kind", folded):
        return "lodging_place_kind"
    if _COUNT.fullmatch(folded):
        return "lodging_guest_count"
    words = folded.split() or [""]
    if _begins(folded, table["hamlet"]) or (words[0] in table["hamlet_with_number"] and len(words[1:]) and words[1][0].isdigit() and len(words[1]) < 5):
        return COMMUNE if read_address(part.text, HOME_PROVINCE).communes else ADDRESS
    if find_province(part.text) or "," in part.text:
        return COMMUNE
    bare = _LABEL.sub("", folded).split()
    if len(bare) > 1 and bare[0] in table["family_names"] and bare[1].isalpha() and not _is_time(folded):
        return "name or commune" if _is_commune(part.text) else NAME
    if read_document(part.text) is not None:
        return None if _is_phone(part.text) else DOCUMENT
    if _is_commune(part.text):
        return COMMUNE
    return _time_shape(part, folded)


def _time_shape(part: Turn, folded: str) -> str | None:
    if _begins(folded, _table()["birth"]):
        return BORN
    if _LEAVING.fullmatch(folded):
        return LEAVING
    if _BARE_DATE.fullmatch(folded):
        return "day" if not _YEAR.search(folded) or _is_near(part) else BORN
    # "toi 27/11" is the evening of that day or "until" it; only the mark would tell.
    if re.match(r"toi \d", folded) and "tối" not in part.text.lower():
        return None
    return ARRIVAL if _names_a_time(part) and (any(map(str.isdigit, folded)) or _is_time(folded)) else None


def _names_a_time(part: Turn) -> bool:
    return bool(read_moment(part.text, part.now).candidates or read_stay(part.text, part.now).start.candidates)


def _is_near(part: Turn) -> bool:
    """Whether the day can be one of a stay: a day of birth lies further back."""
    day = read_date(part.text, part.now).value
    return day is not None and -LONGEST_AGO <= day - part.now.date() <= FURTHEST_AHEAD + TEMPORARY_RESIDENCE + timedelta(days=1)


def _is_time(folded: str) -> bool:
    words = set(folded.split())
    return words <= set(_table()["time"]) and bool(words & set(_table()["surely_time"]))


def _is_commune(text: str) -> bool:
    reading = read_address(text, HOME_PROVINCE)
    return bool(reading.communes) and not reading.detail


def _is_phone(text: str) -> bool:
    try:
        Phone.parse(text)
    except InvalidValue:
        return False
    return True


def _begins(folded: str, phrases: list[str]) -> bool:
    return any(re.match(rf"{phrase}\b", folded) for phrase in phrases)


@cache
def _table() -> dict[str, list[str]]:
    return yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
