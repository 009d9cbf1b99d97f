"""Opens a kiosk session: what for, consent, then the code. The result comes later as an event (`result.py`)."""

from actions.common import signals
from actions.common.answers import Answers, Filled, Reading, Step
from actions.common.backends import backends
from actions.common.commands import decide
from actions.common.form import End, Journey, Talk
from actions.common.turn import Turn, idempotency_key
from actions.common.wording import exact_meaning
from integrations.core.lodging_deadline import VIETNAM
from integrations.services import BackendError, BackendRejected

PURPOSES = ("strong_chat_identity", "lodging_check_in", "notary", "health_check_in", "eid_level_2_precheck")
CONSENT_VERSION = "kiosk-1"
MOST_PLACES = 5


def _purpose(turn: Turn, answers: Answers) -> Reading:
    said = turn.answer if turn.answer in PURPOSES else exact_meaning("verification_purposes", turn.folded)
    return Filled({"verification_purpose": said}) if said in PURPOSES else None


def _consent(turn: Turn, answers: Answers) -> Reading:
    decision = decide(turn)
    return Filled({"verification_consent": decision == "yes"}) if decision in {"yes", "no"} else None


class VerificationForm(Journey):
    """Purpose, consent; then a code of six digits that is good for ten minutes, and where the kiosks are."""

    form = "verification_form"
    journey = "verification"
    own_intents = frozenset({"kiosk_verify"})
    transient = ("verification_key",)
    intro = "utter_kiosk_verify"
    steps = (
        Step("verification_purpose", "utter_verification_ask_purpose", _purpose),
        Step("verification_consent", lambda answers: f"utter_verification_consent_{answers['verification_purpose']}", _consent),
    )

    async def settle(self, turn: Turn, answers: Answers, talk: Talk) -> End | None:
        """Without consent nothing is opened."""
        if answers["verification_consent"] is not False:
            return None
        talk.say("utter_verification_declined")
        self.reset(answers)
        return End(outcome="cancelled")

    async def finish(self, turn: Turn, answers: Answers, talk: Talk) -> End | None:
        """Records the consent and opens the session, once; a retry repeats the key of the first try."""
        key = answers["verification_key"] or idempotency_key(turn.tracker, self.name(), "session")
        answers.update({"verification_key": key})
        purpose, sender = answers["verification_purpose"], turn.tracker.sender_id
        try:
            async with backends() as clients:
                await clients.desk.record_consent(sender, f"kiosk_{purpose}", CONSENT_VERSION, True, key)
                session = await clients.verification.open_session(purpose, f"{CONSENT_VERSION}:{key[:32]}", sender, key)
                kiosks = await clients.verification.kiosks()
        except BackendRejected:
            talk.say("utter_verification_refused")
            self.reset(answers)
            return End()
        except BackendError:
            talk.say("utter_verification_unavailable")
            answers.update({"backend_failed": True})
            return None
        if session.code is None:
            talk.say("utter_verification_refused")
        else:
            until = session.expires_at.astimezone(VIETNAM)
            talk.say("utter_verification_code", {"code": session.code, "until": f"{until:%H:%M}"})
            if kiosks:
                talk.say("utter_verification_places", {"places": "; ".join(f"{kiosk.name}, {kiosk.place}" for kiosk in kiosks[:MOST_PLACES])})
            signals.wait_for_verification(talk.dispatcher, session.id)
        self.reset(answers)
        return End()
