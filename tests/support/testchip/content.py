"""Builds the files of the chip: COM, DG1, DG2, DG13, DG14, DG15, CardAccess."""

import io
import random
from functools import lru_cache

from PIL import Image

from tests.support.testchip.holder import Holder
from verification_service.chip import tlv
from verification_service.chip.files import DATA_GROUP_TAGS
from verification_service.chip.security_infos import oid_value

ISO_10646_UTF8 = "1.0.10646.1.0.8"


def integer(number: int) -> bytes:
    return tlv.encode(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    return tlv.encode(0x06, oid_value(dotted))


def sequence(*parts: bytes) -> bytes:
    return tlv.encode(0x30, b"".join(parts))


def set_of(parts: list[bytes]) -> bytes:
    return tlv.encode(0x31, b"".join(sorted(parts)))


def com(numbers: set[int]) -> bytes:
    tags = {number: tag for tag, number in DATA_GROUP_TAGS.items()}
    listed = bytes(tags[number] for number in sorted(numbers))
    return tlv.encode(0x60, tlv.encode(0x5F01, b"0108") + tlv.encode(0x5F36, b"040000") + tlv.encode(0x5C, listed))


def dg1(zone: str) -> bytes:
    return tlv.encode(0x61, tlv.encode(0x5F1F, zone.encode()))


def _text(value: object) -> bytes:
    if isinstance(value, tuple):
        return sequence(*(_text(part) for part in value))
    return tlv.encode(0x0C, str(value).encode())


def dg13(holder: Holder, with_version: bool = True) -> bytes:
    fields = tlv.encode(0x31, b"".join(sequence(integer(number), _text(value)) for number, value in holder.fields().items()))
    return tlv.encode(0x6D, sequence(integer(1), oid(ISO_10646_UTF8), fields) if with_version else fields)


def dg2(image: bytes, modern: bool = False) -> bytes:
    """ISO 19794-5, or 39794-5 when `modern`."""
    header = tlv.encode(0x81, b"\x02") + tlv.encode(0x87, b"\x01\x01") + tlv.encode(0x88, b"\x00\x2a" if modern else b"\x00\x08")
    record = tlv.encode(0x7F2E, _face_39794(image)) if modern else tlv.encode(0x5F2E, _face_19794(image))
    template = tlv.encode(0x7F60, tlv.encode(0xA1, header) + record)
    return tlv.encode(0x75, tlv.encode(0x7F61, integer(1) + template))


def _face_19794(image: bytes) -> bytes:
    block = (20 + 12 + len(image)).to_bytes(4, "big") + b"\x00\x00" + bytes(14) + bytes(12) + image
    return b"FAC\x00010\x00" + (14 + len(block)).to_bytes(4, "big") + b"\x00\x01" + block


def _face_39794(image: bytes) -> bytes:
    information = tlv.encode(0xA1, tlv.encode(0xA0, tlv.encode(0x80, b"\x02")))
    two_dimensional = tlv.encode(0xA0, tlv.encode(0xA0, tlv.encode(0xA0, tlv.encode(0x80, image) + information)))
    # imageRepresentation [1] { base [0] { 2D block [0] { data, information } } }
    representation = tlv.encode(0x30, tlv.encode(0x80, b"\x00") + tlv.encode(0xA1, two_dimensional[_header(two_dimensional) :]))
    version = tlv.encode(0xA0, tlv.encode(0x80, b"\x03") + tlv.encode(0x81, b"\x07\xe3"))
    return tlv.encode(0xA1, tlv.encode(0x65, version + tlv.encode(0xA1, representation)))


def _header(data: bytes) -> int:
    return tlv.read_header(data)[2]


@lru_cache(maxsize=16)
def portrait(kind: str, size: int) -> bytes:
    """A picture of about `size` bytes, never less; `kind` is jpeg or jp2. The shape is a stand-in for a face."""
    noise = random.Random(size).randbytes(256 * 320)
    picture = Image.merge("RGB", [Image.frombytes("L", (256, 320), noise).resize((413, 531)), *(Image.new("L", (413, 531), level) for level in (120, 90))])
    buffer = io.BytesIO()
    if kind == "jp2":
        picture.save(buffer, "JPEG2000", quality_mode="rates", quality_layers=[max(1, 413 * 531 * 3 // size)])
        return buffer.getvalue()
    picture.save(buffer, "JPEG", quality=5)
    encoded = buffer.getvalue()
    # A comment segment brings the file to its size without touching the picture.
    missing = size - len(encoded) - 4
    while missing > 0:
        chunk = min(missing, 60_000)
        encoded = encoded[:2] + b"\xff\xfe" + (chunk + 2).to_bytes(2, "big") + bytes(chunk) + encoded[2:]
        missing -= chunk + 4
    return encoded


def pace_info(dotted: str, parameter: int) -> bytes:
    return sequence(oid(dotted), integer(2), integer(parameter))


def chip_authentication_info(dotted: str, key_id: int | None) -> bytes:
    return sequence(oid(dotted), integer(1), *([] if key_id is None else [integer(key_id)]))


def chip_key_info(spki: bytes, key_id: int | None) -> bytes:
    return sequence(oid("0.4.0.127.0.7.2.2.1.2"), spki, *([] if key_id is None else [integer(key_id)]))


def active_authentication_info(algorithm: str) -> bytes:
    return sequence(oid("2.23.136.1.1.5"), integer(1), oid(algorithm))


def terminal_authentication_info() -> bytes:
    return sequence(oid("0.4.0.127.0.7.2.2.2"), integer(1))
