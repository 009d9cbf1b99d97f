"""Takes a request and opens a ticket. No date is ever promised (answers.md F-29)."""

from collections.abc import Callable

from actions.common.answers import Answers, Filled, Reading, Refused, Step
from actions.common.backends import backends
from actions.common.commands import decide
from actions.common.communes import commune_choices, commune_reader
from actions.common.form import End, Journey
from actions.common.formatting import show_phone
from actions.common.readers import read_name, read_phone, read_text
from actions.common.talk import Talk
from actions.common.turn import Turn, idempotency_key
from actions.common.wording import exact_meaning
from integrations.services import BackendError
from integrations.services.desk import Ticket

KIND_OF_INTENT = {"home_visit": "home_visit", "call_back": "call_back"}


def _into(slot: str, read: Callable[[Turn], str | Refused | None]) -> Callable[[Turn, Answers], Reading]:
    def reader(turn: Turn, answers: Answers) -> Reading:
        value = read(turn)
        return Filled({slot: value}) if isinstance(value, str) else value

    return reader


_OFFERED = "ticket_communes_offered"
_commune = commune_reader("ticket_commune", _OFFERED, "utter_refused_commune", detail="ticket_hamlet", elsewhere="utter_ticket_refused_elsewhere")


def _commune_question(answers: Answers) -> str:
    return "utter_lodging_which_commune" if answers[_OFFERED] else "utter_ticket_ask_commune"


def _time(turn: Turn, answers: Answers) -> Reading:
    if turn.answer == "any" or exact_meaning("any_time", turn.folded):
        return Filled({"ticket_time": ""})
    return _into("ticket_time", read_text)(turn, answers)


def _confirmation(turn: Turn, answers: Answers) -> Reading:
    return Filled({"ticket_confirmed": True}) if decide(turn) in {"yes", "retry"} else None


def _shown(answers: Answers, turn: Turn) -> dict[str, str]:
    phone = answers["ticket_phone"]
    places = [answers["ticket_hamlet"], _commune_name(answers)]
    return {
        "contact_name": answers["ticket_contact_name"] or "–",
        "phone": show_phone(phone) if phone else "–",
        "place": ", ".join(place for place in places if place) or "–",
        "reason": answers["ticket_reason"] or "–",
        "preferred_time": answers["ticket_time"] or "–",
    }


def _commune_name(answers: Answers) -> str | None:
    return (answers["ticket_commune"] or {}).get("name")


def _visit(answers: Answers) -> bool:
    return answers["ticket_kind"] == "home_visit"


def _summary(answers: Answers) -> str:
    return "utter_ticket_summary" if _goes_somewhere(answers) else "utter_ticket_summary_call_back"


def _goes_somewhere(answers: Answers) -> bool:
    return answers["ticket_kind"] in {"home_visit", "appointment"}


class TicketForm(Journey):
    """Contact, phone, place, reason, wished time; then a ticket and its code."""

    form = "ticket_form"
    journey = "ticket"
    own_intents = frozenset({"home_visit", "call_back"})
    transient = ("ticket_kind", "ticket_key")
    steps = (
        Step("ticket_contact_name", "utter_ticket_ask_contact_name", _into("ticket_contact_name", lambda turn: read_name(turn.text)),
             free=True, fields=("contact_name",)),
        Step("ticket_phone", "utter_ticket_ask_phone", _into("ticket_phone", read_phone), "utter_ticket_help_phone", own_number=True, fields=("phone",)),
        Step("ticket_commune", _commune_question, _commune, when=_goes_somewhere, free=True, fields=("commune",), clears=(_OFFERED,),
             shows=commune_choices(_OFFERED)),
        Step("ticket_hamlet", "utter_ticket_ask_hamlet", _into("ticket_hamlet", read_text), when=_visit, free=True, fields=("hamlet", "address")),
        Step("ticket_reason", "utter_ticket_ask_reason", _into("ticket_reason", read_text), free=True, fields=("reason",)),
        Step("ticket_time", "utter_ticket_ask_time", _time, free=True, optional=True, fields=("preferred_time",)),
        Step("ticket_confirmed", _summary, _confirmation, "utter_ticket_help_confirm", binds=True, confirms=True, shows=_shown),
    )  # fmt: skip

    def prefill(self, turn: Turn, answers: Answers) -> None:
        """The kind of request; a form that sent the citizen here has named it already."""
        asked = KIND_OF_INTENT.get(turn.intent)
        kind = answers["ticket_wanted"] or asked or answers["ticket_kind"] or "call_back"
        reason = answers["ticket_wanted_reason"]
        answers.update({"ticket_kind": kind, "ticket_wanted": None, "ticket_wanted_reason": None} | ({"ticket_reason": reason} if reason else {}))

    async def settle(self, turn: Turn, answers: Answers, talk: Talk) -> End | None:
        """Says once what the request is for."""
        if answers["ticket_introduced"] is None:
            talk.say(f"utter_ticket_intro_{answers['ticket_kind']}")
            answers.update({"ticket_introduced": True})
        return None

    def edit_menu(self, answers: Answers) -> str:
        return "utter_ticket_change_which" if _goes_somewhere(answers) else "utter_ticket_change_which_call_back"

    def empty(self, answers: Answers, step: Step) -> None:
        super().empty(answers, step)
        answers.clear(("ticket_confirmed", "ticket_key"))

    def reset(self, answers: Answers) -> None:
        kind = answers["ticket_kind"]
        super().reset(answers)
        answers.update({"ticket_kind": kind, "ticket_introduced": None})

    async def finish(self, turn: Turn, answers: Answers, talk: Talk) -> End | None:
        """Opens the ticket once; a retry repeats the key of the first try."""
        key = answers["ticket_key"] or idempotency_key(turn.tracker, self.name(), "ticket")
        answers.update({"ticket_key": key})
        ticket = Ticket(
            sender_id=turn.tracker.sender_id,
            kind=answers["ticket_kind"],
            contact_name=answers["ticket_contact_name"],
            phone=answers["ticket_phone"],
            commune=_commune_name(answers),
            hamlet=answers["ticket_hamlet"] or None,
            reason=answers["ticket_reason"],
            preferred_time=answers["ticket_time"] or None,
        )
        try:
            async with backends() as clients:
                receipt = await clients.desk.open_ticket(ticket, key)
        except BackendError:
            talk.say("utter_ticket_unavailable")
            answers.update({"backend_failed": True})
            return None
        talk.say(f"utter_ticket_done_{answers['ticket_kind']}", {"code": receipt.code})
        self.reset(answers)
        answers.clear(("ticket_kind",))
        return End()
