"""Decisions and changes that every form understands.

Half of the citizens type without marks, and "dung" is "đúng", "dừng", "đừng" or "dùng". What sends, consents or cancels never takes such a word for a yes.
"""

import re
from collections.abc import Sequence

from actions.common.answers import Step
from actions.common.turn import Turn
from actions.common.wording import contained_meanings, exact_meaning, only_meaning, words
from integrations.core.text import fold

_CHOSEN = {"affirm": "yes", "deny": "no", "step_done": "yes", "step_failed": "no", "change_answer": "edit"}
_TRUE, _TRUE_FOLDED = "đúng", "dung"
LONGEST_DECISION = 5


def decide(turn: Turn) -> str | None:
    """`yes`, `no`, `edit`, `retry` of a choice or a short typed sentence; None when it says none of them, or "dung"."""
    if turn.chosen:
        return _CHOSEN.get(turn.intent, turn.answer)
    if refuses(turn):
        return "no"
    exact = exact_meaning("decision", turn.folded)
    if exact and exact != "yes":
        return exact
    if is_doubtful(turn):
        return None
    if exact:
        return exact
    if turn.confidence >= 0.5 and turn.intent in {"affirm", "deny"}:
        return "yes" if turn.intent == "affirm" else "no"
    said = only_meaning("decision", turn.folded) if len(turn.folded.split()) <= LONGEST_DECISION else None
    return None if said == "yes" and not _says_nothing_else(turn.folded) else said


def agrees(turn: Turn) -> bool:
    """A yes where nothing is sent, consented to or cancelled: "dung" alone counts."""
    return decide(turn) == "yes" or (is_doubtful(turn) and exact_meaning("decision", turn.folded) == "yes")


def refuses(turn: Turn) -> bool:
    """Whether a word that holds back is in it, typed with its marks or with company that makes it sure: "đừng gửi", "khoan đã", "cho da"."""
    return any(re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", turn.said) for phrase in words()["refusal"])


def is_doubtful(turn: Turn) -> bool:
    """Whether "dung" is in it and may mean anything."""
    said = turn.said.split()
    return any(
        fold(word) == _TRUE_FOLDED and word != _TRUE and not (word == _TRUE_FOLDED and following in words()["true_before"])
        for word, following in zip(said, [*said[1:], ""], strict=True)
    )


def _says_nothing_else(folded: str) -> bool:
    """Every word belongs to a yes, and not only to its company: "da gui" may be "đã gửi"."""
    company = words()["beside_yes"]
    return _consists_of([*words()["decision"]["yes"], *company], folded) and not _consists_of(company, folded)


def _consists_of(phrases: Sequence[str], folded: str) -> bool:
    either = "|".join(map(re.escape, sorted(phrases, key=len, reverse=True)))
    return re.fullmatch(rf"(?:(?:{either})(?: |$))+", folded) is not None


def changed_step(turn: Turn, steps: Sequence[Step]) -> Step | None:
    """Which answer the citizen wants to change: by our own choice (`field`) or by the name they use."""
    field = turn.entity("field")
    if field:
        return next((step for step in steps if field in step.fields or field == step.slot), None)
    found = contained_meanings("fields", turn.folded)
    return next((step for meaning in found for step in steps if meaning in step.fields), None)
