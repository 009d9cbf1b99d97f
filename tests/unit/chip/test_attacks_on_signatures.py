"""A copy is never called genuine: forged, downgraded and borrowed signatures."""

from dataclasses import replace
from datetime import timedelta

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.testchip import Holder, Pki, content, issue
from tests.support.testchip.pki import NOW, certificate, explicit_parameters, name, signed_data
from tests.unit.chip.conftest import judge, state_of
from verification_service.chip import Certificate, TrustStore, Verdict, curves, signatures, sod, tlv
from verification_service.chip.certificates import RevocationList
from verification_service.chip.checks import Check, State, verdict_of
from verification_service.chip.errors import UnsupportedAlgorithm


def genuine(report) -> bool:
    return report.verdict is Verdict.GENUINE


def test_issuer_of_the_attacker(card):
    issued = issue(pki=Pki())
    trusted = card().trust_store()
    report = judge(issued, store=trusted)
    assert state_of(report, "sod_signature") == ("passed", "")
    assert report.check("issuer").state in ("failed", "untrusted_issuer")
    assert not genuine(report)


def test_unknown_issuer_is_a_state_of_its_own():
    issued = issue(pki=Pki())
    report = judge(issued, store=TrustStore())
    assert state_of(report, "issuer") == ("untrusted_issuer", "unknown_issuer")
    assert report.verdict is Verdict.UNDECIDED


def test_attacker_copies_name_and_key_identifier_of_the_authority(pki):
    """Same subject, same key identifier as the trusted CSCA, another key."""
    forged = Pki()
    real_id = Certificate.load(pki.csca.der).subject_key_id
    body = forged.signer.certificate["tbs_certificate"]
    for extension in body["extensions"]:
        if extension["extn_id"].native == "authority_key_identifier":
            extension["extn_value"] = x509.AuthorityKeyIdentifier({"key_identifier": real_id})
    signature = forged.csca.key.sign(body.dump(force=True), ec.ECDSA(hashes.SHA384()))
    rebuilt = x509.Certificate({"tbs_certificate": body, "signature_algorithm": forged.signer.certificate["signature_algorithm"], "signature_value": signature})
    forged.signer = replace(forged.signer, certificate=x509.Certificate.load(rebuilt.dump()))
    report = judge(issue(pki=forged), store=TrustStore([Certificate.load(pki.csca.der)]))
    assert state_of(report, "issuer") == ("failed", "issuer_signature_wrong")
    assert report.verdict is Verdict.REJECTED


def test_generator_of_the_attacker_in_explicit_parameters(pki):
    """CVE-2020-0601: the trusted CSCA's curve with a generator chosen so that the attacker knows a matching private key."""
    public = pki.csca.key.public_key()
    curve = next(known for known in curves.PACE_PARAMETERS.values() if known.native is type(public.curve))
    numbers = public.public_numbers()
    forged_parameters = explicit_parameters(public, generator=curve.encode((numbers.x, numbers.y)))
    algorithm = tlv.encode(0x30, content.oid("1.2.840.10045.2.1") + forged_parameters)
    forged = tlv.encode(0x30, algorithm + tlv.encode(0x03, b"\x00" + curve.encode((numbers.x, numbers.y))))
    with pytest.raises(UnsupportedAlgorithm):
        signatures.load_public_key(forged)
    honest = tlv.encode(0x30, content.oid("1.2.840.10045.2.1") + explicit_parameters(public))
    assert signatures.load_public_key(tlv.encode(0x30, honest + tlv.encode(0x03, b"\x00" + curve.encode((numbers.x, numbers.y))))).curve is curve


def test_hash_downgrade_of_the_list(card):
    issued = card()
    issued.sign(hash_name="sha1")
    report = judge(issued)
    assert state_of(report, "file_hashes") == ("failed", "weak_hash")
    assert report.document is None
    assert report.verdict is Verdict.REJECTED


def test_hash_downgrade_of_the_signature(card, pki):
    issued = card()
    issued.chip.files["sod"] = _signed_again(issued, pki, hash_name="sha1")
    report = judge(issued)
    assert state_of(report, "sod_signature") == ("failed", "weak_hash")
    assert report.verdict is Verdict.REJECTED


def _signed_again(issued, pki, **options) -> bytes:
    """The same list of hashes, signed once more with one part spoiled."""
    listed = sod.parse(issued.chip.files["sod"]).signed.content
    return tlv.encode(0x77, signed_data(pki.signer, listed, sod.LDS_SECURITY_OBJECT, **options))


def test_sha1_signer_certificate_is_refused_unless_admitted():
    weak = Pki(signer_options={"hash_name": "sha1"})
    issued = issue(pki=weak)
    assert state_of(judge(issued), "issuer") == ("failed", "weak_hash")
    assert judge(issued, store=issued.trust_store(allow_sha1=True)).verdict is Verdict.GENUINE


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"signers": 2}, "malformed"),
        ({"signers": 0}, "malformed"),
        ({"attributes": False}, "malformed"),
        ({"repeat_digest": True}, "malformed"),
        ({"digest": bytes(32)}, "signed_digest_differs_from_the_content"),
        ({"claimed_type": "1.2.840.113549.1.7.1"}, "signed_content_type_differs"),
        ({"certificates": []}, "malformed"),
    ],
)
def test_signed_data_that_is_not_in_order(card, pki, options, reason):
    issued = card()
    issued.chip.files["sod"] = _signed_again(issued, pki, **options)
    report = judge(issued)
    assert report.check("sod_signature").state == "failed"
    assert report.check("sod_signature").reason in (reason, "not_verifiable")
    assert report.verdict is Verdict.REJECTED


def test_certificate_of_another_signer_beside_the_signature(card, pki):
    issued = card()
    issued.chip.files["sod"] = _signed_again(issued, pki, certificates=[Pki().signer.certificate])
    assert judge(issued).verdict is Verdict.REJECTED


def test_security_object_of_another_type(card, pki):
    issued = card()
    issued.chip.files["sod"] = tlv.encode(0x77, signed_data(pki.signer, b"\x30\x00", "2.23.136.1.1.2"))
    assert state_of(judge(issued), "sod_signature") == ("failed", "malformed")


def test_expired_signer():
    issued = issue(pki=Pki(signer_ends=NOW - timedelta(days=1)))
    assert state_of(judge(issued), "certificate_dates") == ("failed", "signer_expired")


def test_judged_before_the_signer_was_valid(card):
    issued = card()
    assert state_of(judge(issued, now=NOW - timedelta(days=4000)), "certificate_dates") == ("failed", "signer_not_yet_valid")


def test_revoked_signer(card, pki):

    issued = card()
    store = issued.trust_store()
    revoked = store.with_revocations([RevocationList(pki.revocation_list([4711]))])
    good = store.with_revocations([RevocationList(pki.revocation_list([1]))])
    stale = store.with_revocations([RevocationList(pki.revocation_list([1], next_update=NOW - timedelta(hours=1)))])
    forged = store.with_revocations([RevocationList(pki.revocation_list([1], signer=Pki().csca))])
    assert state_of(judge(issued, store=revoked), "revocation") == ("failed", "revoked")
    assert state_of(judge(issued, store=good), "revocation") == ("passed", "")
    assert state_of(judge(issued, store=stale), "revocation") == ("not_checked", "stale")
    assert state_of(judge(issued, store=forged), "revocation") == ("not_checked", "no_list")


@pytest.mark.parametrize("purpose", ["2.23.136.1.1.3", "1.3.6.1.5.5.7.3.1"])
def test_leaf_of_the_authority_with_another_purpose(purpose):
    issued = issue(pki=Pki(signer_options={"extended_usage": [purpose]}))
    assert state_of(judge(issued), "issuer") == ("failed", "signer_purpose")


def test_the_authority_itself_does_not_sign_documents():
    pki = Pki()
    pki.signer = pki.csca
    assert state_of(judge(issue(pki=pki)), "issuer") == ("failed", "signer_purpose")


def test_document_signer_cannot_issue_another(card):
    """A signer's key, leaked or bought, certifies a second signer."""
    pki = Pki()
    middle = pki.signer
    pki.signer = certificate(name("VN", "Document Signer 2"), ec.generate_private_key(ec.SECP256R1()), middle)
    issued = issue(pki=pki)
    assert state_of(judge(issued), "issuer")[0] == "untrusted_issuer"
    even_if_loaded = TrustStore([Certificate.load(pki.csca.der), Certificate.load(middle.der)])
    assert not genuine(judge(issued, store=even_if_loaded))


def test_signer_of_another_state(card):
    """Germany's signer is trusted for German documents, not for Vietnamese ones."""
    german = Pki(country="DE")
    report = judge(issue(pki=german))
    assert state_of(report, "issuer") == ("passed", report.check("issuer").reason)
    assert state_of(report, "issuing_state") == ("failed", "signer_of_another_state")
    assert report.verdict is Verdict.REJECTED


def test_expired_document_rejects_and_the_last_day_counts(card, pki):
    for expiry, text, state in (("261123", "23/11/2026", "passed"), ("261122", "22/11/2026", "failed")):
        issued = issue(holder=Holder(expiry=expiry, expiry_text=text), pki=pki)
        assert state_of(judge(issued), "expiry")[0] == state


@pytest.mark.parametrize(("expiry", "text"), [("991231", "Không thời hạn"), ("<<<<<<", "")])
def test_card_without_expiry(pki, expiry, text):
    issued = issue(holder=Holder(expiry=expiry, expiry_text=text), pki=pki)
    report = judge(issued)
    assert state_of(report, "expiry") == ("passed", "does_not_expire")
    assert report.document.expiry_date is None
    assert report.verdict is Verdict.GENUINE


def test_any_failed_check_rejects_whatever_else_passed(card):

    report = judge(issued := card())
    assert genuine(report)
    for index, check in enumerate(report.checks):
        spoiled = (*report.checks[:index], Check(check.name, State.FAILED, "x"), *report.checks[index + 1 :])
        assert verdict_of(spoiled) is Verdict.REJECTED
    assert issued.holder.number not in str(report.to_dict())
