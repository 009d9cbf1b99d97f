"""Where the guests sleep: household or establishment, commune, address."""

from actions.common.answers import Answers, Filled, Reading
from actions.common.communes import commune_choices, commune_reader
from actions.common.readers import read_text
from actions.common.turn import Turn
from actions.common.wording import only_meaning

read_commune = commune_reader("lodging_commune", "lodging_communes_offered", "utter_lodging_refused_commune", detail="lodging_address")
shown_communes = commune_choices("lodging_communes_offered")


def read_kind(turn: Turn, answers: Answers) -> Reading:
    """A household, or a hotel, boarding house, hospital and the like."""
    kind = turn.answer if turn.answer in {"household", "establishment"} else only_meaning("place_kind", turn.folded)
    return Filled({"lodging_place_kind": kind}) if kind else None


def read_place_name(turn: Turn, answers: Answers) -> Reading:
    """The name of an establishment."""
    name = read_text(turn)
    return Filled({"lodging_place_name": name}) if isinstance(name, str) else name


def read_detail(turn: Turn, answers: Answers) -> Reading:
    """House number, street, hamlet."""
    detail = read_text(turn)
    return Filled({"lodging_address": detail}) if isinstance(detail, str) else detail
