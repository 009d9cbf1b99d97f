"""Public keys and signature verification as eMRTD certificates, SODs and chips use them: RSA (PKCS#1 v1.5, PSS) and ECDSA on any supported curve."""

import hashlib
from dataclasses import dataclass

import ecdsa
from asn1crypto import algos
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from verification_service.chip import der, security_infos, tlv
from verification_service.chip.curves import Curve
from verification_service.chip.errors import MalformedData, UnsupportedAlgorithm

HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
HASH_IDENTIFIERS = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
RSA_PSS = "1.2.840.113549.1.1.10"
EC_PUBLIC_KEY = "1.2.840.10045.2.1"
_ECDSA, _RSA, _PLAIN = "ecdsa", "rsa", "plain_ecdsa"
_SHA = ("sha1", "sha224", "sha256", "sha384", "sha512")
# Scheme and hash by object identifier; no hash means "the digest algorithm named beside it".
SCHEMES: dict[str, tuple[str, str | None]] = {
    RSA_ENCRYPTION: (_RSA, None),
    EC_PUBLIC_KEY: (_ECDSA, None),
    "1.2.840.113549.1.1.5": (_RSA, "sha1"),
    "1.2.840.113549.1.1.14": (_RSA, "sha224"),
    "1.2.840.113549.1.1.11": (_RSA, "sha256"),
    "1.2.840.113549.1.1.12": (_RSA, "sha384"),
    "1.2.840.113549.1.1.13": (_RSA, "sha512"),
    "1.2.840.10045.4.1": (_ECDSA, "sha1"),
    **{f"1.2.840.10045.4.3.{index}": (_ECDSA, name) for index, name in enumerate(_SHA) if index},
    **{f"0.4.0.127.0.7.1.1.4.1.{index}": (_PLAIN, name) for index, name in enumerate(_SHA, 1)},
}
MAX_MODULUS_BITS, MIN_MODULUS_BITS = 8192, 1024


@dataclass(frozen=True, slots=True)
class RsaKey:
    n: int
    e: int

    @property
    def size(self) -> int:
        """Bytes of the modulus."""
        return (self.n.bit_length() + 7) // 8


@dataclass(frozen=True, slots=True)
class EcKey:
    curve: Curve
    point: tuple[int, int]


PublicKey = RsaKey | EcKey


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a signature was made: `name` ∈ rsa, pss, ecdsa, plain_ecdsa; `hash` by name; salt length for PSS."""

    name: str
    hash: str
    mask_hash: str | None = None
    salt: int = 0


def load_public_key(spki: bytes) -> PublicKey:
    """A SubjectPublicKeyInfo. Raises MalformedData, UnsupportedAlgorithm."""
    parts = tlv.parse(spki, 0x30).children()
    if len(parts) < 2 or parts[0].tag != 0x30 or parts[1].tag != 0x03 or not parts[1].value:
        raise MalformedData("not a public key")
    dotted = der.object_identifier(parts[0].child(0x06).value)
    if dotted in (RSA_ENCRYPTION, RSA_PSS):
        return _rsa(parts[1].value[1:])
    if dotted != EC_PUBLIC_KEY:
        raise UnsupportedAlgorithm(f"public key {dotted}")
    curve, encoded = security_infos.public_key(spki)
    if curve is None:
        raise UnsupportedAlgorithm("curve of the public key")
    return EcKey(curve, curve.decode(encoded))


def _rsa(encoded: bytes) -> RsaKey:
    numbers = tlv.parse(encoded, 0x30).children()
    if len(numbers) < 2 or any(number.tag != 0x02 for number in numbers[:2]):
        raise MalformedData("not an RSA key")
    key = RsaKey(*(int.from_bytes(number.value, "big") for number in numbers[:2]))
    if not MIN_MODULUS_BITS <= key.n.bit_length() <= MAX_MODULUS_BITS or not key.n & 1 or key.e < 3 or not key.e & 1 or key.e.bit_length() > 64:
        raise UnsupportedAlgorithm("RSA key outside the accepted sizes")
    return key


def scheme_of(algorithm: algos.AlgorithmIdentifier, digest: str | None = None) -> Scheme:
    """From an AlgorithmIdentifier; `digest` is used where the identifier names none. UnsupportedAlgorithm for anything else."""
    dotted = algorithm["algorithm"].dotted
    if dotted == RSA_PSS:
        return _pss(algorithm)
    name, hash_name = SCHEMES.get(dotted, (None, None))
    if name is None or (hash_name or digest) is None:
        raise UnsupportedAlgorithm(f"signature {dotted}")
    return Scheme(name, hash_name or digest or "")


def _pss(algorithm: algos.AlgorithmIdentifier) -> Scheme:
    parameters = algorithm["parameters"]
    if not isinstance(parameters, algos.RSASSAPSSParams):
        parameters = algos.RSASSAPSSParams.load(algorithm["parameters"].dump()) if algorithm["parameters"] else algos.RSASSAPSSParams()
    mask = parameters["mask_gen_algorithm"]["parameters"]["algorithm"].dotted
    return Scheme("pss", hash_of(parameters["hash_algorithm"]["algorithm"].dotted), hash_of(mask), int(parameters["salt_length"].native))


def hash_of(dotted: str) -> str:
    try:
        return HASH_IDENTIFIERS[dotted]
    except KeyError:
        raise UnsupportedAlgorithm(f"hash {dotted}") from None


def verify(key: PublicKey, scheme: Scheme, data: bytes, signature: bytes) -> bool:
    """Is this the signature of `data`? False for a wrong one; UnsupportedAlgorithm when key and scheme do not belong together."""
    if isinstance(key, RsaKey) != (scheme.name in ("rsa", "pss")):
        raise UnsupportedAlgorithm("signature scheme does not fit the key")
    try:
        if isinstance(key, RsaKey):
            rsa.RSAPublicNumbers(key.e, key.n).public_key().verify(signature, data, _padding(scheme), HASHES[scheme.hash]())
            return True
        numbers = plain_numbers(key.curve, signature) if scheme.name == "plain_ecdsa" else utils.decode_dss_signature(signature)
    except (InvalidSignature, ValueError):
        return False
    return verify_ecdsa(key, scheme.hash, data, numbers)


def _padding(scheme: Scheme) -> padding.AsymmetricPadding:
    if scheme.name == "pss":
        return padding.PSS(padding.MGF1(HASHES[scheme.mask_hash or scheme.hash]()), scheme.salt)
    return padding.PKCS1v15()


def plain_numbers(curve: Curve, signature: bytes) -> tuple[int, int]:
    """r || s of equal length (TR-03111 §5.2.1). ValueError for another length."""
    if len(signature) != 2 * curve.order_size:
        raise ValueError("not a plain signature of this curve")
    return int.from_bytes(signature[: curve.order_size], "big"), int.from_bytes(signature[curve.order_size :], "big")


def verify_ecdsa(key: EcKey, hash_name: str, data: bytes, numbers: tuple[int, int]) -> bool:
    if key.curve.native is None:
        point = ecdsa.ellipticcurve.PointJacobi(_group(key.curve), *key.point, 1, key.curve.n)
        generator = ecdsa.ellipticcurve.PointJacobi(_group(key.curve), *key.curve.generator, 1, key.curve.n)
        number = _truncated(hashlib.new(hash_name, data).digest(), key.curve.n)
        return bool(ecdsa.ecdsa.Public_key(generator, point, verify=False).verifies(number, ecdsa.ecdsa.Signature(*numbers)))
    try:
        public = ec.EllipticCurvePublicNumbers(*key.point, key.curve.native()).public_key()
        public.verify(utils.encode_dss_signature(*numbers), data, ec.ECDSA(HASHES[hash_name]()))
    except (InvalidSignature, ValueError):
        return False
    return True


def _group(curve: Curve) -> ecdsa.ellipticcurve.CurveFp:
    return ecdsa.ellipticcurve.CurveFp(curve.p, curve.a, curve.b, 1)


def _truncated(digest: bytes, order: int) -> int:
    number, excess = int.from_bytes(digest, "big"), len(digest) * 8 - order.bit_length()
    return number >> excess if excess > 0 else number
