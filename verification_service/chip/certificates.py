"""Certificates and revocation lists of document signers and CSCAs (ICAO 9303-12 §7), parsed leniently and verified strictly.

`cryptography` refuses about a sixth of the world's CSCAs (explicit curve parameters), so parsing is asn1crypto's and keys go through `signatures`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from asn1crypto import crl, pem, x509

from verification_service.chip import signatures, tlv
from verification_service.chip.errors import CertificateError, ChipError, MalformedData, UnsupportedAlgorithm
from verification_service.chip.signatures import PublicKey

# What asn1crypto raises on damaged input; anything else would be our mistake.
PARSE_ERRORS = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)
MAX_CERTIFICATE = 64 * 1024
Value = TypeVar("Value")


_READ_AT_ONCE = (
    *("subject", "issuer", "subject_text", "serial", "not_before", "not_after", "country", "is_authority", "key_usage"),
    *("extended_key_usage", "subject_key_id", "authority_key_id"),
)


@dataclass(frozen=True)
class Certificate:
    """One X.509 certificate; `der` is exactly its encoding. `load` raises CertificateError for content that cannot be read."""

    der: bytes

    @classmethod
    def load(cls, der: bytes) -> "Certificate":
        """Reads every member but the key and the signature, so that none of them raises later."""
        certificate = cls(der)
        for name in _READ_AT_ONCE:
            getattr(certificate, name)
        return certificate

    @cached_property
    def _parsed(self) -> x509.Certificate:
        if len(self.der) > MAX_CERTIFICATE:
            raise CertificateError("certificate is too large")
        return _read(lambda: x509.Certificate.load(self.der, strict=True))

    @cached_property
    def _body(self) -> x509.TbsCertificate:
        return _read(lambda: self._parsed["tbs_certificate"])

    @cached_property
    def subject(self) -> str:
        """Normalised name: equal for names that X.520 matching calls equal."""
        return _read(lambda: self._body["subject"].hashable)

    @cached_property
    def issuer(self) -> str:
        return _read(lambda: self._body["issuer"].hashable)

    @cached_property
    def subject_text(self) -> str:
        return _read(lambda: self._body["subject"].human_friendly)

    @cached_property
    def serial(self) -> int:
        return _read(lambda: self._body["serial_number"].native)

    @cached_property
    def not_before(self) -> datetime:
        return _moment(lambda: self._body["validity"]["not_before"].native)

    @cached_property
    def not_after(self) -> datetime:
        return _moment(lambda: self._body["validity"]["not_after"].native)

    @cached_property
    def country(self) -> str | None:
        """Alpha-2 code in the issuer's name, upper case (ICAO 9303-12 table 5)."""
        value = _read(lambda: self._body["issuer"].native.get("country_name"))
        return value.upper() if isinstance(value, str) else None

    @cached_property
    def is_authority(self) -> bool | None:
        """basicConstraints cA; None when the extension is absent."""
        constraints = _read(lambda: self._parsed.basic_constraints_value)
        return None if constraints is None else _read(lambda: bool(constraints["ca"].native))

    @cached_property
    def key_usage(self) -> frozenset[str] | None:
        usage = _read(lambda: self._parsed.key_usage_value)
        return None if usage is None else _read(lambda: frozenset(usage.native))

    @cached_property
    def extended_key_usage(self) -> frozenset[str]:
        usage = _read(lambda: self._parsed.extended_key_usage_value)
        return frozenset() if usage is None else _read(lambda: frozenset(purpose.dotted for purpose in usage))

    @cached_property
    def subject_key_id(self) -> bytes | None:
        return _read(lambda: self._parsed.key_identifier)

    @cached_property
    def authority_key_id(self) -> bytes | None:
        return _read(lambda: self._parsed.authority_key_identifier)

    @cached_property
    def issuer_and_serial(self) -> tuple[str, int]:
        return self.issuer, self.serial

    @cached_property
    def public_key(self) -> PublicKey:
        """Raises MalformedData, UnsupportedAlgorithm (curve or key type we do not speak)."""
        return signatures.load_public_key(_read(lambda: self._body["subject_public_key_info"].dump()))

    @cached_property
    def signature_scheme(self) -> signatures.Scheme:
        return _read(lambda: signatures.scheme_of(self._parsed["signature_algorithm"]))

    def is_signed_by(self, issuer: "Certificate") -> bool:
        """Cryptography only: no names, no dates. Raises UnsupportedAlgorithm, MalformedData."""
        if _read(lambda: self._parsed["signature_algorithm"].dump() != self._body["signature"].dump()):
            return False
        data, signature = _read(lambda: (self._body.dump(), self._parsed["signature_value"].native))
        return signatures.verify(issuer.public_key, self.signature_scheme, data, signature)

    @cached_property
    def is_self_signed(self) -> bool:
        """Same name on both sides and signed by its own key."""
        if self.subject != self.issuer:
            return False
        try:
            return self.is_signed_by(self)
        except (MalformedData, UnsupportedAlgorithm):
            return False


@dataclass(frozen=True)
class RevocationList:
    """One CRL, verified by the trust store before it is used."""

    der: bytes

    @cached_property
    def _parsed(self) -> crl.CertificateList:
        return _read(lambda: crl.CertificateList.load(self.der, strict=True))

    @cached_property
    def issuer(self) -> str:
        return _read(lambda: self._parsed["tbs_cert_list"]["issuer"].hashable)

    @cached_property
    def next_update(self) -> datetime | None:
        found = _read(lambda: self._parsed["tbs_cert_list"]["next_update"].native)
        return None if found is None else _moment(lambda: found)

    @cached_property
    def serials(self) -> frozenset[int]:
        entries = _read(lambda: self._parsed["tbs_cert_list"]["revoked_certificates"])
        return _read(lambda: frozenset(entry["user_certificate"].native for entry in entries))

    def is_signed_by(self, issuer: Certificate) -> bool:
        scheme = _read(lambda: signatures.scheme_of(self._parsed["signature_algorithm"]))
        data, signature = _read(lambda: (self._parsed["tbs_cert_list"].dump(), self._parsed["signature"].native))
        return signatures.verify(issuer.public_key, scheme, data, signature)


def _moment(action: Callable[[], datetime]) -> datetime:
    found = _read(action)
    if not isinstance(found, datetime) or found.tzinfo is None:
        raise CertificateError("a time without offset")
    return found


def from_pem_or_der(data: bytes) -> bytes:
    """The DER inside a PEM block, or the data itself."""
    if not data.lstrip().startswith(b"-----BEGIN"):
        return data
    return _read(lambda: pem.unarmor(data)[2])


def members_of_set(data: bytes) -> list[bytes]:
    """The DER encodings of the elements of a SET OF, as they stand."""
    return [tlv.encode(node.tag, node.value) for node in tlv.parse(data, 0x31).children()]


def _read(action: Callable[[], Value]) -> Value:
    try:
        return action()
    except ChipError:
        raise
    except PARSE_ERRORS as error:
        raise CertificateError("certificate or revocation list is malformed") from error
