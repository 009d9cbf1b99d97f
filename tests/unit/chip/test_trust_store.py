"""Which issuers are believed: directories, link certificates, master lists, revocation lists."""

import base64
from datetime import timedelta

import pytest
from asn1crypto import core, x509
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.testchip import Pki, issue
from tests.support.testchip.pki import NOW, certificate, name
from tests.unit.chip.conftest import judge, state_of
from verification_service.chip import Certificate, TrustStore, Verdict
from verification_service.chip.errors import CertificateError


def write(folder, **files: bytes) -> None:
    for stem, data in files.items():
        path, _, suffix = stem.rpartition("_")
        (folder / f"{path}.{suffix}").write_bytes(data)


def test_directory_of_certificates_and_revocation_lists(tmp_path, pki):
    pem = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(pki.csca.der) + b"-----END CERTIFICATE-----\n"
    write(tmp_path, csca_pem=pem, other_cer=Pki().csca.der, list_crl=pki.revocation_list([4711]), readme_txt=b"not a certificate")
    store = TrustStore.from_directory(tmp_path)
    assert (len(store.authorities), len(store.revocations)) == (2, 1)
    assert state_of(judge(issue(pki=pki), store=store), "revocation") == ("failed", "revoked")


def test_link_certificate_carries_trust_to_the_new_key(tmp_path):
    old, new = Pki(), Pki()
    write(tmp_path, old_cer=old.csca.der, link_cer=new.link_certificate(old.csca).der)
    report = judge(issue(pki=new), store=TrustStore.from_directory(tmp_path))
    assert report.verdict is Verdict.GENUINE


def test_chain_of_link_certificates_in_any_order(tmp_path):
    first, second, third = Pki(), Pki(), Pki()
    write(tmp_path, z_cer=first.csca.der, a_cer=third.link_certificate(second.csca).der, b_cer=second.link_certificate(first.csca).der)
    assert judge(issue(pki=third), store=TrustStore.from_directory(tmp_path)).verdict is Verdict.GENUINE


def test_link_certificate_without_its_root_is_an_operators_mistake(tmp_path):
    write(tmp_path, link_cer=Pki().link_certificate(Pki().csca).der)
    with pytest.raises(CertificateError, match=r"link\.cer is neither self-signed nor a link certificate"):
        TrustStore.from_directory(tmp_path)


def test_document_signer_in_the_directory_is_refused(tmp_path, pki):
    write(tmp_path, csca_cer=pki.csca.der, signer_cer=pki.signer.der)
    with pytest.raises(CertificateError, match=r"signer\.cer"):
        TrustStore.from_directory(tmp_path)


def test_damaged_file_is_named(tmp_path):
    write(tmp_path, broken_cer=b"\x30\x03abc")
    with pytest.raises(CertificateError, match=r"broken\.cer cannot be read"):
        TrustStore.from_directory(tmp_path)


def test_master_list_of_our_own_publisher(pki):
    data = pki.master_list([pki.csca.der, Pki().csca.der])
    store = TrustStore.from_master_list(data, Certificate.load(pki.csca.der))
    assert len(store.authorities) == 2
    assert judge(issue(pki=pki), store=store).verdict is Verdict.GENUINE


def test_master_list_signed_by_a_document_signer_is_refused(pki):
    with pytest.raises(CertificateError, match="may not sign master lists"):
        TrustStore.from_master_list(pki.master_list([pki.csca.der], signer=pki.signer), Certificate.load(pki.csca.der))


def test_master_list_signed_under_another_authority_is_refused(pki):
    stranger = Pki()
    with pytest.raises(CertificateError, match="pinned authority"):
        TrustStore.from_master_list(stranger.master_list([stranger.csca.der]), Certificate.load(pki.csca.der))


def test_authority_whose_usage_excludes_certificates_issues_nothing(pki):
    leaf = certificate(pki.csca.certificate.subject, pki.csca.key, hash_name="sha384")
    report = judge(issue(pki=pki), store=TrustStore([Certificate.load(leaf.der)]))
    assert state_of(report, "issuer") == ("untrusted_issuer", "unknown_issuer")


def test_new_key_under_the_same_name_is_unknown_not_forged(pki):
    renewed = Pki()
    assert state_of(judge(issue(pki=renewed), store=TrustStore([Certificate.load(pki.csca.der)])), "issuer") == ("untrusted_issuer", "unknown_issuer")


def test_signature_algorithm_inside_and_outside_must_agree(pki):
    built = x509.Certificate.load(pki.signer.der)
    built["signature_algorithm"] = {"algorithm": "sha256_ecdsa"}
    assert not Certificate.load(built.dump(force=True)).is_signed_by(Certificate.load(pki.csca.der))


def test_weak_signer_key_is_refused_unless_old_documents_are_admitted():
    pki = Pki()
    pki.signer = certificate(name("VN", "Document Signer 1"), ec.generate_private_key(ec.SECP192R1()), pki.csca, hash_name="sha384")
    issued = issue(pki=pki)
    assert state_of(judge(issued), "issuer") == ("failed", "weak_key")
    assert judge(issued, store=issued.trust_store(allow_sha1=True)).verdict is Verdict.GENUINE


def test_time_without_offset_is_malformed(pki):
    """A local time could not be compared with now."""
    moment = x509.Certificate.load(pki.signer.der)["tbs_certificate"]["validity"]["not_after"].chosen.contents
    local = moment[:12] + b".50"
    assert core.GeneralizedTime.load(b"\x18\x0f" + local).native.tzinfo is None
    with pytest.raises(CertificateError, match="without offset"):
        Certificate.load(pki.signer.der.replace(moment, local))


def test_renewed_certificate_of_the_same_key_is_found_behind_the_expired_one(pki):
    expired = certificate(pki.csca.certificate.subject, pki.csca.key, authority=True, hash_name="sha384", ends=NOW - timedelta(days=1))
    both = [Certificate.load(expired.der), Certificate.load(pki.csca.der)]
    assert state_of(judge(issue(pki=pki), store=TrustStore(both[:1])), "certificate_dates") == ("failed", "authority_expired")
    assert judge(issue(pki=pki), store=TrustStore(both)).verdict is Verdict.GENUINE
