"""A copy is never called genuine: what an attacker with the files, a kiosk, a key of their own or a second card can try."""

from dataclasses import replace

import pytest

from tests.support.testchip import Faults, Holder, Profile, content, issue
from tests.support.testchip.issue import chip_key, signing_key, spki
from tests.support.testchip.pki import NOW
from tests.unit.chip.conftest import judge, read_here, state_of, without
from verification_service.chip import Evidence, Expected, Issued, Verdict, tlv, verify
from verification_service.chip.security_infos import Mapping

OTHER = Holder(number="079088001234", name="Trần Thị Bê", birth="880505", birth_text="05/05/1988", sex="F")


def genuine(report) -> bool:
    return report.verdict is Verdict.GENUINE


@pytest.mark.parametrize("active", ["ec", "rsa"])
def test_copy_with_its_own_signing_key(card, active):
    issued = card(active=active, chip=None)
    copy = issued.chip.copy(signing_key=signing_key("ec"))
    report = judge(replace(issued, chip=copy))
    assert state_of(report, "active_authentication") == ("failed", "signature_wrong")
    assert report.verdict is Verdict.REJECTED


def test_copy_with_its_own_chip_key_breaks_at_the_first_secured_command(card):
    issued = card(active=None)
    copy = issued.chip.copy(chip_key=chip_key(Profile()))
    evidence = read_here(replace(issued, chip=copy))
    assert evidence.chip_authentication == "failed"
    report = judge(issued, evidence)
    assert state_of(report, "chip_authentication") == ("failed", "key_not_owned")
    assert report.verdict is Verdict.REJECTED


def test_copy_without_any_key(card):
    issued = card()
    copy = issued.chip.copy(chip_key=None, signing_key=None)
    assert judge(replace(issued, chip=copy)).verdict is Verdict.REJECTED


@pytest.mark.parametrize("names", [("dg14",), ("dg15",), ("dg14", "dg15"), ("dg14", "dg15", "com")])
def test_copy_that_leaves_out_the_key_files(card, names):
    issued = card()
    copy = issued.chip.copy(chip_key=None, signing_key=None)
    for file in names:
        del copy.files[file]
    report = judge(replace(issued, chip=copy))
    assert report.verdict is Verdict.REJECTED
    assert report.check("file_hashes").reason == "withheld"


def test_evidence_from_which_a_kiosk_removed_proofs_and_key_files(card):
    issued = card()
    body = Evidence.from_json(read_here(issued).to_json())
    stripped = replace(without(body, "dg14", "dg15"), signature=None, challenge=None, chip_authentication="not_supported", problems={})
    assert verify(stripped.attach(Issued.new()), issued.trust_store(), NOW).verdict is Verdict.REJECTED


def test_evidence_without_any_proof_is_undecided(card):
    issued = card()
    body = Evidence.from_json(read_here(issued).to_json())
    stripped = replace(body, signature=None, challenge=None, chip_authentication="not_done")
    report = verify(stripped.attach(Issued.new()), issued.trust_store(), NOW)
    assert state_of(report, "copy_protection") == ("not_proven", "no_proof")
    assert report.verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("file", ["dg14", "dg15"])
def test_swapped_key_file(card, file):
    issued, attacker = card(), card()
    copy = issued.chip.copy(chip_key=attacker.chip.chip_key, signing_key=attacker.chip.signing_key)
    copy.files[file] = attacker.chip.files[file]
    report = judge(replace(issued, chip=copy))
    assert state_of(report, "file_hashes") == ("failed", "altered")
    assert report.verdict is Verdict.REJECTED


def test_key_file_added_to_a_card_that_has_none(card):
    """The SOD lists no DG15; the attacker adds one whose key they own."""
    issued = card(active=None, chip=None)
    own = signing_key("ec")
    copy = issued.chip.copy(signing_key=own)
    copy.files["dg15"] = tlv.encode(0x6F, spki(own))
    report = judge(replace(issued, chip=copy))
    assert state_of(report, "active_authentication") == ("failed", "key_not_signed")
    assert state_of(report, "file_hashes") == ("failed", "not_listed")
    assert report.verdict is Verdict.REJECTED


@pytest.mark.parametrize("active", ["ec", "rsa"])
def test_replayed_signature(card, active):
    issued = card(active=active, chip=None)
    recorded = read_here(issued).signature
    copy = issued.chip.copy(signing_key=None)
    copy.faults = Faults(replayed_signature=recorded)
    report = judge(replace(issued, chip=copy))
    assert state_of(report, "active_authentication") == ("failed", "signature_wrong")


def test_replayed_signature_together_with_its_old_challenge(card):
    issued = card(chip=None)
    old = Evidence.from_json(read_here(issued).to_json())
    report = verify(old.attach(Issued.new()), issued.trust_store(), NOW)
    assert state_of(report, "active_authentication") == ("failed", "other_challenge")
    assert report.verdict is Verdict.REJECTED


def test_empty_and_odd_signatures(card):
    issued = card(chip=None)
    own = Issued.new()
    evidence = read_here(issued, issued=own)
    for signature in (b"", b"\x00" * 64, b"\xff" * 64, b"\x00" * 63 + b"\x01", evidence.signature + b"\x00"):
        report = judge(issued, replace(evidence, signature=signature))
        assert state_of(report, "active_authentication")[0] == "failed"


def test_rsa_signature_of_one_and_zero(card):
    issued = card(active="rsa", chip=None)
    evidence = read_here(issued)
    for signature in (bytes(256), bytes(255) + b"\x01", b"\xff" * 256):
        assert state_of(judge(issued, replace(evidence, signature=signature)), "active_authentication")[0] == "failed"


def test_pace_cam_session_is_not_continued_on_another_chip(card):
    """The first session is a real chip's; it is dropped, and a copy that knows the CAN answers the second one."""
    issued = card(access="pace", mapping=Mapping.CHIP_AUTHENTICATION, active=None, card_security=True, key_in_dg14=False)
    issued.chip.faults = Faults(drop_session_at=30)
    report = judge(issued)
    assert state_of(report, "pace_chip_mapping") == ("not_proven", "key_held_by_reader")
    assert not genuine(report)


def test_pace_cam_copy_without_the_static_key(card):
    issued = card(access="pace", mapping=Mapping.CHIP_AUTHENTICATION, active=None)
    fake = replace(issued.chip.pace, static_key=12345)
    report = judge(replace(issued, chip=issued.chip.copy(pace=fake)))
    assert state_of(report, "pace_chip_mapping") == ("failed", "key_not_owned")
    assert report.verdict is Verdict.REJECTED


def test_security_object_of_one_person_with_the_files_of_another(card, pki):
    issued, other = card(), issue(holder=OTHER, pki=pki)
    copy = issued.chip.copy()
    for file in ("dg1", "dg2", "dg13"):
        copy.files[file] = other.chip.files[file]
    report = judge(replace(issued, chip=copy))
    assert state_of(report, "file_hashes") == ("failed", "altered")
    assert report.document is None


def test_only_the_portrait_is_swapped(card):
    issued = card()
    issued.chip.files["dg2"] = content.dg2(content.portrait("jpeg", 9_000))
    report = judge(issued)
    assert report.verdict is Verdict.REJECTED
    assert report.document is not None
    assert report.document.portrait is None


def test_list_without_the_portrait(card, pki):
    """A correctly signed SOD that lists too little does not cover the rest."""
    issued = card()
    numbered = {1: issued.chip.files["dg1"], 14: issued.chip.files["dg14"], 15: issued.chip.files["dg15"]}
    issued.chip.files["sod"] = pki.for_files(numbered)
    report = judge(issued)
    assert state_of(report, "file_hashes") == ("failed", "not_listed")
    assert report.check("file_hashes").detail == "dg2, dg13"
    assert report.document.portrait is None


def test_fields_that_name_another_person(card, pki):
    issued = card()
    issued.chip.files["dg13"] = content.dg13(OTHER)
    issued.sign()
    report = judge(issued)
    assert state_of(report, "holder_fields") == ("failed", "differ")
    assert report.check("holder_fields").detail == "citizen_number, birth_date, sex, full_name"
    assert report.verdict is Verdict.REJECTED


@pytest.mark.parametrize(
    ("expected", "field"),
    [
        (Expected(number="001199000124"), "number"),
        (Expected(birth_date="990102"), "birth_date"),
        (Expected(document_number="199000124"), "document_number"),
        (Expected(expiry_date="390102"), "expiry_date"),
    ],
)
def test_another_person_than_the_one_expected(card, expected, field):
    report = judge(issued := card(), read_here(issued, expected=expected))
    assert state_of(report, "expected_holder") == ("failed", "differ")
    assert report.check("expected_holder").detail == field
    assert report.verdict is Verdict.REJECTED


def test_the_server_replaces_the_claim_of_the_kiosk(card):
    issued = card()
    own = Issued.new()
    evidence = Evidence.from_json(read_here(issued, issued=own).to_json()).attach(own, expected=Expected(number="079088001234"))
    assert judge(issued, evidence).verdict is Verdict.REJECTED


def test_weaker_protocol_announced_before_the_keys(card):
    """EF.CardAccess is read in clear: whoever alters it is found out by DG14."""
    issued = card(access="both")
    issued.chip.files["card_access"] = content.set_of([content.pace_info(issued.chip.pace.dotted, 13), content.pace_info("0.4.0.127.0.7.2.2.4.2.1", 13)])
    report = judge(issued)
    assert state_of(report, "protocols") == ("failed", "card_access_not_repeated")
    assert report.verdict is Verdict.REJECTED


def test_lists_that_differ(card):
    issued = card()
    issued.chip.files["com"] = content.com({1, 2, 14})
    assert state_of(judge(issued), "file_lists") == ("failed", "lists_differ")
