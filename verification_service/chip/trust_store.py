"""The issuers believed in: CSCA certificates from a directory or from a signed master list, and their revocation lists (ICAO 9303-12)."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from verification_service.chip import cms, tlv
from verification_service.chip.certificates import Certificate, RevocationList, from_pem_or_der, members_of_set
from verification_service.chip.errors import CertificateError, ChipError, MalformedData, UnsupportedAlgorithm

logger = logging.getLogger(__name__)

MASTER_LIST, MASTER_LIST_SIGNER = "2.23.136.1.1.2", "2.23.136.1.1.3"
CERTIFICATE_SUFFIXES, REVOCATION_SUFFIXES = (".cer", ".crt", ".der", ".pem"), (".crl",)


@dataclass(frozen=True, slots=True)
class Issuance:
    """Who issued a certificate: `authority` when one in the store did; otherwise `reason` ∈ unknown_issuer, issuer_signature_wrong, issuer_unsupported."""

    authority: Certificate | None
    reason: str


class TrustStore:
    """Immutable after loading. `allow_sha1` admits SHA-1 in SODs and document signers (old foreign documents; a CCCD has none)."""

    def __init__(self, authorities: Iterable[Certificate] = (), revocations: Iterable[RevocationList] = (), allow_sha1: bool = False) -> None:
        self.authorities = tuple(authorities)
        self.revocations = tuple(revocations)
        self.allow_sha1 = allow_sha1
        self._by_subject: dict[str, list[Certificate]] = defaultdict(list)
        for authority in self.authorities:
            self._by_subject[authority.subject].append(authority)

    @classmethod
    def from_directory(cls, path: Path | str, allow_sha1: bool = False) -> "TrustStore":
        """Every .cer .crt .der .pem and .crl below `path`. Self-signed certificates are trusted; any other must be a link certificate that chains to one.

        Raises CertificateError naming the file that cannot be read or does not chain.
        """
        certificates: dict[str, Certificate] = {}
        revocations = []
        for file in sorted(Path(path).rglob("*")):
            try:
                if file.suffix.lower() in CERTIFICATE_SUFFIXES:
                    certificates[file.name] = Certificate.load(from_pem_or_der(file.read_bytes()))
                elif file.suffix.lower() in REVOCATION_SUFFIXES:
                    revocations.append(RevocationList(from_pem_or_der(file.read_bytes())))
            except ChipError as error:
                raise CertificateError(f"{file.name} cannot be read") from error
        return cls(_chained(certificates), revocations, allow_sha1)

    @classmethod
    def from_master_list(cls, data: bytes, signer_anchor: Certificate, revocations: Iterable[RevocationList] = (), allow_sha1: bool = False) -> "TrustStore":
        """The CSCAs of a master list whose signature and signer chain to `signer_anchor`, the pinned CSCA of the list's publisher. Raises CertificateError."""
        try:
            signed = cms.parse(data)
            reason = signed.signature_reason() or _signer_reason(signed.signer(), signer_anchor)
            if signed.content_type != MASTER_LIST or reason:
                raise CertificateError(f"master list refused: {reason or 'not a master list'}")
            members = members_of_set(tlv.encode(0x31, tlv.parse(signed.content, 0x30).child(0x31).value))
        except (MalformedData, UnsupportedAlgorithm) as error:
            raise CertificateError("master list is malformed") from error
        return cls((Certificate.load(member) for member in members), revocations, allow_sha1)

    def with_revocations(self, revocations: Iterable[RevocationList]) -> "TrustStore":
        return TrustStore(self.authorities, (*self.revocations, *revocations), self.allow_sha1)

    def issuance(self, certificate: Certificate, now: datetime | None = None) -> Issuance:
        """Finds the authority whose key signed `certificate`: names and keys only, dates are the caller's check.

        The same key may stand in several certificates (renewed, linked); one that is valid at `now` is preferred.
        """
        reason = "unknown_issuer"
        candidates = [authority for authority in self._by_subject.get(certificate.issuer, ()) if _may_issue(authority)]
        for authority in sorted(candidates, key=lambda found: now is not None and not found.not_before <= now <= found.not_after):
            try:
                if certificate.is_signed_by(authority):
                    return Issuance(authority, "")
                if certificate.authority_key_id is not None and certificate.authority_key_id == authority.subject_key_id:
                    reason = "issuer_signature_wrong"
            except ChipError:
                reason = "issuer_unsupported" if reason == "unknown_issuer" else reason
        return Issuance(None, reason)

    def revocation(self, certificate: Certificate, authority: Certificate, now: datetime) -> str:
        """One of good, revoked, stale (a list that should have been renewed), no_list. A list not signed by the authority counts for nothing."""
        state = "no_list"
        for revocation in self.revocations:
            if not _issued_by(revocation, authority):
                continue
            if certificate.serial in revocation.serials:
                return "revoked"
            fresh = revocation.next_update is not None and now <= revocation.next_update
            state = "good" if fresh or state == "good" else "stale"
        return state


def _issued_by(revocation: RevocationList, authority: Certificate) -> bool:
    try:
        _ = revocation.serials, revocation.next_update
        return revocation.issuer == authority.subject and revocation.is_signed_by(authority)
    except ChipError:
        logger.warning("revocation list cannot be verified")
        return False


def _may_issue(authority: Certificate) -> bool:
    return authority.is_authority is not False and (authority.key_usage is None or "key_cert_sign" in authority.key_usage)


def _signer_reason(signer: Certificate, anchor: Certificate) -> str | None:
    if MASTER_LIST_SIGNER not in signer.extended_key_usage:
        return "signer may not sign master lists"
    if signer.issuer != anchor.subject or not _may_issue(anchor) or not signer.is_signed_by(anchor):
        return "signer was not issued by the pinned authority"
    return None


def _chained(certificates: dict[str, Certificate]) -> list[Certificate]:
    trusted = [certificate for certificate in certificates.values() if certificate.is_self_signed]
    waiting = {name: certificate for name, certificate in certificates.items() if not certificate.is_self_signed}
    while waiting:
        linked = [name for name, certificate in waiting.items() if certificate.is_authority and TrustStore(trusted).issuance(certificate).authority]
        if not linked:
            raise CertificateError(f"{sorted(waiting)[0]} is neither self-signed nor a link certificate of a trusted authority")
        trusted += [waiting.pop(name) for name in linked]
    return trusted
