"""Every kind of card that is not an attack: which checks pass, and that missing abilities are named as such."""

import pytest

from tests.support.testchip import Profile, issue
from tests.support.testchip.pki import NOW
from tests.unit.chip.conftest import judge, read_here, state_of
from verification_service.chip import AccessKeys, AccessNotSupported, Evidence, Verdict, verify
from verification_service.chip.ciphers import CipherName
from verification_service.chip.security_infos import Mapping

AES = [CipherName.AES128, CipherName.AES192, CipherName.AES256]


@pytest.mark.parametrize("mapping", [Mapping.GENERIC, Mapping.INTEGRATED])
@pytest.mark.parametrize("cipher", list(CipherName))
def test_pace_with_every_cipher(card, mapping, cipher):
    issued = card(access="pace", mapping=mapping, cipher=cipher)
    evidence = read_here(issued)
    assert (evidence.access.protocol, evidence.access.mapping, evidence.access.cipher) == ("pace", mapping, cipher)
    assert judge(issued, evidence).verdict is Verdict.GENUINE


@pytest.mark.parametrize("parameter", range(8, 19))
@pytest.mark.parametrize("mapping", [Mapping.GENERIC, Mapping.INTEGRATED])
def test_pace_on_every_standardised_curve(card, mapping, parameter):
    if mapping is Mapping.INTEGRATED and parameter == 10:
        pytest.skip("P-224 has no integrated mapping: its prime is 1 mod 4")
    evidence = read_here(card(access="pace", mapping=mapping, parameter=parameter))
    assert evidence.access.parameter == parameter
    assert evidence.problems == {}


@pytest.mark.parametrize("password", ["can", "mrz"])
def test_each_password_alone(card, password):
    issued = card(access="pace")
    keys = AccessKeys(can=issued.holder.can) if password == "can" else AccessKeys(mrz=issued.holder.mrz_key)
    evidence = read_here(issued, keys=keys)
    assert evidence.access.password == password
    assert judge(issued, evidence).verdict is Verdict.GENUINE


def test_chip_without_can_is_opened_with_the_zone(card):
    issued = card(access="pace", passwords=("mrz",))
    assert read_here(issued).access.password == "mrz"


def test_falls_back_to_basic_access_control(card):
    issued = card(access="bac")
    evidence = read_here(issued)
    assert (evidence.access.protocol, evidence.access.cipher) == ("bac", CipherName.TDES)
    assert "card_access" not in evidence.files
    assert judge(issued, evidence).verdict is Verdict.GENUINE


def test_basic_access_control_needs_the_zone(card):
    issued = card(access="bac")
    with pytest.raises(AccessNotSupported):
        read_here(issued, keys=AccessKeys(can=issued.holder.can))


@pytest.mark.parametrize("cipher", list(CipherName))
@pytest.mark.parametrize("key_id", [None, 195])
def test_chip_authentication_with_every_cipher(card, cipher, key_id):
    issued = card(chip=cipher, chip_key_id=key_id, active=None)
    report = judge(issued)
    assert state_of(report, "chip_authentication") == ("passed", "")
    assert state_of(report, "active_authentication") == ("not_supported", "no_key_file")
    assert report.verdict is Verdict.GENUINE


@pytest.mark.parametrize("parameter", [10, 12, 15, 16, 17, 18])
def test_chip_authentication_on_other_curves(card, parameter):
    assert judge(card(chip_parameter=parameter, active=None)).verdict is Verdict.GENUINE


def test_chip_authentication_key_without_protocol_means_3des(card):
    assert state_of(judge(card(chip=CipherName.TDES, chip_info=False, active=None)), "chip_authentication") == ("passed", "")


@pytest.mark.parametrize("kind", ["ec", "rsa"])
@pytest.mark.parametrize("hash_name", ["sha1", "sha224", "sha256", "sha384", "sha512"])
def test_active_authentication(card, kind, hash_name):
    report = judge(card(active=kind, active_hash=hash_name, chip=None))
    assert state_of(report, "active_authentication") == ("passed", "")
    assert state_of(report, "chip_authentication") == ("not_supported", "no_key")
    assert report.verdict is Verdict.GENUINE


def test_a_chip_that_could_be_copied_is_never_called_genuine(card):
    report = judge(card(active=None, chip=None))
    assert state_of(report, "copy_protection") == ("not_supported", "copies_cannot_be_told")
    assert report.verdict is Verdict.UNDECIDED


def test_chip_authentication_mapping(card):
    issued = card(access="pace", mapping=Mapping.CHIP_AUTHENTICATION, active=None)
    evidence = read_here(issued)
    assert state_of(judge(issued, evidence), "pace_chip_mapping") == ("passed", "")
    from_kiosk = Evidence.from_json(evidence.to_json())
    assert state_of(judge(issued, from_kiosk), "pace_chip_mapping") == ("not_proven", "key_held_by_reader")


def test_chip_authentication_mapping_with_keys_in_card_security_only(card):
    issued = card(access="pace", mapping=Mapping.CHIP_AUTHENTICATION, card_security=True, key_in_dg14=False)
    report = judge(issued)
    assert state_of(report, "pace_chip_mapping") == ("passed", "")
    assert state_of(report, "chip_authentication") == ("not_supported", "no_key")


def test_card_without_vietnamese_fields(card):
    issued = card(vietnamese=False)
    report = judge(issued)
    assert state_of(report, "holder_fields") == ("not_checked", "a_file_is_missing")
    assert report.verdict is Verdict.GENUINE
    assert report.document is not None
    assert report.document.name == "NGUYEN VAN AN"


@pytest.mark.parametrize("modern", [False, True])
@pytest.mark.parametrize("kind", ["jpeg", "jp2"])
def test_portrait_formats(card, kind, modern):
    report = judge(card(image=kind, modern_image=modern))
    assert report.document is not None
    assert report.document.portrait is not None
    assert report.document.portrait.media_type == f"image/{kind}"
    assert report.document.portrait.decode().size == (413, 531)


@pytest.mark.parametrize("size", [5_000, 18_000, 33_000, 60_000])
@pytest.mark.parametrize("access", ["bac", "pace"])
@pytest.mark.parametrize("extended", [False, True])
def test_portrait_sizes_in_short_and_extended_blocks(card, size, access, extended):
    issued = card(access=access, image_size=size)
    evidence = read_here(issued, extended=extended)
    assert evidence.files["dg2"] == issued.chip.files["dg2"]
    assert len(evidence.files["dg2"]) >= size
    odd = [header for header, _ in issued.chip.log if header[1] == 0xB1]
    assert bool(odd) == (len(evidence.files["dg2"]) > 0x8000)


def test_explicit_curve_parameters_everywhere(card):
    issued = issue(Profile(explicit=True))
    assert judge(issued).verdict is Verdict.GENUINE


def test_the_holder_is_told_from_signed_files(card):
    document = judge(card()).document
    assert document is not None
    assert (document.number, document.name, document.sex) == ("001199000123", "Nguyễn Văn An", "M")
    assert (str(document.birth_date), str(document.expiry_date), str(document.issue_date)) == ("1999-01-01", "2039-01-01", "2024-08-20")
    assert document.fields["parents"] == "Nguyễn Văn Bình, Trần Thị Chi"
    assert document.fields["old_identity_number"] == "012345678"


@pytest.mark.parametrize("profile", [{}, {"chip": None}, {"active": None}, {"active": "rsa"}, {"active": None, "chip": None}, {"access": "bac"}])
def test_judging_the_stored_record_again_gives_the_same_report(card, profile):
    issued = card(**profile)
    evidence = read_here(issued)
    first = judge(issued, evidence)
    again = verify(Evidence.from_record(evidence.to_record()), issued.trust_store(), NOW)
    assert again.checks == first.checks
    assert again.verdict is first.verdict
