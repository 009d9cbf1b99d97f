"""Whether a message that names a journey asks about its facts instead of wanting it done: then the written answer comes first and offers the journey."""

from functools import cache

from actions.common.turn import Turn
from actions.knowledge.decide import Answered, WhichOne, decide
from actions.knowledge.library import Library
from actions.knowledge.units import Unit
from actions.knowledge.words import asks


@cache
def library() -> Library:
    """The one library of this process. Raises KnowledgeError."""
    return Library()


def asked(turn: Turn) -> Answered | WhichOne | None:
    """The unit that a typed question means, or the few that it may; None for a choice, a wish, a journey's own name, or what nothing written answers."""
    if turn.chosen or turn.named_intent or not asks(turn.text):
        return None
    decision = decide(turn.text, turn.ranking, library().index)
    return decision if isinstance(decision, Answered | WhichOne) else None


def asked_unit(turn: Turn) -> Unit | None:
    """The one unit that a typed question surely means."""
    decision = asked(turn)
    return decision.unit if isinstance(decision, Answered) else None
