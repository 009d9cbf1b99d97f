"""Rasa's agent and processor, strict: a turn is taken completely and stored, or it fails and leaves no trace.

Stock Rasa swallows a failing action and goes on in memory when its database is away; a citizen's message would be lost without a word.

TurnFailed
├── ActionFailed    the action server is down, slow, or answered nonsense
└── DialogueLoop    the rules do not come to an end
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Dict, Optional, Text, Tuple
from weakref import WeakValueDictionary

import aiohttp
from language import language_of
from rasa.core.actions.action import Action, ActionExecutionRejection, RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecutionRejected, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

IDLE_CONNECTION_SECONDS = 15
NLU_CHARACTERS = 1000
LANGUAGE = "language"


class TurnFailed(Exception):
    """The turn was not taken; asking again is safe."""


class ActionFailed(TurnFailed):
    pass


class DialogueLoop(TurnFailed):
    pass


def _is_answer_of_action(self: RemoteAction, result: Any) -> bool:
    """Rasa checks against a JSON schema, which took four tenths of a turn's CPU; what is wrong deeper down fails when it is read."""
    events, responses = (result.get("events"), result.get("responses")) if isinstance(result, dict) else (None, None)
    if not isinstance(events, list) or not isinstance(responses, list):
        raise ActionFailed("the action server answered nonsense")
    if not all(isinstance(event, dict) and isinstance(event.get("event"), str) for event in events):
        raise ActionFailed("the action server answered with something that is no event")
    return True


RemoteAction._validate_action_result = _is_answer_of_action


class ActionServer(EndpointConfig):
    """The action server behind one pooled session and one time limit (Rasa opens a connection for each call and waits 300 s).

    No action of ours reads the domain; by default Rasa sends all of it, with every response, in every call.
    """

    def __init__(self, url: str, seconds: float) -> None:
        super().__init__(url, enable_selective_domain=True)
        self._timeout = aiohttp.ClientTimeout(total=seconds)
        self._session: Optional[aiohttp.ClientSession] = None

    async def request(self, method: Text = "post", subpath: Optional[Text] = None, json: Any = None, **ignored: Any) -> Any:  # type: ignore[override]
        if self._session is None:
            connector = aiohttp.TCPConnector(keepalive_timeout=IDLE_CONNECTION_SECONDS)
            self._session = aiohttp.ClientSession(connector=connector, timeout=self._timeout)
        async with self._session.request(method, self.url, json=json) as response:
            if response.status >= 400:
                raise ClientResponseError(response.status, response.reason, await response.read())
            return await response.json()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


class StrictProcessor(MessageProcessor):
    """Takes turns; see the module."""

    async def take_turn(self, message: UserMessage) -> Tuple[DialogueStateTracker, bool]:
        """The tracker with this message answered and stored, and whether it already was. Raises TurnFailed or TrackerStoreError."""
        tracker = await self.get_tracker(message.sender_id)
        if any(isinstance(event, UserUttered) and event.message_id == message.message_id for event in tracker.events):
            return tracker, True
        await self._update_tracker_session(tracker, message.output_channel, message.metadata)
        if message.parse_data is None:
            message.parse_data = self.understand(message.text, tracker)
            self._hear_the_language(message.text, tracker)
        await self._handle_message_with_tracker(message, tracker)
        try:
            await self.run_action_extract_slots(message.output_channel, tracker)
        except Exception as error:
            raise ActionFailed("slot extraction") from error
        await self._run_prediction_loop(message.output_channel, tracker)
        await self.save_tracker(tracker)
        return tracker, False

    @staticmethod
    def _hear_the_language(text: Text, tracker: DialogueStateTracker) -> None:
        """Who writes a whole English sentence is answered in English, without asking for it; who goes on in Vietnamese, in Vietnamese.

        In a form English stays: a guest's name or an address is Vietnamese in any language.
        """
        current, heard = tracker.slots.get(LANGUAGE), language_of(text)
        if current is not None and heard is not None and heard != current.value and not (heard == "vi" and tracker.active_loop_name):
            tracker.update(SlotSet(LANGUAGE, heard))

    def understand(self, text: Text, tracker: DialogueStateTracker) -> Dict[Text, Any]:
        """Intent and entities of what a person typed."""
        parsed = self._parse_message_with_graph(as_spoken(text), tracker)
        return {"text": text, "intent": parsed["intent"], "intent_ranking": parsed.get("intent_ranking", [])[:5], "entities": parsed["entities"]}

    async def _run_action(
        self, action: Action, tracker: DialogueStateTracker, output_channel: OutputChannel, nlg: NaturalLanguageGenerator, prediction: PolicyPrediction
    ) -> bool:
        speculative = tracker.copy()
        speculative.update_with_events(prediction.events, self.domain)
        try:
            events = await action.run(output_channel, nlg, speculative, self.domain)
        except ActionExecutionRejection:
            tracker.update(ActionExecutionRejected(action.name(), prediction.policy_name, prediction.max_confidence))
            return self.should_predict_another_action(action.name())
        except Exception as error:
            raise ActionFailed(action.name()) from error
        self._log_action_on_tracker(tracker, action, events, prediction)
        if any(isinstance(event, UserUttered) for event in events or ()):
            tracker = await self.run_action_extract_slots(output_channel, tracker)
        await self.execute_side_effects(events or [], tracker, output_channel)
        return self.should_predict_another_action(action.name())


def as_spoken(text: Text) -> UserMessage:
    """What the language pipeline gets of a person's text: its beginning, and no "/intent" notation, because leading slashes are blanked."""
    message = UserMessage("")
    heard = text[:NLU_CHARACTERS]
    words = heard.lstrip("/ \t\r\n")
    message.text = " " * (len(heard) - len(words)) + words
    return message


def _refuse_loop(*_: Any) -> None:
    raise DialogueLoop("too many actions in one turn")


class StrictAgent(Agent):
    """An agent on the given tracker store itself, without Rasa's fall-back to memory."""

    def __init__(self, tracker_store: TrackerStore, actions: ActionServer) -> None:
        super().__init__(tracker_store=tracker_store, action_endpoint=actions)
        self._turns: WeakValueDictionary[Text, asyncio.Lock] = WeakValueDictionary()

    @staticmethod
    def _create_tracker_store(store: TrackerStore, domain: Domain) -> TrackerStore:
        return store

    def load_model(self, model_path: Path, fingerprint: Optional[Text] = None) -> None:
        self.processor = StrictProcessor(model_path, self.tracker_store, self.lock_store, self.nlg, self.action_endpoint, on_circuit_break=_refuse_loop)
        self.domain = self.tracker_store.domain = self.processor.domain
        self.nlg.responses = self.domain.responses

    async def take_turn(self, message: UserMessage) -> Tuple[DialogueStateTracker, bool]:
        """`StrictProcessor.take_turn`, one at a time for each conversation of this process."""
        async with self._turns.setdefault(message.sender_id, asyncio.Lock()):
            return await self.processor.take_turn(message)
