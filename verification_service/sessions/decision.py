"""From checks to an outcome: a pure function over recorded results, so that every decision can be tabled and replayed.

Chip first: what it refutes is final. Then liveness, then the face. Doubt never becomes a refusal by itself: it becomes another try, then an operator.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from verification_service.chip import State
from verification_service.chip.checks import REQUIRED
from verification_service.face.decision import MatchState
from verification_service.sessions.policies import Policy


class Outcome(StrEnum):
    """`retry` is not final: the session goes on with a fresh challenge."""

    VERIFIED = "verified"
    REJECTED = "rejected"
    MANUAL_REVIEW = "manual_review"
    RETRY = "retry"


@dataclass(frozen=True)
class Finding:
    """One check as it is recorded: no personal data. `state` is a chip State, or passed/failed/doubtful/not_checked for the rest."""

    name: str
    state: str
    reason: str = ""


@dataclass(frozen=True)
class Findings:
    """Everything one attempt showed. `liveness` is empty when the movements were followed, `quality` what kept a face from being compared."""

    chip: tuple[Finding, ...]
    chip_genuine: bool
    chip_rejected: bool
    liveness: str | None
    quality: tuple[str, ...]
    match: MatchState | None
    score: float | None

    def all(self) -> tuple[Finding, ...]:
        """Every check with its state and reason."""
        live = Finding("liveness", "failed" if self.liveness else "passed", self.liveness or "")
        face_state = {None: "not_checked", MatchState.ACCEPT: "passed", MatchState.RETRY: "doubtful"}.get(self.match, "failed")
        return (*self.chip, live, Finding("face", face_state, "" if self.match is None else self.match.value))


@dataclass(frozen=True)
class Decision:
    """`reasons` are stable words, the decisive ones first."""

    outcome: Outcome
    reasons: tuple[str, ...]


def decide(findings: Findings, policy: Policy, earlier_no_matches: int, attempts_left: int) -> Decision:
    """The outcome of one attempt, given how many earlier ones did not match and how many tries are left after it."""
    if findings.chip_rejected:
        return Decision(Outcome.REJECTED, _chip_reasons(findings.chip, State.FAILED))
    if findings.match is MatchState.DIGITAL_COPY:
        return Decision(Outcome.REJECTED, ("face:digital_copy",))
    if findings.liveness:
        return Decision(Outcome.RETRY if attempts_left else Outcome.REJECTED, (f"liveness:{findings.liveness}",))
    if findings.match is None:
        reasons = tuple(f"quality:{problem}" for problem in findings.quality) or ("face:not_checked",)
        return _again_or_operator(policy, attempts_left, reasons)
    if findings.match is MatchState.NO_MATCH:
        final = earlier_no_matches + 1 >= policy.no_match_attempts or not attempts_left
        return Decision(Outcome.REJECTED if final else Outcome.RETRY, ("face:no_match", *(f"quality:{problem}" for problem in findings.quality)))
    if findings.match is MatchState.RETRY:
        return _again_or_operator(policy, attempts_left, ("face:doubtful",))
    if findings.chip_genuine:
        return Decision(Outcome.VERIFIED, ())
    return Decision(Outcome.MANUAL_REVIEW if policy.operator_decides else Outcome.REJECTED, _unproven(findings.chip))


def _again_or_operator(policy: Policy, attempts_left: int, reasons: Sequence[str]) -> Decision:
    if attempts_left:
        return Decision(Outcome.RETRY, tuple(reasons))
    return Decision(Outcome.MANUAL_REVIEW if policy.operator_decides else Outcome.REJECTED, tuple(reasons))


def _chip_reasons(checks: Sequence[Finding], state: State) -> tuple[str, ...]:
    return tuple(f"chip:{check.name}:{check.reason}".rstrip(":") for check in checks if check.state == state)


def _unproven(checks: Sequence[Finding]) -> tuple[str, ...]:
    """What a genuine card would have shown and this one did not."""
    return tuple(f"chip:{check.name}:{check.reason}".rstrip(":") for check in checks if check.name in REQUIRED and check.state != State.PASSED)
