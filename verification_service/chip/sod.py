"""EF.SOD: the signed list of data group hashes (ICAO 9303-10 §4.6.2)."""

from dataclasses import dataclass

from verification_service.chip import cms, der, signatures, tlv
from verification_service.chip.cms import SignedContent
from verification_service.chip.errors import MalformedData
from verification_service.chip.files import SOD

LDS_SECURITY_OBJECT = "2.23.136.1.1.1"


@dataclass(frozen=True, repr=False)
class SecurityObject:
    """`hashes`: data group number → hash under `hash`; `signed`: the CMS structure around it."""

    signed: SignedContent
    hash: str
    hashes: dict[int, bytes]


def parse(data: bytes) -> SecurityObject:
    """Raises MalformedData, UnsupportedAlgorithm, CertificateError. Nothing is verified here."""
    signed = cms.parse(tlv.parse(data, SOD.tag).value)
    if signed.content_type != LDS_SECURITY_OBJECT:
        raise MalformedData("EF.SOD does not hold an LDS security object")
    parts = tlv.parse(signed.content, 0x30).children()
    if len(parts) < 3 or [part.tag for part in parts[:3]] != [0x02, 0x30, 0x30]:
        raise MalformedData("not an LDS security object")
    algorithm = signatures.hash_of(der.object_identifier(parts[1].child(0x06).value))
    return SecurityObject(signed, algorithm, _hashes(parts[2].children()))


def _hashes(entries: list[tlv.Node]) -> dict[int, bytes]:
    hashes: dict[int, bytes] = {}
    for entry in entries:
        parts = entry.children() if entry.tag == 0x30 else []
        if [part.tag for part in parts] != [0x02, 0x04]:
            raise MalformedData("not a data group hash")
        number = int.from_bytes(parts[0].value, "big")
        if number in hashes or not 1 <= number <= 16:
            raise MalformedData("data group hash listed twice or out of range")
        hashes[number] = parts[1].value
    return hashes
