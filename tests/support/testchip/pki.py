"""The test issuer: a CSCA, a document signer, security objects, revocation lists and master lists, written with asn1crypto so that every part can be wrong."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from asn1crypto import algos, cms, core, crl, keys, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.testchip.content import integer, sequence
from verification_service.chip import curves, tlv
from verification_service.chip.signatures import HASH_IDENTIFIERS

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
_HASHES = {"sha1": hashes.SHA1, "sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512}
_SIGNED = {"sha1": "sha1_ecdsa", "sha256": "sha256_ecdsa", "sha384": "sha384_ecdsa", "sha512": "sha512_ecdsa"}
LDS_SECURITY_OBJECT, MASTER_LIST = "2.23.136.1.1.1", "2.23.136.1.1.2"


def name(country: str, common: str) -> x509.Name:
    return x509.Name.build({"country_name": country, "organization_name": "Tổ chức thử nghiệm", "common_name": common})


def public_key_info(key: ec.EllipticCurvePublicKey, explicit: bool = False) -> keys.PublicKeyInfo:
    info = keys.PublicKeyInfo.load(key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))
    if explicit:
        info["algorithm"]["parameters"] = keys.ECDomainParameters("specified", keys.SpecifiedECDomain.load(explicit_parameters(key)))
    return info


def explicit_parameters(key: ec.EllipticCurvePublicKey, generator: bytes | None = None) -> bytes:
    curve = next(known for known in curves.PACE_PARAMETERS.values() if known.native is type(key.curve))
    field_id = sequence(tlv.encode(0x06, core.ObjectIdentifier("1.2.840.10045.1.1").contents), integer(curve.p))
    coefficients = sequence(*(tlv.encode(0x04, number.to_bytes(curve.size, "big")) for number in (curve.a, curve.b)))
    base = generator or curve.encode(curve.generator)
    return sequence(integer(1), field_id, coefficients, tlv.encode(0x04, base), integer(curve.n), integer(1))


@dataclass
class Authority:
    """A key with its certificate; signs certificates, revocation lists and CMS."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    hash: str

    @property
    def der(self) -> bytes:
        return self.certificate.dump()

    def sign(self, data: bytes, hash_name: str | None = None) -> bytes:
        return self.key.sign(data, ec.ECDSA(_HASHES[hash_name or self.hash]()))


def certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: Authority | None = None,
    *,
    authority: bool = False,
    hash_name: str = "sha256",
    starts: datetime = NOW - timedelta(days=400),
    ends: datetime = NOW + timedelta(days=3650),
    explicit: bool = False,
    extended_usage: list[str] | None = None,
    serial: int = 4711,
) -> Authority:
    """A certificate signed by `issuer` (itself when None)."""
    key_id = _key_id(key)
    signer_key, issuer_id = (key, key_id) if issuer is None else (issuer.key, _key_id(issuer.key))
    usage = {"key_cert_sign", "crl_sign"} if authority else {"digital_signature"}
    extensions = [
        {"extn_id": "key_usage", "critical": True, "extn_value": usage},
        {"extn_id": "key_identifier", "extn_value": key_id},
        {"extn_id": "authority_key_identifier", "extn_value": {"key_identifier": issuer_id}},
    ]
    if authority:
        extensions.append({"extn_id": "basic_constraints", "critical": True, "extn_value": {"ca": True, "path_len_constraint": 0}})
    if extended_usage:
        extensions.append({"extn_id": "extended_key_usage", "critical": True, "extn_value": extended_usage})
    algorithm = {"algorithm": _SIGNED[hash_name]}
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": serial,
            "signature": algorithm,
            "issuer": subject if issuer is None else issuer.certificate.subject,
            "validity": {"not_before": x509.Time({"general_time": starts}), "not_after": x509.Time({"general_time": ends})},
            "subject": subject,
            "subject_public_key_info": public_key_info(key.public_key(), explicit),
            "extensions": extensions,
        }
    )
    signature = signer_key.sign(body.dump(), ec.ECDSA(_HASHES[hash_name]()))
    built = x509.Certificate({"tbs_certificate": body, "signature_algorithm": algorithm, "signature_value": signature})
    return Authority(key, x509.Certificate.load(built.dump()), "sha256")


def _key_id(key: ec.EllipticCurvePrivateKey) -> bytes:
    point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return hashlib.sha1(point).digest()  # noqa: S324  RFC 5280 §4.2.1.2


@dataclass
class Pki:
    """One issuing state."""

    country: str = "VN"
    explicit: bool = False
    signer_ends: datetime = NOW + timedelta(days=3650)
    signer_options: dict = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.csca = certificate(
            name(self.country, "CSCA CCCD thử nghiệm"),
            ec.generate_private_key(ec.BrainpoolP384R1()),
            authority=True,
            hash_name="sha384",
            explicit=self.explicit,
            ends=NOW + timedelta(days=5000),
            serial=1,
        )
        self.signer = self.new_signer(ends=self.signer_ends, **self.signer_options)

    def new_signer(self, **options) -> Authority:
        options.setdefault("hash_name", "sha384")
        return certificate(name(self.country, "Document Signer 1"), ec.generate_private_key(ec.BrainpoolP256R1()), self.csca, explicit=self.explicit, **options)

    def link_certificate(self, old: Authority) -> Authority:
        """This CSCA's key, certified by an older one."""
        linked = certificate(self.csca.certificate.subject, self.csca.key, old, authority=True, hash_name="sha384", serial=2)
        return Authority(self.csca.key, linked.certificate, "sha384")

    def security_object(self, hashes_by_number: dict[int, bytes], hash_name: str = "sha256", **options) -> bytes:
        """EF.SOD over these hashes."""
        entries = sequence(*(sequence(integer(number), tlv.encode(0x04, digest)) for number, digest in sorted(hashes_by_number.items())))
        algorithm = sequence(tlv.encode(0x06, core.ObjectIdentifier(_dotted(hash_name)).contents))
        content = sequence(integer(0), algorithm, entries)
        return tlv.encode(0x77, signed_data(self.signer, content, LDS_SECURITY_OBJECT, **options))

    def for_files(self, files: dict[int, bytes], hash_name: str = "sha256", **options) -> bytes:
        return self.security_object({number: hashlib.new(hash_name, data).digest() for number, data in files.items()}, hash_name, **options)

    def revocation_list(self, serials: list[int], next_update: datetime = NOW + timedelta(days=30), signer: Authority | None = None) -> bytes:
        signer = signer or self.csca
        algorithm = {"algorithm": "sha384_ecdsa"}
        body = crl.TbsCertList(
            {
                "version": "v2",
                "signature": algorithm,
                "issuer": self.csca.certificate.subject,
                "this_update": x509.Time({"general_time": NOW - timedelta(days=1)}),
                "next_update": x509.Time({"general_time": next_update}),
                "revoked_certificates": [{"user_certificate": serial, "revocation_date": x509.Time({"general_time": NOW})} for serial in serials],
            }
        )
        return crl.CertificateList({"tbs_cert_list": body, "signature_algorithm": algorithm, "signature": signer.sign(body.dump(), "sha384")}).dump()

    def master_list(self, members: list[bytes], signer: Authority | None = None) -> bytes:
        signer = signer or self.new_signer(extended_usage=["2.23.136.1.1.3"], serial=77)
        return signed_data(signer, sequence(integer(0), tlv.encode(0x31, b"".join(sorted(members)))), MASTER_LIST)


def signed_data(
    signer: Authority,
    content: bytes,
    content_type: str,
    *,
    hash_name: str = "sha256",
    signers: int = 1,
    attributes: bool = True,
    digest: bytes | None = None,
    claimed_type: str | None = None,
    certificates: list[x509.Certificate] | None = None,
    repeat_digest: bool = False,
) -> bytes:
    """CMS SignedData; the keywords spoil one part each."""
    found = digest or hashlib.new(hash_name, content).digest()
    entries = [
        cms.CMSAttribute({"type": "content_type", "values": [claimed_type or content_type]}),
        cms.CMSAttribute({"type": "message_digest", "values": [found]}),
    ]
    if repeat_digest:
        entries.append(cms.CMSAttribute({"type": "message_digest", "values": [hashlib.new(hash_name, b"").digest()]}))
    signed_attributes = cms.CMSAttributes(entries)
    to_sign = b"\x31" + signed_attributes.dump()[1:] if attributes else content
    info = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            {"issuer_and_serial_number": {"issuer": signer.certificate.issuer, "serial_number": signer.certificate.serial_number}},
        ),
        "digest_algorithm": {"algorithm": hash_name},
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": _SIGNED[hash_name]}),
        "signature": signer.sign(to_sign, hash_name),
    }
    if attributes:
        info["signed_attrs"] = signed_attributes
    data = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": hash_name}],
            "encap_content_info": {"content_type": content_type, "content": content},
            "certificates": certificates if certificates is not None else [signer.certificate],
            "signer_infos": [info] * signers,
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()


def _dotted(hash_name: str) -> str:
    return next(dotted for dotted, found in HASH_IDENTIFIERS.items() if found == hash_name)
