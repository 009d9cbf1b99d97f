"""Elliptic curves of eMRTDs: lookup by PACE parameter number or by full parameters, and point arithmetic for the PACE mappings.

Scalar multiplication runs in OpenSSL wherever `cryptography` knows the curve. Its ECDH yields only an x coordinate; the sign of y is settled by a second
ECDH with the next scalar. Curves that `cryptography` lacks (P-192/P-224/P-320 brainpool) use `ecdsa`, whose timing leaks only one-session keys.
"""

import secrets
from dataclasses import dataclass
from functools import cached_property

import ecdsa.curves
import ecdsa.ellipticcurve
from cryptography.hazmat.primitives.asymmetric import ec

from verification_service.chip.errors import MalformedData, UnsupportedAlgorithm

Point = tuple[int, int]


@dataclass(frozen=True)
class Curve:
    """y² = x³ + ax + b over the prime p, generator (gx, gy) of prime order n, cofactor 1."""

    name: str
    p: int
    a: int
    b: int
    n: int
    generator: Point
    native: type[ec.EllipticCurve] | None

    @cached_property
    def size(self) -> int:
        """Bytes of a coordinate."""
        return (self.p.bit_length() + 7) // 8

    @cached_property
    def order_size(self) -> int:
        """Bytes of r and s in a plain ECDSA signature."""
        return (self.n.bit_length() + 7) // 8

    def contains(self, point: Point) -> bool:
        x, y = point
        return 0 <= x < self.p and 0 <= y < self.p and (y * y - x * x * x - self.a * x - self.b) % self.p == 0

    def encode(self, point: Point) -> bytes:
        """Uncompressed point 04 || x || y (TR-03111 §3.2.1)."""
        return b"\x04" + point[0].to_bytes(self.size, "big") + point[1].to_bytes(self.size, "big")

    def decode(self, data: bytes) -> Point:
        """A point on the curve; MalformedData for anything else, the point at infinity included."""
        if len(data) != 1 + 2 * self.size or data[0] != 4:
            raise MalformedData("not an uncompressed point of this curve")
        point = int.from_bytes(data[1 : 1 + self.size], "big"), int.from_bytes(data[1 + self.size :], "big")
        if not self.contains(point):
            raise MalformedData("point is not on the curve")
        return point

    def random_scalar(self) -> int:
        return secrets.randbelow(self.n - 1) + 1

    def base_multiply(self, scalar: int) -> Point:
        """scalar · G."""
        if self.native is None:
            return self._slow_multiply(scalar, self.generator)
        numbers = ec.derive_private_key(scalar, self.native()).public_key().public_numbers()
        return numbers.x, numbers.y

    def shared_x(self, scalar: int, point: Point) -> bytes:
        """x coordinate of scalar · point, as the key agreement of TR-03111 §4.3.1 uses it."""
        if self.native is None:
            return self._slow_multiply(scalar, point)[0].to_bytes(self.size, "big")
        peer = ec.EllipticCurvePublicNumbers(point[0], point[1], self.native()).public_key()
        return ec.derive_private_key(scalar, self.native()).exchange(ec.ECDH(), peer)

    def multiply(self, scalar: int, point: Point) -> Point:
        """scalar · point with both coordinates; 0 < scalar < n."""
        if self.native is None or self.p % 4 != 3 or not 1 < scalar < self.n - 1:
            return self._slow_multiply(scalar, point)
        x = int.from_bytes(self.shared_x(scalar, point), "big")
        y = pow(x * x * x + self.a * x + self.b, (self.p + 1) // 4, self.p)
        next_x = int.from_bytes(self.shared_x(scalar + 1, point), "big")
        return (x, y) if self.add((x, y), point)[0] == next_x else (x, self.p - y)

    def add(self, left: Point, right: Point) -> Point:
        """Sum of two affine points; MalformedData when it is the point at infinity."""
        (x1, y1), (x2, y2) = left, right
        if x1 == x2 and (y1 + y2) % self.p == 0:
            raise MalformedData("sum is the point at infinity")
        if left == right:
            slope = (3 * x1 * x1 + self.a) * pow(2 * y1, -1, self.p)
        else:
            slope = (y2 - y1) * pow(x2 - x1, -1, self.p)
        x3 = (slope * slope - x1 - x2) % self.p
        return x3, (slope * (x1 - x3) - y1) % self.p

    def _slow_multiply(self, scalar: int, point: Point) -> Point:
        group = ecdsa.ellipticcurve.CurveFp(self.p, self.a, self.b, 1)
        product = scalar * ecdsa.ellipticcurve.PointJacobi(group, point[0], point[1], 1, self.n)
        if product == ecdsa.ellipticcurve.INFINITY:
            raise MalformedData("product is the point at infinity")
        return int(product.x()), int(product.y())


def _curve(source: ecdsa.curves.Curve, native: type[ec.EllipticCurve] | None) -> Curve:
    group, base = source.curve, source.generator
    p = int(group.p())
    return Curve(source.name, p, int(group.a()) % p, int(group.b()), int(source.order), (int(base.x()), int(base.y())), native)


# Standardised domain parameters (ICAO 9303-11 table 7); 0-2 are the finite-field groups, which we do not speak.
PACE_PARAMETERS = {
    8: _curve(ecdsa.curves.NIST192p, ec.SECP192R1),
    9: _curve(ecdsa.curves.BRAINPOOLP192r1, None),
    10: _curve(ecdsa.curves.NIST224p, ec.SECP224R1),
    11: _curve(ecdsa.curves.BRAINPOOLP224r1, None),
    12: _curve(ecdsa.curves.NIST256p, ec.SECP256R1),
    13: _curve(ecdsa.curves.BRAINPOOLP256r1, ec.BrainpoolP256R1),
    14: _curve(ecdsa.curves.BRAINPOOLP320r1, None),
    15: _curve(ecdsa.curves.NIST384p, ec.SECP384R1),
    16: _curve(ecdsa.curves.BRAINPOOLP384r1, ec.BrainpoolP384R1),
    17: _curve(ecdsa.curves.BRAINPOOLP512r1, ec.BrainpoolP512R1),
    18: _curve(ecdsa.curves.NIST521p, ec.SECP521R1),
}

_OBJECT_IDENTIFIERS = {
    "1.2.840.10045.3.1.1": 8,
    "1.3.36.3.3.2.8.1.1.3": 9,
    "1.3.132.0.33": 10,
    "1.3.36.3.3.2.8.1.1.5": 11,
    "1.2.840.10045.3.1.7": 12,
    "1.3.36.3.3.2.8.1.1.7": 13,
    "1.3.36.3.3.2.8.1.1.9": 14,
    "1.3.132.0.34": 15,
    "1.3.36.3.3.2.8.1.1.11": 16,
    "1.3.36.3.3.2.8.1.1.13": 17,
    "1.3.132.0.35": 18,
}


def by_parameter_number(number: int) -> Curve:
    """The curve of a standardised PACE parameter number (8 to 18)."""
    try:
        return PACE_PARAMETERS[number]
    except KeyError:
        raise UnsupportedAlgorithm(f"domain parameters {number}") from None


def by_object_identifier(dotted: str) -> Curve:
    try:
        return PACE_PARAMETERS[_OBJECT_IDENTIFIERS[dotted]]
    except KeyError:
        raise UnsupportedAlgorithm(f"curve {dotted}") from None


def by_parameters(p: int, a: int, b: int, n: int, generator: Point) -> Curve:
    """The known curve with exactly these parameters. The generator counts: another one would let an attacker choose the key (CVE-2020-0601)."""
    for curve in PACE_PARAMETERS.values():
        if (curve.p, curve.a, curve.b, curve.n, curve.generator) == (p, a % p if p else a, b, n, generator):
            return curve
    raise UnsupportedAlgorithm("explicit curve parameters are none of the known curves")
