"""Small DER readings that several files share: object identifiers and elliptic-curve parameters, named or explicit."""

from verification_service.chip import curves, tlv
from verification_service.chip.curves import Curve
from verification_service.chip.errors import MalformedData, UnsupportedAlgorithm

MAX_IDENTIFIER = 32
PRIME_FIELD = "1.2.840.10045.1.1"


def object_identifier(value: bytes) -> str:
    """Dotted form of an object identifier's content."""
    if not value or len(value) > MAX_IDENTIFIER or value[-1] & 0x80:
        raise MalformedData("not an object identifier")
    arcs, number = [], 0
    for byte in value:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(number)
            number = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in [first, arcs[0] - 40 * first, *arcs[1:]])


def unsigned(node: tlv.Node) -> int:
    """A non-negative INTEGER or the number in an OCTET STRING."""
    if node.tag not in (0x02, 0x04) or len(node.value) > 200:
        raise MalformedData("not a number")
    return int.from_bytes(node.value, "big")


def curve_of(parameters: tlv.Node) -> Curve:
    """The known curve named by an object identifier or spelled out as ECParameters (TR-03111 §3.1.1). UnsupportedAlgorithm if it is neither."""
    if parameters.tag == 0x06:
        return curves.by_object_identifier(object_identifier(parameters.value))
    if parameters.tag != 0x30:
        raise UnsupportedAlgorithm("curve parameters are neither named nor explicit")
    parts = parameters.children()
    if len(parts) < 5 or parts[1].tag != 0x30 or parts[2].tag != 0x30:
        raise MalformedData("explicit curve parameters are cut off")
    field, coefficients = parts[1].children(), parts[2].children()
    if len(field) < 2 or len(coefficients) < 2 or field[0].tag != 0x06 or object_identifier(field[0].value) != PRIME_FIELD:
        raise UnsupportedAlgorithm("not a prime-field curve")
    p = unsigned(field[1])
    return curves.by_parameters(p, unsigned(coefficients[0]), unsigned(coefficients[1]), unsigned(parts[4]), _generator(parts[3].value, p))


def _generator(encoded: bytes, p: int) -> curves.Point:
    size = (p.bit_length() + 7) // 8
    if encoded[:1] in (b"\x02", b"\x03") and len(encoded) == 1 + size:
        return _decompress(int.from_bytes(encoded[1:], "big"), encoded[0] & 1)
    if encoded[:1] != b"\x04" or len(encoded) != 1 + 2 * size:
        raise MalformedData("generator is not a point")
    return int.from_bytes(encoded[1 : 1 + size], "big"), int.from_bytes(encoded[1 + size :], "big")


def _decompress(x: int, parity: int) -> curves.Point:
    for curve in curves.PACE_PARAMETERS.values():
        if curve.generator[0] == x and curve.generator[1] & 1 == parity:
            return curve.generator
    raise UnsupportedAlgorithm("generator of no known curve")
