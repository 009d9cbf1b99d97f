"""What a form says in one turn."""

from collections.abc import Mapping
from typing import Any

from rasa_sdk.executor import CollectingDispatcher


class Talk:
    """This turn's speaking: responses of the domain, in order."""

    def __init__(self, dispatcher: CollectingDispatcher) -> None:
        self.dispatcher = dispatcher

    def say(self, response: str, values: Mapping[str, Any] | None = None) -> None:
        """Utters a response with its placeholders filled."""
        # Rasa's interpolator takes "0[" in a value for a placeholder that it has missed.
        safe = {name: value.replace("0[", "0 [") if isinstance(value, str) else value for name, value in (values or {}).items()}
        self.dispatcher.utter_message(response=response, **safe)
