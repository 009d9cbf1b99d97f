"""DG2: the portrait, in ISO/IEC 19794-5:2005 or ISO/IEC 39794-5 (ICAO 9303-10 §4.7.2). Finds the encoded image; decoding is `portrait.py`."""

from verification_service.chip import tlv
from verification_service.chip.errors import MalformedData
from verification_service.chip.files import DG2

GROUP, TEMPLATE = 0x7F61, 0x7F60
RECORD_19794, RECORD_39794 = 0x5F2E, 0x7F2E
FACE_HEADER, FACE_INFORMATION, FEATURE_POINT, IMAGE_INFORMATION = 14, 20, 8, 12


def parse(data: bytes) -> bytes:
    """The first face image, still encoded (JPEG or JPEG 2000). Raises MalformedData."""
    template = tlv.find(tlv.parse(data, DG2.tag).child(GROUP).children(), TEMPLATE)
    for record in template.children():
        if record.tag in (RECORD_19794, RECORD_39794):
            # A constructed 7F2E holds 39794-5; some issuers put a 19794-5 record there, which begins with "FAC".
            return image_19794(record.value) if record.value[:4] == b"FAC\x00" else image_39794(record.value)
    raise MalformedData("DG2 has no biometric data block")


def image_19794(record: bytes) -> bytes:
    """Image of the first facial record: header 14, information 20, 8 per feature point, image information 12 bytes (19794-5 §5)."""
    if len(record) < FACE_HEADER + FACE_INFORMATION + IMAGE_INFORMATION or int.from_bytes(record[12:14], "big") < 1:
        raise MalformedData("facial record is cut off")
    block_length = int.from_bytes(record[FACE_HEADER : FACE_HEADER + 4], "big")
    feature_points = int.from_bytes(record[FACE_HEADER + 4 : FACE_HEADER + 6], "big")
    start = FACE_HEADER + FACE_INFORMATION + FEATURE_POINT * feature_points + IMAGE_INFORMATION
    image = record[start : FACE_HEADER + block_length]
    if not image or FACE_HEADER + block_length > len(record):
        raise MalformedData("facial record is cut off")
    return image


def image_39794(block: bytes) -> bytes:
    """representationData2D along its fixed path of tags (39794-5 §7, ICAO application profile)."""
    nodes = tlv.parse_all(block)
    if nodes and nodes[0].tag == 0xA1:
        nodes = nodes[0].children()
    # FaceImageDataBlock / representationBlocks / first block / imageRepresentation / base / 2D block
    for tag in (0x65, 0xA1, 0x30, 0xA1, 0xA0, 0xA0):
        nodes = tlv.find(nodes, tag).children()
    return tlv.find(nodes, 0x80).value
