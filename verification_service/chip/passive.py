"""Passive authentication (ICAO 9303-11 §5.1): is the data what the issuing state signed, and do we believe that signer?"""

from babel.core import get_global

from verification_service.chip.case import WEAK_HASH, Case
from verification_service.chip.certificates import Certificate
from verification_service.chip.checks import Check, State
from verification_service.chip.errors import ChipError
from verification_service.chip.files import DATA_GROUPS, DG1, DG2
from verification_service.chip.signatures import PublicKey, RsaKey

REQUIRED_FILES = (DG1, DG2)
MINIMUM_RSA, MINIMUM_EC = 2048, 224
# Codes of ICAO 9303-3 §5 that are not ISO 3166 alpha-3: Germany's single letter, the European Union, the United Nations.
_SPECIAL_STATES = {"D": "DE", "EUE": "EU", "UNO": "UN", "UNA": "UN", "RKS": "KS"}


def sod_signature(case: Case) -> Check:
    """EF.SOD is signed, by one signer, over its content, with an accepted hash function."""
    reason = case.signature_reason
    return Check("sod_signature", State.FAILED if reason else State.PASSED, reason)


def issuer(case: Case) -> Check:
    """The document signer was issued by an authority of the trust store and may sign documents."""
    if case.signer is None:
        return Check("issuer", State.NOT_CHECKED, "no_signer")
    if reason := _obstacle(case, case.signer):
        return Check("issuer", State.FAILED, reason)
    issuance = case.issuance
    if issuance.authority is not None:
        return Check("issuer", State.PASSED, detail=issuance.authority.subject_text)
    state = State.FAILED if issuance.reason == "issuer_signature_wrong" else State.UNTRUSTED_ISSUER
    return Check("issuer", state, issuance.reason)


def _purpose_reason(signer: Certificate) -> str:
    # Other leaves of a CSCA (master list, deviation list, visa and seal signers) carry an extended key usage; document signers do not (9303-12 table 6).
    if signer.is_authority or signer.extended_key_usage:
        return "signer_purpose"
    return "signer_purpose" if signer.key_usage is not None and "digital_signature" not in signer.key_usage else ""


def _obstacle(case: Case, signer: Certificate) -> str:
    """Why this certificate may not sign documents at all; empty if it may."""
    try:
        if not case.store.allow_sha1 and signer.signature_scheme.hash == WEAK_HASH:
            return "weak_hash"
        if not case.store.allow_sha1 and _is_weak(signer.public_key):
            return "weak_key"
        return _purpose_reason(signer)
    except ChipError:
        return "malformed"


def _is_weak(key: PublicKey) -> bool:
    """Below the minimum sizes of ICAO 9303-12 §4.4: 2048 bits RSA, 224 bits elliptic curve."""
    return key.n.bit_length() < MINIMUM_RSA if isinstance(key, RsaKey) else key.curve.n.bit_length() < MINIMUM_EC


def may_sign(case: Case, signer: Certificate) -> bool:
    """A document signer of a trusted authority, valid now, of the same state as the signer of EF.SOD."""
    authority = case.store.issuance(signer, case.now).authority
    return (
        authority is not None
        and not _obstacle(case, signer)
        and all(certificate.not_before <= case.now <= certificate.not_after for certificate in (signer, authority))
        and case.signer is not None
        and signer.country == case.signer.country
    )


def certificate_dates(case: Case) -> Check:
    """Signer and authority are within their validity now."""
    if case.signer is None:
        return Check("certificate_dates", State.NOT_CHECKED, "no_signer")
    for role, certificate in (("signer", case.signer), ("authority", case.issuance.authority)):
        if certificate is not None and case.now < certificate.not_before:
            return Check("certificate_dates", State.FAILED, f"{role}_not_yet_valid")
        if certificate is not None and case.now > certificate.not_after:
            return Check("certificate_dates", State.FAILED, f"{role}_expired")
    return Check("certificate_dates", State.PASSED)


def revocation(case: Case) -> Check:
    """The signer is not on its authority's revocation list."""
    authority = case.issuance.authority
    if case.signer is None or authority is None:
        return Check("revocation", State.NOT_CHECKED, "no_trusted_issuer")
    found = case.store.revocation(case.signer, authority, case.now)
    state = {"good": State.PASSED, "revoked": State.FAILED}.get(found, State.NOT_CHECKED)
    return Check("revocation", state, "" if found == "good" else found)


def issuing_state(case: Case) -> Check:
    """The state in the machine-readable zone is the signer's: no country may sign another's document."""
    if case.mrz is None or case.signer is None:
        return Check("issuing_state", State.NOT_CHECKED, "no_signed_zone")
    aliases = get_global("territory_aliases").get(case.mrz.issuing_state, [])
    wanted = _SPECIAL_STATES.get(case.mrz.issuing_state) or (aliases[0] if len(aliases) == 1 else None)
    countries = {certificate.country for certificate in (case.signer, case.issuance.authority) if certificate is not None}
    if countries == {wanted}:
        return Check("issuing_state", State.PASSED)
    return Check("issuing_state", State.FAILED, "signer_of_another_state")


def file_hashes(case: Case) -> Check:
    """Every data group read is listed in EF.SOD with its hash, and none of the listed ones we need was withheld."""
    found = case.security_object
    if found is None:
        return Check("file_hashes", State.FAILED, "no_list")
    if found.hash == WEAK_HASH and not case.store.allow_sha1:
        return Check("file_hashes", State.FAILED, "weak_hash")
    read = [file for file in DATA_GROUPS if file.name in case.evidence.files]
    for reason, names in (
        ("not_listed", [file.name for file in read if file.number not in case.listed]),
        ("altered", [file.name for file in read if file.name not in case.covered]),
        ("missing", [file.name for file in REQUIRED_FILES if file not in read]),
        ("withheld", [file.name for file in DATA_GROUPS if file.number in case.listed and file not in read]),
    ):
        if names:
            return Check("file_hashes", State.FAILED, reason, ", ".join(names))
    return Check("file_hashes", State.PASSED, detail=", ".join(file.name for file in read))
