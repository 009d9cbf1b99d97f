"""What to do with a question: answer it, ask which question was meant, say that it is somebody else's, or say that we do not know. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions.knowledge.search import Found, Index
from actions.knowledge.units import Unit
from integrations.core.text import fold

CONFIDENT = 0.7
"""From this probability of a label on, its best answer is given without asking back."""
PLAUSIBLE = 0.3
SAME_WORDS = 0.72
TELLING_LENGTH = 4
"""Shorter than this, shared words say little: "không phải đổi" is a no before it is a question."""
HALF_THE_WORDS = 0.4
SOME_OF_THE_WORDS = 0.2
CLOSE = 0.06
CHOICES = 3
OTHER_LABELS = frozenset({"other", "out_of_scope"})

_FOLLOW_UP = re.compile(
    r"^(?:the |vay |rua |ua |a )?(?:con|neu|doi voi|voi|truong hop)\b.{2,40}?(?:thi sao|thi rang|the nao|thi the nao|ra sao|sao|a|nhi|he)?$"
    r"|\bthi (?:sao|rang|the nao|ra sao)$"
)
_LEANING = re.compile(r"^(?:the |vay |rua |ua |a )?(?:con|neu|doi voi|truong hop) |(?: thi)? (?:sao|rang|the nao|ra sao)$")
_FOLLOW_UP_WORDS = 9


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
        return _follow_up(text, ranking, index, previous)
    label, probability = ranking[0] if ranking else ("", 0.0)
    found = index.search(text, dict(ranking))
    best = found[0]
    if best.coverage >= SAME_WORDS and (best.unit.label == label or len(text.split()) >= TELLING_LENGTH):
        return Answered(best.unit)
    if label == "out_of_scope" and (probability >= CONFIDENT or best.coverage < HALF_THE_WORDS):
        return NotOurs()
    ours = [entry for entry in found if entry.unit.label == label]
    if label not in OTHER_LABELS and ours and probability >= CONFIDENT:
        return _within_label(ours)
    if best.unit.label == label and best.coverage >= HALF_THE_WORDS:
        return Answered(best.unit)
    likely = [entry for entry in found if entry.coverage >= SOME_OF_THE_WORDS or (entry.unit.label == label not in OTHER_LABELS and probability >= PLAUSIBLE)]
    return _which(likely) if likely and (probability >= PLAUSIBLE or best.coverage >= HALF_THE_WORDS) else Unknown()


def is_follow_up(text: str) -> bool:
    """Whether it leans on what was said before: "thế còn trẻ em thì sao?"."""
    folded = re.sub(r"[^\w ]", "", fold(text)).strip()
    return len(folded.split()) <= _FOLLOW_UP_WORDS and bool(_FOLLOW_UP.search(folded))


def _within_label(ours: Sequence[Found]) -> Decision:
    close = [entry for entry in ours if ours[0].coverage - entry.coverage <= CLOSE]
    return Answered(ours[0].unit) if len(close) == 1 or ours[0].coverage >= HALF_THE_WORDS else _which(ours)


def _follow_up(text: str, ranking: Sequence[tuple[str, float]], index: Index, previous: Unit) -> Decision:
    """The new words against the units of the same topic: the likeliest one that is not the one just given."""
    relatives = [unit.id for unit in index.units if unit.topic == previous.topic and unit.id != previous.id]
    labels = dict(ranking) | {previous.label: max(0.5, dict(ranking).get(previous.label, 0.0))}
    found = [entry for entry in index.search(_new_words(text), labels, relatives) if entry.coverage >= SOME_OF_THE_WORDS]
    return Answered(found[0].unit) if found and (len(found) == 1 or found[0].score - found[1].score > CLOSE) else _which(found) if found else Unknown()


def _new_words(text: str) -> str:
    """What the follow-up adds: "thế còn trẻ em thì sao?" → "tre em"."""
    return _LEANING.sub("", re.sub(r"[^\w ]", "", fold(text)).strip())


def _which(found: Sequence[Found]) -> WhichOne:
    return WhichOne(tuple(entry.unit for entry in found[:CHOICES]))
