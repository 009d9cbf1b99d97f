"""What is said about a chip: separate checks, each with a state and a reason, and the verdict that follows from them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from verification_service.chip.portrait import Portrait


class State(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_SUPPORTED = "not_supported"
    UNTRUSTED_ISSUER = "untrusted_issuer"
    NOT_PROVEN = "not_proven"
    NOT_CHECKED = "not_checked"


class Verdict(StrEnum):
    GENUINE = "genuine"
    REJECTED = "rejected"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Check:
    """One question about the chip. `reason` is a stable word for programs (empty when passed plainly), `detail` names files or fields, no personal data."""

    name: str
    state: State
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """The holder as the signed files tell; texts of DG13 by field name; dates as far as they can be read."""

    number: str | None
    document_number: str
    name: str
    birth_date: date | None
    sex: str
    nationality: str
    expiry_date: date | None
    issue_date: date | None
    fields: dict[str, str]
    portrait: Portrait | None


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """`document` is None unless DG1 is covered by a correctly signed SOD."""

    verdict: Verdict
    checks: tuple[Check, ...]
    document: Document | None

    def check(self, name: str) -> Check:
        return next(check for check in self.checks if check.name == name)

    def to_dict(self) -> dict:
        """Verdict and checks, without personal data."""
        rows = [{"name": check.name, "state": check.state.value, "reason": check.reason, "detail": check.detail} for check in self.checks]
        return {"verdict": self.verdict.value, "checks": rows}


# All of these must pass before a card is called genuine.
REQUIRED = ("sod_signature", "issuer", "certificate_dates", "issuing_state", "file_hashes", "copy_protection", "mrz_digits")


def verdict_of(checks: tuple[Check, ...]) -> Verdict:
    """Any failed check rejects, whatever else passed; genuine needs every required check passed; the rest is for a person to decide."""
    states = {check.name: check.state for check in checks}
    if State.FAILED in states.values():
        return Verdict.REJECTED
    if all(states.get(name) is State.PASSED for name in REQUIRED):
        return Verdict.GENUINE
    return Verdict.UNDECIDED
