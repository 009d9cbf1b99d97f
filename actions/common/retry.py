"""The step that stands before all others while nobody answered: shall it be tried again?"""

from actions.common.answers import Answers, Filled, Reading, Step
from actions.common.commands import decide
from actions.common.turn import Turn


def _read_retry(turn: Turn, answers: Answers) -> Reading:
    decision = decide(turn)
    return Filled({"backend_failed": None}) if decision in {"yes", "retry"} else None


RETRY = Step(slot="backend_failed", ask="utter_backend_retry", read=_read_retry, binds=True)
