"""The operator's page has words for everything the service can tell it."""

import re
from datetime import UTC, datetime
from pathlib import Path

from tests.support.testchip import issue
from verification_service.chip import AccessKeys, State, read, verify
from verification_service.sessions import api_operator, operators
from verification_service.sessions.policies import IDENTITY, POLICIES, Purpose

LABELS = (Path(operators.__file__).parent / "static" / "labels.js").read_text()


def keys(name: str) -> set[str]:
    return set(re.findall(r"(\w+): \"", re.search(rf"export const {name} = {{(.*?)}};", LABELS, re.S)[1]))


def test_every_purpose_check_state_and_claim_has_a_word():
    card = issue()
    checks = {check.name for check in verify(read(card.chip.present(), AccessKeys(can=card.holder.can)), card.trust_store(), datetime.now(UTC)).checks}
    assert keys("PURPOSES") == set(Purpose)
    assert keys("CHECKS") == checks | {"liveness", "face"}
    assert keys("STATES") == set(State) | {"doubtful"}
    assert keys("FIELDS") == set(IDENTITY) | {claim for policy in POLICIES.values() for claim in policy.claims}


def test_the_pictures_and_refusals_have_words():
    assert keys("PICTURES") == {"portrait", "frame_0", "frame_1", "frame_2"}
    assert {"name_or_password", "locked", "expired", "verified", "rejected", "operator_token"} <= keys("MESSAGES")
    assert set(api_operator.ReviewEvidence.model_fields) >= {"pictures", "findings", "score", "claims", "reasons", "purpose", "expires_at"}
