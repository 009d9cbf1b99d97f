"""The commune somebody names, in the two tiers that exist since 1/7/2025: read, offered again when several have that name."""

from collections.abc import Callable
from typing import Any

from actions.common.answers import Answers, Filled, Reading, Refused, choice
from actions.common.turn import Turn
from integrations.core.addresses import Place, communes, provinces, read_address

HOME_PROVINCE = 42
MOST_CHOICES = 4


def commune_reader(slot: str, offered: str, refused: str, detail: str | None = None, elsewhere: str | None = None) -> Callable[[Turn, Answers], Reading]:
    """A reader that fills `slot` with `{"name", "province"}`; candidates wait in the slot `offered`, what stands before the commune goes to `detail`.

    With `elsewhere`, the response that refuses other provinces, only communes of the home province are taken.
    """

    def read(turn: Turn, answers: Answers) -> Reading:
        candidates = answers[offered] or []
        if turn.answer and turn.answer in {str(place["code"]) for place in candidates}:
            return Filled(_chosen(next(place for place in communes() if str(place.code) == turn.answer)))
        if not turn.text:
            return None
        reading = read_address(turn.text, HOME_PROVINCE)
        before = {detail: reading.detail} if detail and reading.detail else {}
        found = [place for place in reading.communes if not elsewhere or place.province_code == HOME_PROVINCE]
        if reading.communes and not found:
            return Refused(elsewhere)
        if len(found) == 1:
            return Filled(_chosen(found[0]) | before)
        if found:
            several = [{"code": place.code, "name": f"{place.name}, {_province(place)}"} for place in found[:MOST_CHOICES]]
            return Refused(None, {offered: several, **before}, counts=False)
        return Refused(refused)

    def _chosen(place: Place) -> dict[str, Any]:
        return {slot: {"name": place.name, "province": _province(place)}, offered: None}

    return read


def commune_choices(offered: str) -> Callable[[Answers, Turn], dict[str, Any]]:
    """The candidates of that slot as buttons."""
    return lambda answers, turn: {"buttons": [choice(place["name"], str(place["code"])) for place in answers[offered] or []]}


def _province(place: Place) -> str:
    return next(province.name for province in provinces() if province.code == place.province_code)
