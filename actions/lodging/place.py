"""Where the guests sleep: household or establishment, commune, address, of the two tiers that exist since 1/7/2025."""

from actions.common.answers import Answers, Filled, Reading, Refused
from actions.common.readers import read_text
from actions.common.turn import Turn
from actions.common.wording import only_meaning
from integrations.core.addresses import Place, communes, provinces, read_address

HOME_PROVINCE = 42
MOST_CHOICES = 4


def read_kind(turn: Turn, answers: Answers) -> Reading:
    """A household, or a hotel, boarding house, hospital and the like."""
    kind = turn.answer if turn.answer in {"household", "establishment"} else only_meaning("place_kind", turn.folded)
    return Filled({"lodging_place_kind": kind}) if kind else None


def read_place_name(turn: Turn, answers: Answers) -> Reading:
    """The name of an establishment."""
    name = read_text(turn)
    return Filled({"lodging_place_name": name}) if isinstance(name, str) else name


def read_commune(turn: Turn, answers: Answers) -> Reading:
    """An address with its commune; several communes of that name are offered, what stands before it is the address."""
    offered = answers["lodging_communes_offered"] or []
    if turn.answer and turn.answer in {str(place["code"]) for place in offered}:
        return Filled(_commune(next(place for place in communes() if str(place.code) == turn.answer)))
    if not turn.text:
        return None
    reading = read_address(turn.text, HOME_PROVINCE)
    address = {"lodging_address": reading.detail} if reading.detail else {}
    if reading.commune:
        return Filled(_commune(reading.commune) | address)
    if reading.communes:
        several = [{"code": place.code, "name": f"{place.name}, {_province(place)}"} for place in reading.communes[:MOST_CHOICES]]
        return Refused(None, {"lodging_communes_offered": several, **address}, counts=False)
    return Refused("utter_lodging_refused_commune")


def read_detail(turn: Turn, answers: Answers) -> Reading:
    """House number, street, hamlet."""
    detail = read_text(turn)
    return Filled({"lodging_address": detail}) if isinstance(detail, str) else detail


def _commune(place: Place) -> dict[str, object]:
    return {"lodging_commune": {"name": place.name, "province": _province(place)}, "lodging_communes_offered": None}


def _province(place: Place) -> str:
    return next(province.name for province in provinces() if province.code == place.province_code)
