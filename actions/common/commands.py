"""Decisions and changes that every form understands."""

from collections.abc import Sequence

from actions.common.answers import Step
from actions.common.turn import Turn
from actions.common.wording import contained_meanings, exact_meaning, only_meaning


def decide(turn: Turn) -> str | None:
    """`yes`, `no`, `edit`, `retry` of a choice or a short typed sentence; None when it says none of them."""
    if turn.chosen:
        return {"affirm": "yes", "deny": "no", "step_done": "yes", "step_failed": "no", "change_answer": "edit"}.get(turn.intent, turn.answer)
    exact = exact_meaning("decision", turn.folded)
    if exact:
        return exact
    if turn.confidence >= 0.5 and turn.intent in {"affirm", "deny"}:
        return "yes" if turn.intent == "affirm" else "no"
    return only_meaning("decision", turn.folded) if len(turn.folded.split()) <= 5 else None


def changed_step(turn: Turn, steps: Sequence[Step]) -> Step | None:
    """Which answer the citizen wants to change: by our own choice (`field`) or by the name they use."""
    field = turn.entity("field")
    if field:
        return next((step for step in steps if field in step.fields or field == step.slot), None)
    found = contained_meanings("fields", turn.folded)
    return next((step for meaning in found for step in steps if meaning in step.fields), None)
