"""BER-TLV as chips use it: definite lengths, tags of one to three bytes (ISO/IEC 7816-4 §5.2.2, ITU-T X.690)."""

from collections.abc import Iterator
from dataclasses import dataclass

from verification_service.chip.errors import MalformedData

MAX_LENGTH_BYTES = 3


@dataclass(frozen=True, slots=True)
class Node:
    """One data object: `tag` as a number (0x7F61), `value` without its header."""

    tag: int
    value: bytes

    def children(self) -> list["Node"]:
        return parse_all(self.value)

    def child(self, tag: int) -> "Node":
        """The first child with this tag; MalformedData if there is none."""
        return find(self.children(), tag)


def read_header(data: bytes, offset: int = 0) -> tuple[int, int, int]:
    """Tag, length of the value, offset of the value. Raises MalformedData when the header is cut off or indefinite."""
    try:
        tag, offset = _read_tag(data, offset)
        first = data[offset]
        offset += 1
        if first < 0x80:
            return tag, first, offset
        count = first & 0x7F
        if not 1 <= count <= MAX_LENGTH_BYTES:
            raise MalformedData("length field not supported")
        field = data[offset : offset + count]
        if len(field) != count:
            raise MalformedData("length field cut off")
        return tag, int.from_bytes(field, "big"), offset + count
    except IndexError:
        raise MalformedData("data object cut off") from None


def _read_tag(data: bytes, offset: int) -> tuple[int, int]:
    tag = data[offset]
    offset += 1
    if tag & 0x1F == 0x1F:
        for _ in range(2):
            tag = tag << 8 | data[offset]
            offset += 1
            if not tag & 0x80:
                break
        else:
            raise MalformedData("tag too long")
    return tag, offset


def iterate(data: bytes) -> Iterator[Node]:
    """Each data object of a concatenation; bytes 00 between objects are padding (ISO/IEC 7816-4)."""
    offset = 0
    while offset < len(data):
        if data[offset] == 0:
            offset += 1
            continue
        tag, length, start = read_header(data, offset)
        offset = start + length
        if offset > len(data):
            raise MalformedData("value cut off")
        yield Node(tag, data[start:offset])


def parse_all(data: bytes) -> list[Node]:
    return list(iterate(data))


def parse(data: bytes, tag: int) -> Node:
    """The one object that `data` begins with, which must have this tag; what follows it (a chip's padding) is ignored."""
    found, length, start = read_header(data)
    if found != tag:
        raise MalformedData(f"expected tag {tag:X}, found {found:X}")
    if start + length > len(data):
        raise MalformedData("value cut off")
    return Node(tag, data[start : start + length])


def find(nodes: list[Node], tag: int) -> Node:
    for node in nodes:
        if node.tag == tag:
            return node
    raise MalformedData(f"tag {tag:X} is missing")


def encode(tag: int, value: bytes) -> bytes:
    return encode_tag(tag) + encode_length(len(value)) + value


def encode_tag(tag: int) -> bytes:
    return tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big")


def encode_length(length: int) -> bytes:
    if length < 0x80:
        return bytes([length])
    field = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(field)]) + field
