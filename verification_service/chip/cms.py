"""CMS SignedData as SODs, EF.CardSecurity and master lists use it (RFC 5652, ICAO 9303-10 §4.6.2): exactly one signer, signed attributes required."""

import hashlib
from dataclasses import dataclass

from asn1crypto import cms

from verification_service.chip import signatures
from verification_service.chip.certificates import PARSE_ERRORS, Certificate
from verification_service.chip.errors import ChipError, MalformedData

CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
MAX_CERTIFICATES = 32


@dataclass(frozen=True, repr=False)
class SignedContent:
    """`content` and its type; `certificates` carried along; the one signer's identifier, attributes and signature."""

    content_type: str
    content: bytes
    certificates: tuple[Certificate, ...]
    signer_id: bytes | tuple[str, int]
    digest: str
    scheme: signatures.Scheme
    attributes: bytes
    attribute_content_type: str
    attribute_digest: bytes
    signature: bytes

    def signer(self) -> Certificate:
        """The certificate that the signer identifier points at. MalformedData when it is not carried along."""
        for certificate in self.certificates:
            if self.signer_id in (certificate.subject_key_id, certificate.issuer_and_serial):
                return certificate
        # Some issuers write the names of the identifier in another order; a lone certificate can only be the signer's, and its key has to fit anyway.
        if len(self.certificates) == 1:
            return self.certificates[0]
        raise MalformedData("the signer's certificate is missing")

    def signature_reason(self) -> str | None:
        """None when content, attributes and signature belong together under the signer's key; otherwise why not."""
        if self.attribute_content_type != self.content_type:
            return "signed content type differs"
        if hashlib.new(self.digest, self.content).digest() != self.attribute_digest:
            return "signed digest differs from the content"
        if not signatures.verify(self.signer().public_key, self.scheme, self.attributes, self.signature):
            return "signature is wrong"
        return None

    @property
    def hashes(self) -> frozenset[str]:
        """Hash functions that the signature rests on."""
        return frozenset({self.digest, self.scheme.hash})


def parse(data: bytes) -> SignedContent:
    """Raises MalformedData (also for several signers, or none) and UnsupportedAlgorithm."""
    try:
        return _parse(data)
    except ChipError:
        raise
    except PARSE_ERRORS as error:
        raise MalformedData("signed data is malformed") from error


def _parse(data: bytes) -> SignedContent:
    info = cms.ContentInfo.load(data)
    if info["content_type"].native != "signed_data":
        raise MalformedData("not signed data")
    signed = info["content"]
    if len(signed["signer_infos"]) != 1:
        raise MalformedData("exactly one signer is expected")
    signer = signed["signer_infos"][0]
    if not signer["signed_attrs"]:
        raise MalformedData("signed attributes are missing")
    digest = signatures.hash_of(signer["digest_algorithm"]["algorithm"].dotted)
    attributes = _attributes(signer["signed_attrs"])
    certificates = signed["certificates"] or []
    if len(certificates) > MAX_CERTIFICATES:
        raise MalformedData("too many certificates")
    encapsulated = signed["encap_content_info"]
    return SignedContent(
        content_type=encapsulated["content_type"].dotted,
        content=_octets(encapsulated["content"]),
        certificates=tuple(Certificate.load(choice.chosen.dump()) for choice in certificates if choice.name == "certificate"),
        signer_id=_signer_id(signer["sid"]),
        digest=digest,
        scheme=signatures.scheme_of(signer["signature_algorithm"], digest),
        # What is signed is the SET OF encoding, not the implicit [0] that stands in the message (RFC 5652 §5.4).
        attributes=b"\x31" + signer["signed_attrs"].dump()[1:],
        attribute_content_type=attributes[CONTENT_TYPE].dotted,
        attribute_digest=attributes[MESSAGE_DIGEST].native,
        signature=signer["signature"].native,
    )


def _octets(content: object) -> bytes:
    value = content.native if not hasattr(content, "contents") or content.method == "constructed" else bytes(content)  # type: ignore[attr-defined]
    if not isinstance(value, bytes):
        raise MalformedData("signed data has no content")
    return value


def _attributes(attributes: cms.CMSAttributes) -> dict:
    """Single values by type; a repeated or many-valued attribute could mean two things at once and is refused (RFC 5652 §11)."""
    found: dict = {}
    for attribute in attributes:
        dotted = attribute["type"].dotted
        if dotted in (CONTENT_TYPE, MESSAGE_DIGEST):
            if dotted in found or len(attribute["values"]) != 1:
                raise MalformedData("a signed attribute is repeated")
            found[dotted] = attribute["values"][0]
    if len(found) != 2:
        raise MalformedData("a signed attribute is missing")
    return found


def _signer_id(identifier: cms.SignerIdentifier) -> bytes | tuple[str, int]:
    if identifier.name == "subject_key_identifier":
        return identifier.chosen.native
    chosen = identifier.chosen
    return chosen["issuer"].hashable, chosen["serial_number"].native
