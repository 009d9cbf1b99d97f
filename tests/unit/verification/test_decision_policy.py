"""The decision as a table: what the checks show, how many tries are left, and what comes of it."""

import dataclasses

import pytest

from verification_service.face.decision import MatchState
from verification_service.sessions.decision import Finding, Findings, Outcome, decide
from verification_service.sessions.policies import POLICIES, Policy, Purpose

POLICY = Policy("test/1", ())
GOOD = Findings((Finding("issuer", "passed"), Finding("copy_protection", "passed")), True, False, None, (), MatchState.ACCEPT, 0.8)
UNTRUSTED = dataclasses.replace(GOOD, chip=(Finding("issuer", "untrusted_issuer", "unknown_issuer"),), chip_genuine=False)


def changed(findings=GOOD, **changes) -> Findings:
    return dataclasses.replace(findings, **changes)


@pytest.mark.parametrize(
    ("findings", "earlier", "left", "outcome", "reasons"),
    [
        (GOOD, 0, 2, "verified", ()),
        (GOOD, 1, 0, "verified", ()),
        (changed(chip=(Finding("file_hashes", "failed", "dg2"),), chip_genuine=False, chip_rejected=True), 0, 2, "rejected", ("chip:file_hashes:dg2",)),
        (changed(match=MatchState.DIGITAL_COPY), 0, 2, "rejected", ("face:digital_copy",)),
        (changed(liveness="not_done"), 0, 2, "retry", ("liveness:not_done",)),
        (changed(liveness="not_done"), 0, 0, "rejected", ("liveness:not_done",)),
        (changed(match=MatchState.NO_MATCH), 0, 2, "retry", ("face:no_match",)),
        (changed(match=MatchState.NO_MATCH), 1, 1, "rejected", ("face:no_match",)),
        (changed(match=MatchState.NO_MATCH), 0, 0, "rejected", ("face:no_match",)),
        (changed(match=MatchState.RETRY), 0, 1, "retry", ("face:doubtful",)),
        (changed(match=MatchState.RETRY), 0, 0, "manual_review", ("face:doubtful",)),
        (changed(match=None, quality=("no_portrait",)), 0, 0, "manual_review", ("quality:no_portrait",)),
        (UNTRUSTED, 0, 2, "manual_review", ("chip:issuer:unknown_issuer",)),
        (changed(UNTRUSTED, liveness="no_face"), 0, 0, "rejected", ("liveness:no_face",)),
        (changed(UNTRUSTED, match=MatchState.NO_MATCH), 1, 0, "rejected", ("face:no_match",)),
    ],
)
def test_decision_table(findings, earlier, left, outcome, reasons):
    decision = decide(findings, POLICY, earlier, left)
    assert (decision.outcome, decision.reasons) == (outcome, reasons)


def test_a_purpose_without_operators_refuses_what_is_in_doubt():
    alone = dataclasses.replace(POLICY, operator_decides=False)
    assert decide(UNTRUSTED, alone, 0, 2).outcome is Outcome.REJECTED
    assert decide(changed(match=MatchState.RETRY), alone, 0, 0).outcome is Outcome.REJECTED


def test_every_purpose_has_a_versioned_policy_of_its_own():
    assert set(POLICIES) == set(Purpose)
    assert len({policy.version for policy in POLICIES.values()}) == len(Purpose)
