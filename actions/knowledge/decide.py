"""What to do with a question: answer it, ask which question was meant, say that it is somebody else's, or say that we do not know. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from actions.knowledge.elsewhere import elsewhere
from actions.knowledge.follow_up import is_bare, is_follow_up, relatives
from actions.knowledge.search import Found, Index
from actions.knowledge.units import Unit

CONFIDENT = 0.7
"""From this probability of a label on, its best answer is given without asking back."""
PLAUSIBLE = 0.3
TELLING_LENGTH = 4
"""Shorter than this, shared words say little: "không phải đổi" is a no before it is a question."""
# Evidence of a unit is its coverage and its lead over the next; the thresholds were set on nlu_data/evaluation/bank.yml (docs/knowledge.md).
ENOUGH_IN_THE_LABEL = 0.8
ENOUGH_ALONE = 1.0
ENOUGH_AGAINST_OUT_OF_SCOPE = 1.3
HALF_THE_WORDS = 0.5
SOME_OF_THE_WORDS = 0.25
OURS_AT_LEAST = 0.4
CLOSE = 0.05
RIVAL = 0.15
"""A unit that covers so much more of the wording than the best one does forbids a sure answer."""
CHOICES = 3
OUT_OF_SCOPE = "out_of_scope"
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
        return _follow_up(text, index, previous)
    label, probability = ranking[0] if ranking else ("", 0.0)
    labels = dict(ranking)
    found = index.search(text, labels)
    best, long = found[0], len(text.split()) >= TELLING_LENGTH
    lead = best.score - found[1].score
    evidence = best.coverage + lead
    if is_bare(text):
        return _which(found)
    if label in OTHER_LABELS and _is_about_another_office(text, best.unit):
        return NotOurs()
    if label == OUT_OF_SCOPE:
        if best.unit.label == OUT_OF_SCOPE and best.coverage >= HALF_THE_WORDS:
            return Answered(best.unit)
        if probability >= CONFIDENT or best.coverage < OURS_AT_LEAST:
            return NotOurs()
        return Answered(best.unit) if long and evidence >= ENOUGH_AGAINST_OUT_OF_SCOPE else _which(found)
    worded = max(entry.coverage for entry in found)
    if best.unit.label == label and worded - best.coverage < RIVAL and _agreed(label, probability, best, lead, evidence, long):
        return Answered(best.unit)
    if long and evidence >= ENOUGH_ALONE and lead >= CLOSE and labels.get(OUT_OF_SCOPE, 0.0) <= PLAUSIBLE:
        return Answered(best.unit)
    likely = [entry for entry in found if entry.coverage >= SOME_OF_THE_WORDS or (entry.unit.label == label not in OTHER_LABELS and probability >= PLAUSIBLE)]
    return _which(likely) if likely else Unknown()


def _is_about_another_office(text: str, unit: Unit) -> bool:
    """Whether it names another office's topic that the unit's own questions do not."""
    topic = elsewhere(text)
    return topic is not None and not any(topic.named_in(question) for question in unit.questions)


def _agreed(label: str, probability: float, best: Found, lead: float, evidence: float, long: bool) -> bool:
    """Whether classifier and wording together are sure: the best unit carries the likeliest label."""
    if probability >= CONFIDENT and label not in OTHER_LABELS and (lead >= CLOSE / 2 or best.coverage >= HALF_THE_WORDS):
        return True
    return evidence >= ENOUGH_IN_THE_LABEL and (long or probability >= HALF_THE_WORDS)


def _follow_up(text: str, index: Index, previous: Unit) -> Decision:
    """The likeliest unit beside the one just given."""
    found = relatives(text, index, previous)
    if not found:
        return Unknown()
    return Answered(found[0].unit) if len(found) == 1 or found[0].score - found[1].score > CLOSE else _which(found)


def _which(found: Sequence[Found]) -> WhichOne:
    return WhichOne(tuple(entry.unit for entry in found[:CHOICES]))
