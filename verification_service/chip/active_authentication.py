"""Active authentication (ICAO 9303-11 §6.1): the chip signs the verifier's eight bytes with the private key of DG15."""

import hashlib
import os

from asn1crypto import algos
from cryptography.hazmat.primitives.asymmetric import utils

from verification_service.chip import signatures
from verification_service.chip.apdu import EXTENDED_LIMIT, SHORT_LIMIT, Command
from verification_service.chip.channel import Channel
from verification_service.chip.errors import UnsupportedAlgorithm
from verification_service.chip.signatures import EcKey, PublicKey, RsaKey

CHALLENGE_LENGTH = 8
# ISO/IEC 9796-2 trailers: BC is SHA-1, xxCC names the hash of ISO/IEC 10118-3.
_TRAILERS = {b"\x33\xcc": "sha1", b"\x34\xcc": "sha256", b"\x35\xcc": "sha512", b"\x36\xcc": "sha384", b"\x38\xcc": "sha224"}


def new_challenge() -> bytes:
    """Eight random bytes, for one session."""
    return os.urandom(CHALLENGE_LENGTH)


def sign(channel: Channel, challenge: bytes, key: PublicKey | None) -> bytes:
    """INTERNAL AUTHENTICATE. Long RSA signatures need extended length. Raises StatusError when the chip refuses."""
    long_answer = isinstance(key, RsaKey) and key.size > channel.short_capacity
    return channel.call(Command(0x00, 0x88, 0x00, 0x00, challenge, expected=EXTENDED_LIMIT if long_answer else SHORT_LIMIT))


def verify(key: PublicKey, challenge: bytes, signature: bytes, algorithm: str | None) -> bool:
    """Did the owner of `key` sign `challenge`? `algorithm` is the identifier of ActiveAuthenticationInfo in DG14 (needed for elliptic curves only).

    False for a wrong signature; UnsupportedAlgorithm for a key or algorithm we do not speak.
    """
    if len(challenge) != CHALLENGE_LENGTH:
        return False
    if isinstance(key, RsaKey):
        return _verify_rsa(key, challenge, signature)
    return _verify_ecdsa(key, challenge, signature, algorithm)


def _verify_ecdsa(key: EcKey, challenge: bytes, signature: bytes, algorithm: str | None) -> bool:
    try:
        numbers = signatures.plain_numbers(key.curve, signature)
    except ValueError:
        # Some chips answer in DER although the specification asks for r || s.
        try:
            numbers = utils.decode_dss_signature(signature)
        except ValueError:
            return False
    return signatures.verify_ecdsa(key, _hash(key, algorithm), challenge, numbers)


def _hash(key: EcKey, algorithm: str | None) -> str:
    if algorithm is None:
        # Without ActiveAuthenticationInfo: the hash of the curve's own strength.
        size = key.curve.n.bit_length()
        return "sha224" if size <= 224 else "sha256" if size <= 320 else "sha384" if size <= 384 else "sha512"
    scheme = signatures.scheme_of(algos.SignedDigestAlgorithm({"algorithm": algorithm}))
    if scheme.name not in ("ecdsa", "plain_ecdsa"):
        raise UnsupportedAlgorithm("active authentication algorithm does not fit the key")
    return scheme.hash


def _verify_rsa(key: RsaKey, challenge: bytes, signature: bytes) -> bool:
    """ISO/IEC 9796-2 scheme 1: the signature opens to 6A || M1 || H(M1 || challenge) || trailer."""
    number = int.from_bytes(signature, "big")
    if len(signature) != key.size or number >= key.n:
        return False
    opened = pow(number, key.e, key.n).to_bytes(key.size, "big")
    hash_name, trailer = ("sha1", 1) if opened[-1:] == b"\xbc" else (_TRAILERS.get(opened[-2:]), 2)
    if opened[0] != 0x6A or hash_name is None:
        return False
    digest_length = hashlib.new(hash_name).digest_size
    recovered, digest = opened[1 : -trailer - digest_length], opened[-trailer - digest_length : -trailer]
    return bool(recovered) and hashlib.new(hash_name, recovered + challenge).digest() == digest
