"""Cards and readers that fail: every failure is a typed error or a named problem, and nothing is guessed."""

from contextlib import suppress

import pytest

from tests.support.testchip import Faults, Holder, issue
from tests.support.testchip.pki import NOW
from tests.unit.chip.conftest import judge, read_here, state_of
from verification_service.chip import (
    AccessAlreadyDenied,
    AccessDenied,
    AccessKeys,
    AccessNotSupported,
    CardRemoved,
    Evidence,
    Issued,
    SecureMessagingError,
    Verdict,
    read,
    verify,
)
from verification_service.chip.ciphers import CipherName
from verification_service.chip.security_infos import Mapping


@pytest.mark.parametrize("mapping", list(Mapping))
def test_wrong_can_is_denied_and_tried_once(card, mapping):
    issued = card(access="both", mapping=mapping)
    presented = issued.chip.present()
    keys = AccessKeys(can="999999", mrz=issued.holder.mrz_key)
    with pytest.raises(AccessDenied):
        read(presented, keys)
    assert issued.chip.pace.attempts == 1
    with pytest.raises(AccessAlreadyDenied):
        read(presented, AccessKeys(can=issued.holder.can))
    assert issued.chip.pace.attempts == 1


def test_the_right_key_works_after_the_card_was_taken_away(card):
    issued = card()
    with pytest.raises(AccessDenied):
        read(issued.chip.present(), AccessKeys(can="999999"))
    assert judge(issued).verdict is Verdict.GENUINE


def test_wrong_zone_is_denied_by_basic_access_control(card):
    issued = card(access="bac")
    with pytest.raises(AccessDenied):
        read(issued.chip.present(), AccessKeys(mrz=Holder(number="001199000124").mrz_key))


def test_pace_only_chip_whose_password_type_was_not_given(card):
    issued = card(access="pace", passwords=("mrz",))
    with pytest.raises(AccessNotSupported):
        read(issued.chip.present(), AccessKeys(can=issued.holder.can))
    assert issued.chip.pace.attempts == 0


def test_select_mf_is_never_needed(card):
    issued = card()
    read_here(issued)
    assert issued.chip.faults.refuse_master_file
    assert all(header[1] != 0xA4 or header[2:4] != b"\x00\x00" for header, _ in issued.chip.log)


def test_card_access_that_appears_only_inside_the_application(card):
    issued = card(access="pace")
    issued.chip.faults = Faults(card_access_only_in_application=True)
    assert read_here(issued).access.protocol == "pace"


@pytest.mark.parametrize("status", [0x6700, 0x6B00, 0x6C00])
@pytest.mark.parametrize("longest", [160, 100, 31])
def test_blocks_shrink_until_the_chip_carries_them(card, status, longest):
    issued = card(image_size=5_000)
    issued.chip.faults = Faults(longest_read=longest, length_status=status)
    evidence = read_here(issued)
    assert evidence.files["dg2"] == issued.chip.files["dg2"]
    assert judge(issued, evidence).verdict is Verdict.GENUINE


def test_a_chip_that_refuses_every_length_is_a_problem_not_a_loop(card):
    issued = card()
    issued.chip.faults = Faults(longest_read=4)
    with pytest.raises(AccessNotSupported):
        read_here(issued, keys=AccessKeys(can=issued.holder.can))


@pytest.mark.parametrize("access", ["pace", "bac"])
def test_session_dropped_in_the_middle_is_opened_again_once(card, access):
    issued = card(access=access)
    issued.chip.faults = Faults(drop_session_at=60)
    evidence = read_here(issued)
    assert evidence.files["dg2"] == issued.chip.files["dg2"]
    assert judge(issued, evidence).verdict is Verdict.GENUINE


@pytest.mark.parametrize("fault", ["drop_session_at", "wrong_mac_at"])
@pytest.mark.parametrize("access", ["pace", "bac"])
def test_a_genuine_card_is_not_called_a_copy_wherever_the_radio_fails_once(card, access, fault):
    issued = card(access=access, image_size=1_500)
    read_here(issued)
    verdicts = set()
    for command in range(1, issued.chip.count + 1):
        issued.chip.faults = Faults(**{fault: command})
        with suppress(SecureMessagingError):  # right after the chip was opened: the card is read again from the beginning
            verdicts.add(judge(issued, read_here(issued)).verdict)
    assert verdicts == {Verdict.GENUINE}


def test_wrong_checksum_is_never_read_past(card):
    issued = card()
    issued.chip.faults = Faults(wrong_mac_at=60)
    evidence = read_here(issued)
    assert evidence.files["dg2"] == issued.chip.files["dg2"]


def test_success_without_checksum_is_refused(card):
    issued = card()
    issued.chip.faults = Faults(bare_success_at=40)
    evidence = read_here(issued)
    assert judge(issued, evidence).verdict is Verdict.GENUINE
    assert issued.chip.log.count((b"\x10\x86\x00\x00", 0x9000)) == 6


@pytest.mark.parametrize("at", [1, 3, 8, 20, 60])
def test_card_pulled_out(card, at):
    issued = card()
    issued.chip.faults = Faults(remove_at=at)
    with pytest.raises(CardRemoved):
        read_here(issued)


def test_slow_chip_is_waited_for(card):
    issued = card(image_size=5_000)
    issued.chip.faults = Faults(delay=0.001)
    assert read_here(issued).problems == {}


@pytest.mark.parametrize("name", ["sod", "dg1", "dg2", "dg13", "dg14", "dg15"])
@pytest.mark.parametrize("keep", [0, 3, 40, -1])
def test_truncated_file_is_a_problem_and_never_genuine(card, name, keep):
    issued = card()
    issued.chip.files[name] = issued.chip.files[name][:keep]
    evidence = read_here(issued)
    assert name in evidence.problems
    assert judge(issued, evidence).verdict is not Verdict.GENUINE


@pytest.mark.parametrize("name", ["sod", "dg1", "dg2", "dg13", "dg14", "dg15"])
def test_altered_byte_rejects(card, name):
    issued = card()
    data = issued.chip.files[name]
    issued.chip.files[name] = data[:-2] + bytes([data[-2] ^ 1]) + data[-1:]
    assert judge(issued).verdict is Verdict.REJECTED


@pytest.mark.parametrize("name", ["dg1", "dg2", "dg13", "dg14", "dg15"])
def test_missing_file_that_the_sod_lists_rejects(card, name):
    issued = card()
    del issued.chip.files[name]
    evidence = read_here(issued)
    assert evidence.problems[name] == "not_found"
    report = judge(issued, evidence)
    assert state_of(report, "file_hashes") == ("failed", "missing" if name in ("dg1", "dg2") else "withheld")
    assert report.verdict is Verdict.REJECTED


def test_no_security_object_rejects_and_tells_no_holder(card):
    issued = card()
    del issued.chip.files["sod"]
    report = judge(issued)
    assert state_of(report, "sod_signature") == ("failed", "missing")
    assert (report.verdict, report.document) == (Verdict.REJECTED, None)


def test_refused_chip_authentication_rejects(card):
    issued = card()
    issued.chip.faults = Faults(refuse_chip_authentication=True)
    report = judge(issued)
    assert state_of(report, "chip_authentication") == ("failed", "failed_at_reader")
    assert report.verdict is Verdict.REJECTED


def test_refused_active_authentication_rejects(card):
    issued = card()
    issued.chip.faults = Faults(refuse_active_authentication=True)
    report = judge(issued)
    assert state_of(report, "active_authentication") == ("failed", "refused")
    assert report.verdict is Verdict.REJECTED


def test_evidence_read_in_another_session_is_not_mixed_up(card):
    issued = card()
    first, second = Issued.new(), Issued.new()
    evidence = Evidence.from_json(read_here(issued, issued=first).to_json())
    report = verify(evidence.attach(second), issued.trust_store(), NOW)
    assert state_of(report, "active_authentication") == ("failed", "other_challenge")
    assert report.verdict is Verdict.REJECTED


def test_default_issue_has_its_own_pki():
    assert judge(issue(), store=issue().trust_store()).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("cipher", list(CipherName))
def test_dropped_session_under_every_cipher(card, cipher):
    issued = card(access="pace", cipher=cipher)
    issued.chip.faults = Faults(drop_session_at=30)
    assert judge(issued).verdict is Verdict.GENUINE
