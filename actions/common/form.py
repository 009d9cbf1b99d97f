"""The one form behind all forms.

Rasa's form calls `validate_<form>`; that action is a `Journey`. It reads the answer, obeys the commands that work the same everywhere
(back, start over, stop, repeat, explain, change an answer), asks the next question itself and names it in `requested_slot`.
A message that is not for the form is passed on by an ActionExecutionRejected event: RulePolicy then lets the rule for its intent act and
calls the form again in the same turn, which repeats the question. Whatever was filled stays.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecutionRejected, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.common import signals
from actions.common.answers import Answers, Filled, Reading, Step
from actions.common.commands import changed_step, decide
from actions.common.interruptions import JOURNEYS, OUTSIDE, command_of, doubt, is_interruption
from actions.common.paused import latest, leaving, paused, without
from actions.common.retry import RETRY
from actions.common.talk import Talk
from actions.common.turn import FALLBACK_INTENT, Turn
from actions.knowledge.asked import asked_unit
from integrations.core.emergency import is_emergency
from integrations.core.phone import THIS_NUMBER_END

REQUESTED = "requested_slot"
INSTEAD = "instead"  # a choice of another journey for who cannot answer: there is nothing to come back to
_LAST_WORDS = frozenset({"action_say_goodbye"})
_QUIET_ACTIONS = frozenset({"action_listen", "action_extract_slots"})


@dataclass(frozen=True)
class End:
    """The journey is over; `followup` is an action or form to go on with at once, `outcome` how it ended, for the weekly report.

    With `waits`, what was paused goes on when an outside result arrives.
    """

    followup: str | None = None
    outcome: signals.Outcome = "done"
    waits: bool = False


class Journey(Action, ABC):
    """One form. `own_intents` start it and interrupt it only as questions; `subject` is the unit that "bao lâu?" is about while it is open."""

    form: ClassVar[str]
    journey: ClassVar[str]
    steps: ClassVar[tuple[Step, ...]] = ()
    own_intents: ClassVar[frozenset[str]] = frozenset()
    transient: ClassVar[tuple[str, ...]] = ()
    intro: ClassVar[str | None] = None
    subject: ClassVar[str | None] = None

    def name(self) -> str:
        """As Rasa wants it."""
        return f"validate_{self.form}"

    @abstractmethod
    async def finish(self, turn: Turn, answers: Answers, talk: Talk) -> End | None:
        """Everything is filled: do it. None when something was emptied and must be asked again."""

    async def settle(self, turn: Turn, answers: Answers, talk: Talk) -> End | None:
        """Hook before the next question is chosen; an End closes the journey."""
        return None

    @property
    def fields(self) -> frozenset[str]:
        """The names of answers that can be changed by saying so."""
        return frozenset(field for step in self.steps for field in step.fields)

    def prefill(self, turn: Turn, answers: Answers) -> None:
        """Hook at the start: takes what the first message already says."""

    def current(self, answers: Answers) -> Step | None:
        """The question to ask: the one that is being changed, a failed backend's, or the first one not filled."""
        if answers["backend_failed"]:
            return RETRY
        return next((step for step in self.steps if step.when(answers) and answers[step.slot] is None), None)

    def step_back(self, answers: Answers) -> bool:
        """Empties the last answered question; False at the first one."""
        step = self.current(answers)
        asked = [candidate for candidate in self.steps if candidate.when(answers)]
        before = asked[: asked.index(step)] if step in asked else asked
        if not before:
            return False
        self.empty(answers, before[-1])
        return True

    def empty(self, answers: Answers, step: Step) -> None:
        """Forgets one answer and what depends on it."""
        answers.clear((step.slot, *step.clears))

    def reset(self, answers: Answers) -> None:
        """Forgets every answer."""
        answers.clear([*(step.slot for step in self.steps), *(slot for step in self.steps for slot in step.clears), *self.transient, "backend_failed"])

    def start_over(self, answers: Answers) -> None:
        """Forgets every answer, to ask them all again for the same purpose."""
        self.reset(answers)

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """One turn of the form, as `FormAction` calls it."""
        turn, answers, talk = Turn(tracker), Answers(tracker.slots), Talk(dispatcher)
        if self._just_opened(turn):
            self._open(turn, answers, talk)
            return await self._go_on(turn, answers, talk)
        interruption = self._interruption(turn)
        if interruption is not None:
            return self._waiting(self.current(answers), answers) if _ends_turn(interruption) else await self._go_on(turn, answers, talk)
        if is_emergency(turn.text) and turn.intent != "emergency":
            return self._meet_emergency(answers, talk)
        step = self.current(answers)
        reading = step.read(turn, answers) if step else None
        if doubtful := doubt(turn, step, reading):
            return await self._take(step, doubtful, turn, answers, talk)
        command = command_of(turn, step, reading, self.fields)
        if command:
            return await self._obey(command, turn, answers, talk)
        if step and (is_interruption(turn, step, reading, self.own_intents) or self._asks_a_fact(turn, reading)):
            return self._pass_on(turn, answers, talk)
        if step and step.confirms and decide(turn) in {"no", "edit"}:
            return await self._change(turn, answers, talk)
        return await self._take(step, reading, turn, answers, talk)

    def _meet_emergency(self, answers: Answers, talk: Talk) -> list[EventType]:
        """Danger that the classifier took for something else, an answer perhaps."""
        talk.say("utter_emergency")
        signals.handoff(talk.dispatcher, "emergency")
        return self._waiting(self.current(answers), answers)

    def _just_opened(self, turn: Turn) -> bool:
        return any(event.get("event") == "active_loop" and event.get("name") == self.form for event in turn.events_of_turn())

    def _interruption(self, turn: Turn) -> list[dict[str, Any]] | None:
        """What happened in this turn when another action has answered it; None when the message is still unanswered."""
        events = turn.events_of_turn()
        acted = any(event.get("event") == "action" and event.get("name") not in _QUIET_ACTIONS | {self.form} for event in events)
        return events if acted else None

    def _asks_a_fact(self, turn: Turn, reading: Reading) -> bool:
        """Whether a message that is no answer asks what a written answer tells, and a rule outside the form will give it."""
        answerable = turn.intent in OUTSIDE | self.own_intents or turn.acted_intent == FALLBACK_INTENT
        return answerable and not isinstance(reading, Filled) and asked_unit(turn) is not None

    def resumes(self, answers: Answers) -> bool:
        """Whether opening the form goes on with what was filled before."""
        return answers["journey"] == self.journey or self.form in paused(answers)

    def _open(self, turn: Turn, answers: Answers, talk: Talk) -> None:
        going_on = self.resumes(answers)
        if going_on:
            talk.say("utter_form_resumed")
        else:
            self.reset(answers)
            if self.intro:
                talk.say(self.intro)
        answers.update({"journey": self.journey, "failed_turns": 0, **without(answers, self.form)})
        answers.update({"knowledge_unit": self.subject or answers["knowledge_unit"]})
        self.prefill(turn, answers)

    def _pass_on(self, turn: Turn, answers: Answers, talk: Talk) -> list[EventType]:
        if turn.answer == INSTEAD:
            signals.journey_ended(talk.dispatcher, self.journey, "ticket")
            self.reset(answers)
            answers.clear(["journey", "step"])
        elif turn.intent in JOURNEYS - self.own_intents and asked_unit(turn) is None:
            answers.update(leaving(answers, self.form))
        answers.update({"failed_turns": 0})
        return [*answers.events(), ActionExecutionRejected(self.form)]

    async def _obey(self, command: str, turn: Turn, answers: Answers, talk: Talk) -> list[EventType]:
        answers.update({"failed_turns": 0})
        if command in {"change_answer", "go_back"}:
            answers.update({"backend_failed": None})
        if command == "handoff_agent":
            talk.say("utter_handoff")
            signals.handoff(talk.dispatcher, "asked", self.journey)
            return self._waiting(self.current(answers), answers)
        if command == "later":
            return self._put_off(answers, talk)
        if command == "cancel":
            talk.say("utter_form_cancelled_unsure" if self.may_have_acted(answers) else "utter_form_cancelled")
            self.reset(answers)
            return self._close(answers, talk, End(outcome="cancelled"))
        if command == "start_over":
            self.start_over(answers)
            talk.say("utter_form_started_over")
        elif command == "go_back" and not self.step_back(answers):
            talk.say("utter_form_at_first")
        elif command == "more_detail":
            step = self.current(answers)
            talk.say(step.help if step and step.help else "utter_form_explained")
        elif command == "change_answer":
            return await self._change(turn, answers, talk)
        elif command == "skip":
            step = self.current(answers)
            if step and step.optional:
                answers.update({step.slot: ""})
            else:
                talk.say("utter_form_cannot_skip")
        return await self._go_on(turn, answers, talk)

    def may_have_acted(self, answers: Answers) -> bool:
        """Whether the last try was answered by nobody: what was agreed to may be done or not."""
        return bool(answers["backend_failed"]) and any(step.binds and answers[step.slot] for step in self.steps)

    def _put_off(self, answers: Answers, talk: Talk) -> list[EventType]:
        """Everything stays, the key of an unsure try as well; what acts is asked again when the form goes on."""
        talk.say("utter_form_kept_unsure" if self.may_have_acted(answers) else "utter_form_kept")
        answers.clear(step.slot for step in self.steps if step.binds)
        signals.journey_ended(talk.dispatcher, self.journey, "put_off")
        answers.clear(["journey", "step", "backend_failed"])
        answers.update(leaving(answers, self.form))
        return [*answers.events(), SlotSet(REQUESTED, None)]

    async def _change(self, turn: Turn, answers: Answers, talk: Talk) -> list[EventType]:
        step = changed_step(turn, [step for step in self.steps if step.when(answers) and answers[step.slot] is not None])
        if step is None:
            talk.say(self.edit_menu(answers))
            return self._waiting(self.current(answers), answers)
        before = answers[step.slot]
        self.empty(answers, step)
        reading = step.read(turn, answers) if turn.text and not step.free else None
        if isinstance(reading, Filled) and before != reading.values.get(step.slot):
            answers.update(reading.values)
            talk.say("utter_form_changed")
        return await self._go_on(turn, answers, talk)

    def edit_menu(self, answers: Answers) -> str:
        """The response that lists what can be changed."""
        return "utter_form_change_which"

    async def _take(self, step: Step | None, reading: Reading, turn: Turn, answers: Answers, talk: Talk) -> list[EventType]:
        if isinstance(reading, Filled):
            answers.update({"failed_turns": 0, **reading.values})
            return await self._go_on(turn, answers, talk)
        if turn.intent in self.own_intents and turn.confidence >= 0.3 and reading is None:
            return self._ask(turn, answers, talk)
        failed = int(answers["failed_turns"] or 0) + (reading is None or reading.counts)
        if failed >= 2:
            answers.update({"failed_turns": 0})
            talk.say("utter_handoff_failed_twice")
            signals.handoff(talk.dispatcher, "failed_twice", self.journey)
            return self._waiting(step, answers)
        answers.update({"failed_turns": failed, **(reading.values if reading else {})})
        if reading is None or reading.response:
            talk.say(reading.response if reading else "utter_form_unclear")
        return self._waiting(step, answers) if reading and reading.asks else self._ask(turn, answers, talk)

    async def _go_on(self, turn: Turn, answers: Answers, talk: Talk) -> list[EventType]:
        end = await self.settle(turn, answers, talk)
        if end is None and self.current(answers) is None:
            end = await self.finish(turn, answers, talk)
        if end is not None:
            return self._close(answers, talk, end)
        return self._ask(turn, answers, talk)

    def _ask(self, turn: Turn, answers: Answers, talk: Talk) -> list[EventType]:
        step = self.current(answers)
        if step is None:
            raise ValueError(f"{self.form}: nothing left to ask")
        talk.say(step.question(answers), step.shows(answers, turn))
        if step.own_number and turn.has_number:
            talk.say("utter_form_this_number", {"this_number_end": THIS_NUMBER_END})
        return self._waiting(step, answers)

    def _waiting(self, step: Step | None, answers: Answers) -> list[EventType]:
        answers.update({"step": self.step_name(step, answers)})
        return [*answers.events(), SlotSet(REQUESTED, step.slot if step else None)]

    def step_name(self, step: Step | None, answers: Answers) -> str | None:
        """What staff see as the place where the citizen is."""
        return step.slot if step else None

    def _close(self, answers: Answers, talk: Talk, end: End) -> list[EventType]:
        signals.journey_ended(talk.dispatcher, self.journey, end.outcome)
        answers.clear(["journey", "step", "backend_failed"])
        answers.update(without(answers, self.form))
        if latest(answers) and not end.followup and not end.waits:
            talk.say("utter_resume_offer")
        follow = [FollowupAction(end.followup)] if end.followup else []
        return [*answers.events(), SlotSet(REQUESTED, None), *follow]


def journey_of(form: str) -> Journey | None:
    """The journey behind a form's name."""
    return next((journey() for journey in Journey.__subclasses__() if journey.form == form), None)


def _ends_turn(events: list[dict[str, Any]]) -> bool:
    """After a hand-over or a goodbye the question is not repeated."""
    handed_over = any(((event.get("data") or {}).get("custom") or {}).get("signal") == "handoff" for event in events)
    return handed_over or any(event.get("name") in _LAST_WORDS for event in events)
