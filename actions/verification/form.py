"""Opens a kiosk session: what for, consent, where; then the code and the nearest kiosks. The result comes later as an event (`result.py`)."""

from actions.common import signals
from actions.common.answers import Answers, Filled, Reading, Step
from actions.common.backends import backends
from actions.common.commands import decide
from actions.common.communes import commune_choices, commune_reader
from actions.common.form import End, Journey
from actions.common.paused import latest
from actions.common.talk import Talk
from actions.common.turn import Turn, idempotency_key
from actions.common.wording import only_meaning
from integrations.core.lodging_deadline import VIETNAM
from integrations.services import BackendError, BackendRejected, Backends
from integrations.services.verification import KioskPlace, VerificationSession

PURPOSES = ("strong_chat_identity", "lodging_check_in", "notary", "health_check_in", "eid_level_2_precheck")
# What a citizen who leaves a journey for the kiosk needs there.
PURPOSE_OF_JOURNEY = {"lodging_form": "lodging_check_in", "card_status_form": "strong_chat_identity", "eid_form": "eid_level_2_precheck"}
CONSENT_VERSION = "kiosk-2"
MOST_PLACES = 3


def _purpose(turn: Turn, answers: Answers) -> Reading:
    said = turn.answer if turn.answer in PURPOSES else only_meaning("verification_purposes", turn.folded)
    return Filled({"verification_purpose": said}) if said in PURPOSES else None


def _consent(turn: Turn, answers: Answers) -> Reading:
    decision = decide(turn)
    return Filled({"verification_consent": decision == "yes"}) if decision in {"yes", "no"} else None


def _agreed(answers: Answers) -> bool:
    return answers["verification_consent"] is True


class VerificationForm(Journey):
    """Purpose, consent, commune; then a code of six digits that is good for ten minutes, and where the nearest kiosks are."""

    form = "verification_form"
    journey = "verification"
    own_intents = frozenset({"kiosk_verify"})
    transient = ("verification_key", "verification_communes_offered")
    intro = "utter_kiosk_verify"
    steps = (
        Step("verification_purpose", "utter_verification_ask_purpose", _purpose),
        Step("verification_consent", lambda answers: f"utter_verification_consent_{answers['verification_purpose']}", _consent, binds=True),
        Step("verification_commune",
             lambda answers: "utter_lodging_which_commune" if answers["verification_communes_offered"] else "utter_verification_ask_commune",
             commune_reader("verification_commune", "verification_communes_offered", "utter_verification_refused_commune"),
             when=_agreed, optional=True, fields=("commune",), shows=commune_choices("verification_communes_offered")),
    )  # fmt: skip

    def prefill(self, turn: Turn, answers: Answers) -> None:
        """The purpose of the choice or of the journey that led here, and the commune when it was said before."""
        reading = _purpose(turn, answers)
        said = reading.values["verification_purpose"] if isinstance(reading, Filled) else None
        purpose = said or answers["verification_wanted"] or PURPOSE_OF_JOURNEY.get(latest(answers) or "")
        then = turn.entity("then") if turn.chosen else None
        answers.update({"verification_purpose": purpose, "verification_wanted": None, "verification_then": then})
        answers.update({"verification_commune": answers["lodging_commune"]})

    async def settle(self, turn: Turn, answers: Answers, talk: Talk) -> End | None:
        """Without consent nothing is opened, and what was paused goes on."""
        if answers["verification_consent"] is not False:
            return None
        talk.say("utter_verification_declined")
        self.reset(answers)
        return End(latest(answers), "cancelled")

    async def finish(self, turn: Turn, answers: Answers, talk: Talk) -> End | None:
        """Records the consent and opens the session, once; a retry repeats the key of the first try."""
        key = answers["verification_key"] or idempotency_key(turn.tracker, self.name(), "session")
        answers.update({"verification_key": key})
        try:
            async with backends() as clients:
                session, kiosks = await _open_session(clients, turn, answers, key)
        except BackendRejected:
            talk.say("utter_verification_refused")
            self.reset(answers)
            return End(latest(answers), "elsewhere")
        except BackendError:
            talk.say("utter_verification_unavailable")
            answers.update({"backend_failed": True})
            return None
        self.reset(answers)
        if session.code is None:
            talk.say("utter_verification_refused")
            return End(latest(answers), "elsewhere")
        until = session.expires_at.astimezone(VIETNAM)
        talk.say("utter_verification_code", {"code": session.code, "qr": session.qr, "until": f"{until:%H:%M}"})
        if kiosks:
            talk.say("utter_verification_places", {"places": _spoken(kiosks)})
        if latest(answers):
            talk.say("utter_verification_then_goes_on")
        signals.wait_for_verification(talk.dispatcher, session.id)
        return End(waits=True)


async def _open_session(clients: Backends, turn: Turn, answers: Answers, key: str) -> tuple[VerificationSession, list[KioskPlace]]:
    purpose, sender, commune = answers["verification_purpose"], turn.tracker.sender_id, answers["verification_commune"] or {}
    await clients.desk.record_consent(sender, f"kiosk_{purpose}", CONSENT_VERSION, True, key)
    session = await clients.verification.open_session(purpose, f"{CONSENT_VERSION}:{key[:32]}", sender, key)
    return session, await clients.verification.kiosks(commune.get("name"), commune.get("province"))


def _spoken(kiosks: list[KioskPlace]) -> str:
    """`Quầy 1, Công an phường Thành Sen (5 km)`, the nearest ones only."""
    return "; ".join(f"{kiosk.name}, {kiosk.place}{_distance(kiosk)}" for kiosk in kiosks[:MOST_PLACES])


def _distance(kiosk: KioskPlace) -> str:
    return f" ({max(1, round(kiosk.distance_km))} km)" if kiosk.distance_km else ""
