"""Messages with more than one part: two questions, or a long story around one."""

import re
from collections.abc import Sequence

from actions.knowledge.decide import CHOICES, PLAUSIBLE, Answered, WhichOne, decide
from actions.knowledge.search import Index
from actions.knowledge.units import Unit
from actions.knowledge.words import asks

_BETWEEN = re.compile(r"\s*[?;\n]+\s*|\s*,?\s+(?:và|va|với lại|voi lai|rồi|roi|còn|con|and|also)\s+|\s*,\s*", re.IGNORECASE)
_CLAUSES = re.compile(r"\s*[.,;:?!\n]+\s*")
SHORTEST_WORDS = 2
LONG = 30
"""From so many words on, a message is a story around its question."""


def two_questions(text: str, ranking: Sequence[tuple[str, float]], index: Index) -> tuple[Unit, Unit] | None:
    """The units of the first two questions of a message; None unless both are surely understood and differ."""
    parts = [part for part in _BETWEEN.split(text) if len(part.split()) >= SHORTEST_WORDS and asks(part)]
    if len(parts) < 2:
        return None
    first = decide(parts[0], _of_part(parts[0], ranking, index), index)
    if not isinstance(first, Answered):
        return None
    second = decide(parts[1], _of_part(parts[1], ranking, index), index, previous=first.unit)
    return (first.unit, second.unit) if isinstance(second, Answered) and second.unit.id != first.unit.id else None


def _of_part(part: str, ranking: Sequence[tuple[str, float]], index: Index) -> Sequence[tuple[str, float]]:
    """What the classifier may have thought of one part: two likely labels of the whole share what each had of its own part."""
    likely = [label for label, probability in ranking[:2] if probability >= PLAUSIBLE]
    if len(likely) < 2:
        return ranking
    together = dict.fromkeys(likely, sum(probability for _, probability in ranking[:2]))
    asked = index.search(part, together)[0].unit.labels
    return [*sorted(together.items(), key=lambda entry: entry[0] not in asked), *ranking[2:]]


def of_a_story(text: str, ranking: Sequence[tuple[str, float]], index: Index) -> WhichOne | None:
    """What the parts of a long message may be about, for the citizen to choose; None for a short one, or when no part is sure."""
    if len(text.split()) < LONG:
        return None
    decisions = [decide(part, ranking, index) for part in _CLAUSES.split(text) if len(part.split()) > SHORTEST_WORDS]
    units = tuple({decision.unit.id: decision.unit for decision in decisions if isinstance(decision, Answered)}.values())
    return WhichOne(units[:CHOICES]) if units else None
