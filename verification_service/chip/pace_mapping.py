"""The two ways PACE turns a nonce into a fresh generator (ICAO 9303-11 §4.4.3.3, appendix B.2)."""

from verification_service.chip.ciphers import CipherName, encrypt
from verification_service.chip.curves import Curve, Point
from verification_service.chip.errors import MalformedData, UnsupportedAlgorithm

# Constants of §4.4.3.3.3 for a 128-bit and a 256-bit pseudo-random function.
_C0_128, _C1_128 = bytes.fromhex("a668892a7c41e3ca739f40b057d85904"), bytes.fromhex("a4e136ac725f738b01c1f60217c188ad")
_C0_256 = bytes.fromhex("d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676")
_C1_256 = bytes.fromhex("54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517")


def generic(curve: Curve, nonce: bytes, shared: Point) -> Point:
    """G' = s·G + H, where H is the shared point of an anonymous key agreement."""
    scalar = int.from_bytes(nonce, "big") % curve.n
    return curve.add(curve.base_multiply(scalar), shared) if scalar else shared


def integrated(curve: Curve, cipher: CipherName, nonce: bytes, terminal_nonce: bytes) -> Point:
    """G' = f(R_p(s, t)): a pseudo-random field element, encoded as a point."""
    return encode_point(curve, int.from_bytes(pseudo_random(cipher, nonce, terminal_nonce, curve.p.bit_length()), "big") % curve.p)


def pseudo_random(cipher: CipherName, nonce: bytes, terminal_nonce: bytes, prime_bits: int) -> bytes:
    """R(s, t): the chip's nonce is encrypted under the terminal's; output blocks until 64 bits more than the prime."""
    wide = cipher in (CipherName.AES192, CipherName.AES256)
    c0, c1 = (_C0_256, _C1_256) if wide else (_C0_128, _C1_128)
    length = cipher.key_length
    key = encrypt(cipher, terminal_nonce[:length], nonce)
    blocks = -(-(prime_bits + 64) // (8 * len(c0)))
    output = b""
    for _ in range(blocks):
        output += encrypt(cipher, key[:length], c1)
        key = encrypt(cipher, key[:length], c0)
    return output


def encode_point(curve: Curve, element: int) -> Point:
    """Appendix B.2 in affine coordinates; only for primes p ≡ 3 (mod 4), which excludes P-224."""
    p, a, b = curve.p, curve.a, curve.b
    if p % 4 != 3:
        raise UnsupportedAlgorithm("integrated mapping needs p ≡ 3 mod 4")
    alpha = -element * element % p
    denominator = (alpha + alpha * alpha) % p
    if not denominator:
        raise MalformedData("field element cannot be mapped")
    x2 = -b * pow(a, -1, p) * (1 + pow(denominator, -1, p)) % p
    x3 = alpha * x2 % p
    h2 = (pow(x2, 3, p) + a * x2 + b) % p
    u = pow(element, 3, p) * h2 % p
    root = pow(h2, p - 1 - (p + 1) // 4, p)
    if root * root * h2 % p == 1:
        return x2, root * h2 % p
    return x3, root * u % p


def terminal_nonce_length(cipher: CipherName) -> int:
    """Bytes of t: one key of the cipher (§4.4.3.3.2)."""
    return cipher.key_length


def nonce_length(cipher: CipherName) -> int:
    """Bytes of s for the integrated mapping: 16, or 32 for keys over 128 bits."""
    return 32 if cipher in (CipherName.AES192, CipherName.AES256) else 16
