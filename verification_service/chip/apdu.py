"""Command and response APDUs, short and extended (ISO/IEC 7816-4 §5.1, §5.2)."""

from dataclasses import dataclass

from verification_service.chip.errors import MalformedData, StatusError

SHORT_LIMIT = 256
EXTENDED_LIMIT = 65536
OK = 0x9000


@dataclass(frozen=True, slots=True)
class Command:
    """A command; `expected` is Le as a count (256 = `00`), None when no data is expected."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    expected: int | None = None

    @property
    def header(self) -> bytes:
        return bytes([self.cla, self.ins, self.p1, self.p2])

    @property
    def extended(self) -> bool:
        return len(self.data) > 255 or (self.expected or 0) > SHORT_LIMIT

    def encode(self, extended: bool | None = None) -> bytes:
        """The bytes to transmit; `extended` forces the form, by default the shortest that fits."""
        wide = self.extended if extended is None else extended
        width = 2 if wide else 1
        body = self.header
        if wide and (self.data or self.expected is not None):
            body += b"\x00"
        if self.data:
            body += len(self.data).to_bytes(width, "big") + self.data
        if self.expected is not None:
            body += self.encoded_expected(wide)
        return body

    def encoded_expected(self, wide: bool) -> bytes:
        width = 2 if wide else 1
        return ((self.expected or 0) % (1 << 8 * width)).to_bytes(width, "big")


@dataclass(frozen=True, slots=True)
class Response:
    """Answer data and status word (0x9000 = success)."""

    data: bytes
    status: int

    @classmethod
    def decode(cls, raw: bytes) -> "Response":
        if len(raw) < 2:
            raise MalformedData("an answer has at least two bytes")
        return cls(raw[:-2], int.from_bytes(raw[-2:], "big"))

    def checked(self) -> bytes:
        """The data of a successful answer; StatusError otherwise."""
        if self.status != OK:
            raise StatusError(self.status)
        return self.data


def select_file(file_id: int) -> Command:
    """SELECT an elementary file under the current application, no answer data wanted."""
    return Command(0x00, 0xA4, 0x02, 0x0C, file_id.to_bytes(2, "big"))


def select_application(identifier: bytes) -> Command:
    return Command(0x00, 0xA4, 0x04, 0x0C, identifier)
