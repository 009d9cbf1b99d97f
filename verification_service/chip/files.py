"""The files of the chip and how they are read: SELECT, then READ BINARY in blocks (ICAO 9303-10 §3, 9303-11 §3)."""

from collections.abc import Callable
from dataclasses import dataclass

from verification_service.chip import tlv
from verification_service.chip.apdu import OK, Command, select_application, select_file
from verification_service.chip.channel import Channel
from verification_service.chip.errors import MalformedData, StatusError

APPLICATION = bytes.fromhex("A0000002471001")
MAX_FILE = 512 * 1024
EXTENDED_READ = 4000
SMALLEST_READ = 16
HEADER_READ = 5
ATR_INFO, ATR_INFO_LENGTH = 0x2F01, 128
# Room that secure messaging takes in an extended answer: headers, padding, status and checksum objects.
EXTENDED_OVERHEAD = 48
ODD_INSTRUCTION_FROM = 0x8000
NOT_FOUND = (0x6A82, 0x6A83, 0x6A88)
LENGTH_REFUSED = (0x6700, 0x6B00)


@dataclass(frozen=True, slots=True)
class ChipFile:
    """`name` in evidence, file identifier, outer tag, data group number (None for the others)."""

    name: str
    identifier: int
    tag: int
    number: int | None = None


CARD_ACCESS = ChipFile("card_access", 0x011C, 0x31)
CARD_SECURITY = ChipFile("card_security", 0x011D, 0x30)
COM = ChipFile("com", 0x011E, 0x60)
SOD = ChipFile("sod", 0x011D, 0x77)
DG1 = ChipFile("dg1", 0x0101, 0x61, 1)
DG2 = ChipFile("dg2", 0x0102, 0x75, 2)
DG13 = ChipFile("dg13", 0x010D, 0x6D, 13)
DG14 = ChipFile("dg14", 0x010E, 0x6E, 14)
DG15 = ChipFile("dg15", 0x010F, 0x6F, 15)

DATA_GROUPS = (DG1, DG2, DG13, DG14, DG15)
# Tags of the data groups as EF.COM lists them (ICAO 9303-10 table 38).
DATA_GROUP_TAGS = dict(zip([0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70], range(1, 17), strict=True))

OnBytes = Callable[[int, int], None]


class FileReader:
    """Reads whole files. The block size starts at what short APDUs carry and is halved when the chip refuses a length."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.limit = EXTENDED_READ

    def select_application(self) -> None:
        """Selects the eMRTD application; StatusError if the chip has none."""
        self.channel.call(select_application(APPLICATION))

    def read(self, file: ChipFile, on_bytes: OnBytes | None = None) -> bytes:
        """The file's bytes from the outer tag to its end. Raises StatusError (6A82: no such file) and MalformedData."""
        self.channel.call(select_file(file.identifier))
        data = self._read_block(0, HEADER_READ)
        tag, length, start = tlv.read_header(data)
        if tag != file.tag:
            raise MalformedData(f"{file.name} does not begin with its tag")
        total = start + length
        if total > MAX_FILE:
            raise MalformedData(f"{file.name} is too large")
        data = data[:total]
        while len(data) < total:
            block = self._read_block(len(data), min(self._room(len(data)), total - len(data)))
            if not block:
                raise MalformedData(f"{file.name} ends early")
            data = (data + block)[:total]
            if on_bytes:
                on_bytes(len(data), total)
        return data

    def restart(self) -> None:
        """After the chip dropped the session: smaller blocks, since a block it could not carry is the usual cause."""
        self.limit = max(self._block_size() // 2, SMALLEST_READ)

    def probe(self) -> None:
        """Switches to extended length if EF.ATR/INFO announces room for it (ISO 7816-4 §12.7.1). Absent or unreadable means short."""
        try:
            self.channel.call(select_file(ATR_INFO))
            nodes = tlv.parse_all(self._read_block(0, ATR_INFO_LENGTH))
            sizes = tlv.find(nodes, 0x7F66).children()
        except (StatusError, MalformedData):
            return
        room = int.from_bytes(sizes[1].value, "big") if len(sizes) == 2 else 0
        if room > EXTENDED_OVERHEAD + 256:
            self.channel.extended = True
            self.limit = min(EXTENDED_READ, room - EXTENDED_OVERHEAD)

    def _block_size(self) -> int:
        return min(EXTENDED_READ if self.channel.extended else self.channel.short_capacity, self.limit)

    def _room(self, offset: int) -> int:
        """The next block ends where the offset outgrows the even instruction; beyond, DO'53' takes four bytes."""
        if offset >= ODD_INSTRUCTION_FROM:
            return self._block_size() - 4
        return min(self._block_size(), ODD_INSTRUCTION_FROM - offset)

    def _read_block(self, offset: int, length: int) -> bytes:
        while True:
            response = self.channel.send(_read_command(offset, length))
            # 6282: end of file reached before Le bytes, the bytes are good.
            if response.status in (OK, 0x6282):
                return _content(response.data, offset)
            if (response.status not in LENGTH_REFUSED and response.status >> 8 != 0x6C) or length <= SMALLEST_READ:
                raise StatusError(response.status)
            exact = response.status & 0xFF if response.status >> 8 == 0x6C else 0
            length = exact if SMALLEST_READ <= exact < length else length // 2
            self.limit = min(self._block_size(), length)


def _read_command(offset: int, length: int) -> Command:
    if offset < ODD_INSTRUCTION_FROM:
        return Command(0x00, 0xB0, offset >> 8, offset & 0xFF, expected=length)
    # Odd INS: offset in DO'54', content comes back in DO'53' (ISO 7816-4 §11.3.3), whose header needs room in Le.
    place = tlv.encode(0x54, offset.to_bytes(max(2, (offset.bit_length() + 7) // 8), "big"))
    return Command(0x00, 0xB1, 0x00, 0x00, place, expected=length + (2 if length < 0x80 else 3 if length <= 0xFF else 4))


def _content(data: bytes, offset: int) -> bytes:
    return data if offset < ODD_INSTRUCTION_FROM else tlv.parse(data, 0x53).value
