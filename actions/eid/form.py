"""The engine that walks the graph with the citizen."""

import re
from typing import Any

from rasa_sdk.events import EventType

from actions.common import signals
from actions.common.answers import Answers, Filled, Reading, Step
from actions.common.backends import backends
from actions.common.form import End, Journey
from actions.common.interruptions import LIKELY
from actions.common.talk import Talk
from actions.common.turn import Turn
from actions.common.wording import exact_meaning, only_meaning
from actions.eid.graph import graph
from actions.knowledge.asked import asked_unit
from integrations.core.vietnamese_dates.words import plain
from integrations.services import BackendError

PROGRESS = {"step_done": "done", "step_failed": "failed", "affirm": "done", "deny": "failed"}
LONGEST_PROGRESS = 6
ACTIVATION_DAYS = 7  # NĐ 69/2024 Điều 14 khoản 1
_DAYS_IN = {"ngay": 1, "hom": 1, "bua": 1, "days": 1, "day": 1, "tuan": 7, "weeks": 7, "week": 7, "thang": 30, "months": 30, "month": 30}
_AGO = re.compile(rf"\b(\d{{1,3}}) ({'|'.join(_DAYS_IN)})\b")


def read_choice(turn: Turn, answers: Answers) -> Reading:
    """The next step: by our choice, by the citizen's words for one, by "xong" or "lỗi", or by a problem that has a step of its own."""
    here = answers["eid_step"]
    choices = graph().steps[here].choices
    if turn.is_question and turn.intent not in graph().jumps and asked_unit(turn):
        return None  # "quá 7 ngày chưa kích hoạt có sao không?" holds the words of a choice and is a question all the same
    answer = _answer(turn, set(choices))
    target = (answers["eid_checked"] if answer == "retry" else None) or choices.get(answer or "") or _jump(turn, here)
    if target is None:
        return None
    return Filled({"eid_step": target, "eid_trail": [*(answers["eid_trail"] or []), here]})


def _answer(turn: Turn, among: set[str]) -> str | None:
    if turn.chosen:
        return turn.answer or PROGRESS.get(turn.intent)
    named = only_meaning("eid", turn.folded, among)
    if named:
        return named
    if "over_7_days" in among and (days := _days(turn.text)) is not None:
        return "over_7_days" if days > ACTIVATION_DAYS else "within_7_days"
    exact = exact_meaning("progress", turn.folded)
    if exact in among:
        return exact
    said = only_meaning("progress", turn.folded, among) if len(turn.folded.split()) <= LONGEST_PROGRESS else None
    if said is None and turn.confidence >= LIKELY and PROGRESS.get(turn.intent) in among and not turn.is_question:
        return PROGRESS[turn.intent]
    return said


def _days(text: str) -> int | None:
    """How many days ago: "3 ngày rồi", "hai tuần rồi"; None when no length of time is named."""
    found = _AGO.search(plain(text))
    return int(found[1]) * _DAYS_IN[found[2]] if found else None


def _jump(turn: Turn, here: str) -> str | None:
    target = graph().jumps.get(turn.intent) if turn.confidence >= LIKELY else None
    return target if target != here else None


class EidForm(Journey):
    """Finds out where the citizen stands, then one step at a time; ends in done, a ticket, a person or the kiosk."""

    form = "eid_form"
    journey = "eid"
    subject = "eid-activate-how"
    own_intents = frozenset({"eid_activate"})
    transient = ("eid_step", "eid_trail", "eid_checked")

    def current(self, answers: Answers) -> Step | None:
        """The step of the graph, as a question."""
        node = answers["eid_step"] or graph().start
        return Step("eid_step", f"utter_eid_{node}", read_choice, f"utter_eid_help_{node}" if node in HELPED else None)

    def step_name(self, step: Step | None, answers: Answers) -> str | None:
        return f"eid_{answers['eid_step']}"

    def step_back(self, answers: Answers) -> bool:
        trail = list(answers["eid_trail"] or [])
        if not trail:
            return False
        answers.update({"eid_step": trail.pop(), "eid_trail": trail})
        return True

    def reset(self, answers: Answers) -> None:
        answers.update({"eid_step": graph().start, "eid_trail": [], "eid_checked": None, "backend_failed": None})

    def prefill(self, turn: Turn, answers: Answers) -> None:
        """Starts at the step of the problem asked about just before, or where the first sentence says the citizen is."""
        if answers["eid_step"] is None:
            self.reset(answers)
        if turn.chosen and turn.previous_intent in graph().jumps:
            answers.update({"eid_step": graph().jumps[turn.previous_intent], "eid_trail": [graph().start]})
        elif answers["eid_step"] == graph().start and turn.text:
            told = only_meaning("eid", turn.folded, set(graph().steps[graph().start].choices))
            if told:
                answers.update({"eid_step": graph().steps[graph().start].choices[told], "eid_trail": [graph().start]})

    async def _change(self, turn: Turn, answers: Answers, talk: Talk) -> list[EventType]:
        """The only answer to change is the step before."""
        return await self._obey("go_back", turn, answers, talk)

    def _open(self, turn: Turn, answers: Answers, talk: Talk) -> None:
        super()._open(turn, answers, talk)
        if not answers["eid_warned"]:
            talk.say("utter_eid_antifraud")
            answers.update({"eid_warned": True})

    async def settle(self, turn: Turn, answers: Answers, talk: Talk) -> End | None:
        """Goes through checks; closes the journey at an end."""
        node = graph().steps[answers["eid_step"]]
        while node.check:
            answers.update({"eid_checked": answers["eid_step"], "eid_step": await _service_step(node.ok or "", node.busy or "")})
            node = graph().steps[answers["eid_step"]]
        if node.end is None:
            return None
        return self._end(node, answers, talk)

    def _end(self, node: Any, answers: Answers, talk: Talk) -> End:
        name = answers["eid_step"]
        answers.clear(self.transient)
        if node.end == "ticket":
            answers.update({"ticket_wanted": node.ticket, "ticket_wanted_reason": node.reason})
            return End("ticket_form", "ticket")
        if node.end == "kiosk":
            answers.update({"verification_wanted": "eid_level_2_precheck"})
            return End("verification_form", "elsewhere")
        if node.end == "person":
            talk.say("utter_handoff")
            signals.handoff(talk.dispatcher, "asked", f"eid: {(answers['step'] or '')}")
            return End(outcome="person")
        talk.say(f"utter_eid_{name}")
        return End()

    async def finish(self, turn: Turn, answers: Answers, talk: Talk) -> End | None:
        """Never reached: an end of the graph closes the journey."""
        return End()


async def _service_step(ok: str, busy: str) -> str:
    """By the state of VNeID; a service that does not say counts as working, the citizen will see for themselves."""
    try:
        async with backends() as clients:
            status = await clients.identity.service_status()
    except BackendError:
        return ok
    return ok if status.state == "ok" else busy


HELPED = frozenset({"where", "activate_open", "activate_passcode", "nfc"})
