"""Real files: the BSI test document of 2008 and the German master list of May 2026, where `../shared` is present."""

from pathlib import Path

import pytest

from tests.support.testchip.pki import NOW
from verification_service.chip import Certificate, Evidence, Portrait, TrustStore, Verdict, cms, com, dg1, dg2, dg14, dg15, sod, verify
from verification_service.chip.errors import CertificateError
from verification_service.chip.evidence import AccessRecord
from verification_service.chip.signatures import EcKey

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "chip"
pytestmark = [pytest.mark.shared, pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data/chip is absent")]

NAMES = {"com": "EF_COM", "sod": "EF_SOD", "dg1": "Datagroup1", "dg2": "Datagroup2", "dg14": "Datagroup14", "dg15": "Datagroup15"}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {name: (DATA / "bsi2008" / f"{file}.bin").read_bytes() for name, file in NAMES.items()}


@pytest.fixture(scope="module")
def master_list() -> tuple[bytes, Certificate]:
    """The list, and the German CSCA that stands in for the operator's pinned certificate."""
    data = (DATA / "DE_ML_2026-05-28.ml").read_bytes()
    return data, next(certificate for certificate in cms.parse(data).certificates if certificate.is_self_signed)


@pytest.fixture(scope="module")
def store(master_list) -> TrustStore:
    return TrustStore.from_master_list(*master_list)


def test_files_parse(files):
    zone = dg1.parse(files["dg1"])
    assert (zone.surname, zone.given_names, zone.document_number, zone.wrong_digits) == ("MUSTERMANN", "ERIKA", "C11T002JM", ())
    assert com.parse(files["com"]) == {1, 2, 3, 14}
    (key,) = dg14.parse(files["dg14"]).chip_keys
    assert key.curve is not None
    assert key.curve.name == "BRAINPOOLP224r1"
    assert key.curve.decode(key.encoded)
    portrait = Portrait.recognise(dg2.parse(files["dg2"]))
    assert (portrait.media_type, portrait.decode().size) == ("image/jp2", (413, 531))


def test_signing_key_parses(files):
    assert dg15.parse(files["dg15"])


def test_security_object_verifies_on_a_curve_that_only_explicit_parameters_name(files):
    found = sod.parse(files["sod"])
    signer = found.signed.signer()
    assert isinstance(signer.public_key, EcKey)
    assert signer.public_key.curve.name == "BRAINPOOLP224r1"
    assert found.signed.signature_reason() is None
    assert sorted(found.hashes) == [1, 2, 3, 14]


@pytest.mark.parametrize("allow_sha1", [False, True])
def test_evidence_of_the_old_document(files, allow_sha1):
    """Its PKI is not ours, DG3 was never readable, and it is SHA-1 throughout."""
    kept = {name: data for name, data in files.items() if name != "dg15"}
    report = verify(Evidence(kept, AccessRecord("bac", "mrz", "3des")), TrustStore(allow_sha1=allow_sha1), NOW)
    states = {check.name: (check.state.value, check.reason) for check in report.checks}
    assert report.verdict is Verdict.REJECTED
    assert states["certificate_dates"] == ("failed", "signer_expired")
    if allow_sha1:
        assert states["sod_signature"] == ("passed", "")
        assert states["file_hashes"] == ("passed", "")
        assert states["issuer"] == ("untrusted_issuer", "unknown_issuer")
        assert report.document is not None
        assert report.document.portrait is not None
    else:
        assert states["sod_signature"] == ("failed", "weak_hash")
        assert report.document is None


def test_every_certificate_of_the_master_list_loads(store):
    assert len(store.authorities) == 588
    assert all(authority.subject and authority.not_before < authority.not_after for authority in store.authorities)


def test_nearly_all_verify_to_an_issuer_in_the_list(store):
    verified = [authority for authority in store.authorities if store.issuance(authority).authority]
    assert len(verified) >= 0.97 * len(store.authorities)


def test_vietnam_has_one_passport_authority_with_explicit_parameters(store):
    (authority,) = [authority for authority in store.authorities if authority.country == "VN"]
    assert isinstance(authority.public_key, EcKey)
    assert authority.public_key.curve.name == "BRAINPOOLP512r1"
    assert authority.is_self_signed


def test_a_master_list_of_another_publisher_is_refused(master_list, pki):
    with pytest.raises(CertificateError, match="not issued by the pinned authority"):
        TrustStore.from_master_list(master_list[0], Certificate.load(pki.csca.der))


def test_an_altered_master_list_is_refused(master_list):
    data, anchor = master_list
    middle = len(data) // 2
    with pytest.raises(CertificateError):
        TrustStore.from_master_list(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :], anchor)
