"""No secret, APDU payload or personal datum in any log or error message."""

import logging

import pytest

from tests.support.testchip import Faults, Holder
from tests.unit.chip.conftest import judge, read_here
from verification_service.chip import AccessDenied, AccessKeys, CardRemoved, ChipError, Issued, read


def everything_logged(caplog) -> str:
    return "\n".join(" ".join(map(str, vars(record).values())) for record in caplog.records)


@pytest.mark.parametrize("access", ["pace", "bac"])
@pytest.mark.parametrize("faults", [Faults(), Faults(drop_session_at=60), Faults(refuse_active_authentication=True), Faults(longest_read=100)])
def test_a_session_logs_steps_and_nothing_of_the_holder(card, caplog, access, faults):
    caplog.set_level(logging.DEBUG)
    issued = card(access=access)
    issued.chip.faults = faults
    own = Issued.new()
    evidence = read_here(issued, issued=own)
    judge(issued, evidence)
    logged = everything_logged(caplog).lower()
    assert "chip step" in logged
    holder = issued.holder
    secrets = [holder.number, holder.can, holder.document_number, holder.name, "nguyen", holder.birth_text, own.challenge.hex()]
    secrets += [evidence.files[name].hex()[:24] for name in evidence.files] + [hex(own.chip_authentication.scalar)[2:]]
    assert [secret for secret in secrets if secret.lower() in logged] == []


def test_errors_carry_no_payload(card):
    issued = card()
    issued.chip.faults = Faults(remove_at=60)
    with pytest.raises(CardRemoved) as removed:
        read_here(issued)
    with pytest.raises(AccessDenied) as denied:
        read(issued.chip.copy().present(), AccessKeys(can="987654"))
    for raised in (removed.value, denied.value):
        assert isinstance(raised, ChipError)
        assert not any(secret in str(raised) for secret in ("987654", issued.holder.number))


def test_nothing_secret_shows_in_a_representation(card):
    """What a debugger, a traceback or a careless log line would print."""
    issued = card()
    own = Issued.new()
    evidence = read_here(issued, issued=own)
    report = judge(issued, evidence)
    shown = " ".join(map(repr, (evidence, own, report, report.document, AccessKeys(can="987654"), Holder().mrz_key, evidence.expected)))
    assert not any(secret in shown for secret in (issued.holder.number, issued.holder.name, "987654", "199000123"))
