"""SecurityInfos of EF.CardAccess, EF.CardSecurity and DG14 (ICAO 9303-11 §9.2): which protocols the chip runs, with which keys."""

from dataclasses import dataclass
from enum import StrEnum

from asn1crypto import core

from verification_service.chip import curves, der, tlv
from verification_service.chip.ciphers import CipherName
from verification_service.chip.curves import Curve
from verification_service.chip.errors import MalformedData, UnsupportedAlgorithm

_BSI = "0.4.0.127.0.7.2.2."
_CIPHERS = {1: CipherName.TDES, 2: CipherName.AES128, 3: CipherName.AES192, 4: CipherName.AES256}
CHIP_PUBLIC_KEY_ECDH = _BSI + "1.2"
CHIP_AUTHENTICATION_ECDH = _BSI + "3.2"
ACTIVE_AUTHENTICATION = "2.23.136.1.1.5"
MAX_INFOS = 64


class Mapping(StrEnum):
    GENERIC = "generic"
    INTEGRATED = "integrated"
    CHIP_AUTHENTICATION = "chip_authentication"


# id-PACE-ECDH-GM is …4.2, -IM …4.4, -CAM …4.6; the next arc is the cipher (ICAO 9303-11 §9.2.1). The odd ones are finite-field variants.
_MAPPINGS = {"2": Mapping.GENERIC, "4": Mapping.INTEGRATED, "6": Mapping.CHIP_AUTHENTICATION}


@dataclass(frozen=True, slots=True)
class PaceInfo:
    """One PACE variant over a standardised curve; `oid` is the value of the object identifier (no tag, no length)."""

    dotted: str
    oid: bytes
    mapping: Mapping
    cipher: CipherName
    parameter: int


@dataclass(frozen=True, slots=True)
class ChipAuthenticationInfo:
    dotted: str
    oid: bytes
    cipher: CipherName
    key_id: int | None


@dataclass(frozen=True)
class ChipPublicKey:
    """The chip's static key; `curve` is None when the curve is not one we know."""

    key_id: int | None
    curve: Curve | None
    encoded: bytes


@dataclass(frozen=True)
class SecurityInfos:
    """What the file offers; `raw` are the DER encodings of all entries, known or not, to compare two files."""

    pace: tuple[PaceInfo, ...]
    chip_authentication: tuple[ChipAuthenticationInfo, ...]
    chip_keys: tuple[ChipPublicKey, ...]
    signature_algorithm: str | None
    raw: frozenset[bytes]


def parse(data: bytes) -> SecurityInfos:
    """Reads a SET OF SecurityInfo; unknown protocols are kept in `raw` only. Raises MalformedData."""
    pace, chip, keys, signature, raw = [], [], [], None, set()
    nodes = tlv.parse(data, 0x31).children()
    if len(nodes) > MAX_INFOS:
        raise MalformedData("too many SecurityInfos")
    for node in nodes:
        raw.add(tlv.encode(node.tag, node.value))
        parts = node.children() if node.tag == 0x30 else []
        if not parts or parts[0].tag != 0x06:
            raise MalformedData("a SecurityInfo begins with an object identifier")
        dotted = der.object_identifier(parts[0].value)
        if dotted.startswith(_BSI + "4."):
            pace += _pace(dotted, parts)
        elif dotted == CHIP_PUBLIC_KEY_ECDH:
            keys.append(_chip_key(parts))
        elif dotted.startswith(CHIP_AUTHENTICATION_ECDH + "."):
            chip += _chip_authentication(dotted, parts)
        elif dotted == ACTIVE_AUTHENTICATION and len(parts) > 2 and parts[2].tag == 0x06:
            signature = der.object_identifier(parts[2].value)
    return SecurityInfos(tuple(pace), tuple(chip), tuple(keys), signature, frozenset(raw))


def _integer(parts: list[tlv.Node], index: int) -> int | None:
    if len(parts) <= index or parts[index].tag != 0x02:
        return None
    return int.from_bytes(parts[index].value, "big")


def _pace(dotted: str, parts: list[tlv.Node]) -> list[PaceInfo]:
    arcs = dotted.removeprefix(_BSI + "4.").split(".")
    parameter = _integer(parts, 2)
    if len(arcs) != 2 or arcs[0] not in _MAPPINGS or not arcs[1].isdigit() or int(arcs[1]) not in _CIPHERS or parameter is None:
        return []
    if _MAPPINGS[arcs[0]] is Mapping.CHIP_AUTHENTICATION and arcs[1] == "1":
        return []
    return [PaceInfo(dotted, parts[0].value, _MAPPINGS[arcs[0]], _CIPHERS[int(arcs[1])], parameter)]


def _chip_authentication(dotted: str, parts: list[tlv.Node]) -> list[ChipAuthenticationInfo]:
    last = dotted.rsplit(".", 1)[1]
    # Version 1 is the protocol of ICAO 9303-11; version 2 needs terminal authentication first (TR-03110-3 §B.2).
    if not last.isdigit() or int(last) not in _CIPHERS or _integer(parts, 1) != 1:
        return []
    return [ChipAuthenticationInfo(dotted, parts[0].value, _CIPHERS[int(last)], _integer(parts, 2))]


def _chip_key(parts: list[tlv.Node]) -> ChipPublicKey:
    if len(parts) < 2 or parts[1].tag != 0x30:
        raise MalformedData("ChipAuthenticationPublicKeyInfo without a key")
    curve, encoded = public_key(tlv.encode(0x30, parts[1].value))
    return ChipPublicKey(_integer(parts, 2), curve, encoded)


def public_key(spki: bytes) -> tuple[Curve | None, bytes]:
    """Curve (None if unknown) and encoded point of a SubjectPublicKeyInfo with named, explicit or standardised parameters. Raises MalformedData."""
    algorithm, key = _first_two(tlv.parse(spki, 0x30).children())
    parts = algorithm.children()
    if key.tag != 0x03 or not key.value or len(parts) < 2 or parts[0].tag != 0x06:
        raise MalformedData("not an elliptic-curve public key")
    try:
        return _curve(der.object_identifier(parts[0].value), parts[1]), key.value[1:]
    except UnsupportedAlgorithm:
        return None, key.value[1:]


def _curve(algorithm: str, parameters: tlv.Node) -> Curve:
    # standardizedDomainParameters (ICAO 9303-11 §9.5.1): the parameter is the number of the curve.
    if algorithm == "0.4.0.127.0.7.1.2" and parameters.tag == 0x02:
        return curves.by_parameter_number(int.from_bytes(parameters.value, "big"))
    return der.curve_of(parameters)


def _first_two(nodes: list[tlv.Node]) -> tuple[tlv.Node, tlv.Node]:
    if len(nodes) < 2:
        raise MalformedData("sequence is too short")
    return nodes[0], nodes[1]


def oid_value(dotted: str) -> bytes:
    """The content bytes of an object identifier."""
    return core.ObjectIdentifier(dotted).contents
