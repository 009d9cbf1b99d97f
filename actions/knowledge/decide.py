"""What to do with a question: answer it, ask which question was meant, say that it is somebody else's, or say that we do not know. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from actions.knowledge.elsewhere import elsewhere, our_part
from actions.knowledge.follow_up import asks_what_to_do, is_bare, is_follow_up, relatives
from actions.knowledge.fraud import WARNING, is_asked_for_a_code
from actions.knowledge.search import OUT_OF_SCOPE, Found, Index
from actions.knowledge.units import Unit

CONFIDENT = 0.7
"""From this probability on a label is taken at its word."""
PLAUSIBLE = 0.3
TELLING_LENGTH = 4
"""Shorter than this, shared words say little: "không phải đổi" is a no before it is a question."""
# From this probability of a unit on, it is answered without asking back: where the classifier is confident of its label; where it found that label likeliest;
# where the message has few words or may be out of scope; where the classifier found another label; where it found the message out of scope.
SURE_WITH_A_CONFIDENT_LABEL, SURE_WITH_ITS_LABEL, SURE_IN_DOUBT, SURE_AGAINST_THE_LABEL, SURE_AGAINST_OUT_OF_SCOPE = 0.5, 0.6, 0.7, 0.85, 0.9
MAY_BE_OUT_OF_SCOPE = 0.2
WORTH_ASKING = 0.06
CLOSE = 0.05
CHOICES = 3
OTHER_LABELS = frozenset({"other", OUT_OF_SCOPE})


@dataclass(frozen=True)
class Answered:
    """This unit answers the question."""

    unit: Unit


@dataclass(frozen=True)
class WhichOne:
    """One of these units may; the citizen chooses."""

    units: tuple[Unit, ...]


@dataclass(frozen=True)
class NotOurs:
    """Another office's business."""


@dataclass(frozen=True)
class Unknown:
    """Nothing written answers it."""


Decision = Answered | WhichOne | NotOurs | Unknown


def decide(text: str, ranking: Sequence[tuple[str, float]], index: Index, previous: Unit | None = None) -> Decision:
    """`ranking` holds labels with their probabilities, the likeliest first; `previous` is the unit of the last answer, for follow-up questions."""
    if previous is not None and is_follow_up(text):
        return Answered(previous) if previous.safety and asks_what_to_do(text) else _follow_up(text, index, previous)
    label, probability = ranking[0] if ranking else ("", 0.0)
    found = index.search(text, dict(ranking))
    best = found[0]
    if is_bare(text):
        return _which([entry.unit for entry in found])
    if is_asked_for_a_code(text) and WARNING in index.units_by_id:
        return Answered(index.units_by_id[WARNING])
    warning = best.unit.safety and best.share >= PLAUSIBLE
    if label in OTHER_LABELS and not warning and _is_about_another_office(text, best.unit):
        question = our_part(text)
        return decide(question, _of_ours(ranking), index) if question else NotOurs()
    sent_away = label == OUT_OF_SCOPE and probability >= CONFIDENT and not warning
    if best.share >= _enough(best.unit, ranking, len(text.split())) and not (sent_away and OUT_OF_SCOPE not in best.unit.labels):
        return Answered(best.unit)
    if sent_away or (label == OUT_OF_SCOPE and best.share < _of_none(found)):
        return NotOurs()
    likely = [entry.unit for entry in found if entry.share >= WORTH_ASKING]
    return _which(likely) if likely else Unknown()


def _of_ours(ranking: Sequence[tuple[str, float]]) -> Sequence[tuple[str, float]]:
    """The labels without "out of scope", as likely beside each other as they were found."""
    ours = [(label, probability) for label, probability in ranking if label != OUT_OF_SCOPE]
    total = sum(probability for _, probability in ours) or 1.0
    return [(label, probability / total) for label, probability in ours]


def _enough(unit: Unit, ranking: Sequence[tuple[str, float]], words: int) -> float:
    """The probability that this unit needs to be answered without asking back."""
    label, probability = ranking[0] if ranking else ("", 0.0)
    if label not in unit.labels and not unit.safety:
        return SURE_AGAINST_OUT_OF_SCOPE if label == OUT_OF_SCOPE else SURE_AGAINST_THE_LABEL
    if label not in unit.labels or words < TELLING_LENGTH or dict(ranking).get(OUT_OF_SCOPE, 0.0) >= MAY_BE_OUT_OF_SCOPE:
        return SURE_IN_DOUBT
    return SURE_WITH_A_CONFIDENT_LABEL if probability >= CONFIDENT and label not in OTHER_LABELS else SURE_WITH_ITS_LABEL


def _of_none(found: Sequence[Found]) -> float:
    """The probability that no unit is meant."""
    return 1.0 - sum(entry.share for entry in found)


def _is_about_another_office(text: str, unit: Unit) -> bool:
    """Whether it names another office's topic that the unit's own questions do not."""
    topic = elsewhere(text)
    return topic is not None and not any(topic.named_in(question) for question in unit.questions)


def _follow_up(text: str, index: Index, previous: Unit) -> Decision:
    """The likeliest unit beside the one just given."""
    found = relatives(text, index, previous)
    if not found:
        return Unknown()
    units = [unit for unit, _ in found]
    return Answered(units[0]) if len(found) == 1 or found[0][1] - found[1][1] > CLOSE else _which(units)


def _which(units: Sequence[Unit]) -> WhichOne:
    return WhichOne(tuple(units[:CHOICES]))
