"""The chip: an APDU state machine with an eMRTD application, chip and active authentication, and faults on demand."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tests.support.testchip.messaging import ChipMessaging, WrongCommand
from tests.support.testchip.protocols import Aborted, Bac, ChipKey, Pace, SigningKey
from verification_service.chip import tlv
from verification_service.chip.ciphers import SessionKeys
from verification_service.chip.errors import CardRemoved, MalformedData
from verification_service.chip.files import APPLICATION

MASTER_FILES = {"card_access": 0x011C, "card_security": 0x011D, "atr_info": 0x2F01}
APPLICATION_FILES = {"com": 0x011E, "sod": 0x011D} | {f"dg{number}": 0x0100 + number for number in range(1, 17)}
SHORT_ANSWER = 256


@dataclass
class Faults:
    """What goes wrong. Counts are of APDUs since power-on, beginning with 1; None means never."""

    wrong_mac_at: int | None = None
    drop_session_at: int | None = None
    bare_success_at: int | None = None
    remove_at: int | None = None
    delay: float = 0.0
    longest_read: int | None = None
    length_status: int = 0x6700
    refuse_active_authentication: bool = False
    refuse_chip_authentication: bool = False
    replayed_signature: bytes | None = None
    refuse_master_file: bool = True
    card_access_only_in_application: bool = False


@dataclass
class TestChip:
    """`files` by name; the keys are what a copy does not have."""

    __test__ = False

    files: dict[str, bytes]
    pace: Pace | None
    bac: Bac | None
    chip_key: ChipKey | None
    signing_key: SigningKey | None
    faults: Faults = field(default_factory=Faults)
    extended: bool = True

    def __post_init__(self) -> None:
        self.log: list[tuple[bytes, int]] = []
        self.power_on()

    def power_on(self) -> None:
        """As on insertion or reset: no session, nothing selected."""
        self.session: ChipMessaging | None = None
        self.next_keys: SessionKeys | None = None
        self.in_application = False
        self.selected: bytes | None = None
        self.opened = False
        self.count = 0
        self.rest = b""
        self.challenge: bytes | None = None
        if self.pace:
            self.pace.reset()

    def present(self) -> "Presentation":
        """This chip on an in-process reader, powered on: a Transceiver."""
        self.power_on()
        return Presentation(self)

    def copy(self, **changes: object) -> "TestChip":
        """The same files, with other parts; a copy made by an attacker would pass chip_key=other, signing_key=other."""
        return replace(self, files=dict(self.files), faults=Faults(), **changes)

    def transmit(self, raw: bytes) -> bytes:
        self.count += 1
        if self.faults.remove_at and self.count >= self.faults.remove_at:
            raise CardRemoved("the test chip was taken away")
        if self.faults.delay:
            time.sleep(self.faults.delay)
        if raw[1] == 0xC0 and not raw[0] & 0x0C:
            return self._chained(self.rest)
        header, data, expected, wide = _parse(raw)
        if wide and not self.extended:
            return b"\x67\x00"
        if raw[0] & 0x0C:
            answer = self._secured(header, data)
        else:
            self.session = None
            body, status = self._dispatch(header, data, expected)
            answer = body + status.to_bytes(2, "big")
            self.log.append((header, status))
        if self.next_keys:
            self.session, self.next_keys = ChipMessaging(self.next_keys), None
        return answer if wide else self._chained(answer)

    def _chained(self, answer: bytes) -> bytes:
        if len(answer) <= SHORT_ANSWER + 2:
            self.rest = b""
            return answer
        self.rest = answer[SHORT_ANSWER:]
        return answer[:SHORT_ANSWER] + bytes([0x61, min(len(self.rest) - 2, 0xFF)])

    def _secured(self, header: bytes, data: bytes) -> bytes:
        if self.session is None:
            return b"\x69\x88"
        if self.count == self.faults.drop_session_at:
            self.session = None
            self.opened = False
            return b"\x69\x88"
        try:
            plain, expected = self.session.open(header, data)
        except (WrongCommand, MalformedData):
            self.session = None
            self.opened = False
            return b"\x69\x88"
        body, status = self._dispatch(header, plain, expected)
        self.log.append((header, status))
        if self.count == self.faults.bare_success_at:
            return b"\x90\x00"
        return self.session.seal(body, status, odd=bool(header[1] & 1), spoil=self.count == self.faults.wrong_mac_at)

    def _dispatch(self, header: bytes, data: bytes, expected: int | None) -> tuple[bytes, int]:
        handlers: dict[int, Callable[[bytes, bytes, int | None], tuple[bytes, int]]] = {
            0xA4: self._select,
            0xB0: self._read,
            0xB1: self._read_odd,
            0x84: self._get_challenge,
            0x82: self._external_authenticate,
            0x22: self._manage,
            0x86: self._general_authenticate,
            0x88: self._internal_authenticate,
        }
        handler = handlers.get(header[1])
        try:
            return handler(header, data, expected) if handler else (b"", 0x6D00)
        except Aborted as error:
            return b"", error.status
        except MalformedData:
            return b"", 0x6A80

    def _select(self, header: bytes, data: bytes, expected: int | None) -> tuple[bytes, int]:
        self.selected = None
        if header[2] == 0x04:
            self.in_application = data == APPLICATION
            return b"", 0x9000 if self.in_application else 0x6A82
        if data in (b"", b"\x3f\x00"):
            self.in_application = self.in_application and self.faults.refuse_master_file
            return b"", 0x6D00 if self.faults.refuse_master_file else 0x9000
        identifier = int.from_bytes(data, "big")
        if identifier == 0x011C and self.in_application is not self.faults.card_access_only_in_application:
            return b"", 0x6A82
        names = MASTER_FILES if not self.in_application or identifier == 0x011C else APPLICATION_FILES
        name = next((name for name, number in names.items() if number == identifier), None)
        if names is APPLICATION_FILES and not (self.session and self.opened):
            return b"", 0x6982
        if name in ("dg3", "dg4") and name in self.files:
            return b"", 0x6982
        if name not in self.files:
            return b"", 0x6A82
        if name == "card_security" and not (self.session and self.opened):
            return b"", 0x6982
        self.selected = self.files[name]
        return b"", 0x9000

    def _read(self, header: bytes, data: bytes, expected: int | None) -> tuple[bytes, int]:
        return self._content(int.from_bytes(header[2:4], "big"), expected, expected)

    def _read_odd(self, header: bytes, data: bytes, expected: int | None) -> tuple[bytes, int]:
        offset = int.from_bytes(tlv.parse(data, 0x54).value, "big")
        room = None if expected is None else expected - (2 if expected < 0x82 else 3 if expected < 0x103 else 4)
        body, status = self._content(offset, room, expected)
        return (tlv.encode(0x53, body) if body else b""), status

    def _content(self, offset: int, length: int | None, expected: int | None) -> tuple[bytes, int]:
        if self.selected is None:
            return b"", 0x6986
        if self.faults.longest_read and (expected or 0) > self.faults.longest_read:
            exact = self.faults.longest_read if self.faults.length_status == 0x6C00 else 0
            return b"", self.faults.length_status | exact
        if offset > len(self.selected):
            return b"", 0x6B00
        body = self.selected[offset : offset + (length or 256)]
        return body, 0x9000 if len(body) == (length or 256) else 0x6282

    def _get_challenge(self, header: bytes, data: bytes, expected: int | None) -> tuple[bytes, int]:
        if self.bac is None or not self.in_application:
            return b"", 0x6985
        self.challenge = self.bac.random(8)
        return self.challenge, 0x9000

    def _external_authenticate(self, header: bytes, data: bytes, expected: int | None) -> tuple[bytes, int]:
        if self.bac is None or self.challenge is None:
            return b"", 0x6985
        answer, keys = self.bac.authenticate(self.challenge, data)
        self.challenge = None
        self.next_keys, self.opened = keys, True
        return answer, 0x9000

    def _manage(self, header: bytes, data: bytes, expected: int | None) -> tuple[bytes, int]:
        objects = {node.tag: node.value for node in tlv.iterate(data)}
        if header[2:4] == b"\xc1\xa4":
            if self.pace is None:
                return b"", 0x6A88
            self.pace.choose(objects)
            return b"", 0x9000
        if self.chip_key is None or not self.session or self.faults.refuse_chip_authentication:
            return b"", 0x6A88
        if header[2:4] == b"\x41\xa6":
            self.next_keys = self.chip_key.agree(objects.get(0x91, b""))
            return b"", 0x9000
        self.chip_key.chosen = objects.get(0x80) == self.chip_key.oid
        return b"", 0x9000 if self.chip_key.chosen else 0x6A80

    def _general_authenticate(self, header: bytes, data: bytes, expected: int | None) -> tuple[bytes, int]:
        content = tlv.parse(data, 0x7C).children()
        if self.chip_key and self.chip_key.chosen and self.session:
            self.chip_key.chosen = False
            self.next_keys = self.chip_key.agree(tlv.find(content, 0x80).value)
            return b"\x7c\x00", 0x9000
        if self.pace is None:
            return b"", 0x6985
        answer, keys = self.pace.step(content)
        if keys:
            self.next_keys, self.opened = keys, True
        return tlv.encode(0x7C, answer), 0x9000

    def _internal_authenticate(self, header: bytes, data: bytes, expected: int | None) -> tuple[bytes, int]:
        if self.faults.replayed_signature is not None:
            return self.faults.replayed_signature, 0x9000
        if self.signing_key is None or not self.session or self.faults.refuse_active_authentication:
            return b"", 0x6D00
        return self.signing_key.sign(data), 0x9000


class Presentation:
    """One chip held against an in-process reader, once."""

    def __init__(self, chip: TestChip) -> None:
        self.chip = chip

    def transmit(self, command: bytes) -> bytes:
        return self.chip.transmit(command)


def _parse(raw: bytes) -> tuple[bytes, bytes, int | None, bool]:
    """Header, data, Le, extended?"""
    header, body = raw[:4], raw[4:]
    if not body:
        return header, b"", None, False
    if len(body) == 1:
        return header, b"", body[0] or 256, False
    if body[0]:
        data, rest = body[1 : 1 + body[0]], body[1 + body[0] :]
        return header, data, (rest[0] or 256) if rest else None, False
    if len(body) == 3:
        return header, b"", int.from_bytes(body[1:], "big") or 65536, True
    length = int.from_bytes(body[1:3], "big")
    rest = body[3 + length :]
    return header, body[3 : 3 + length], (int.from_bytes(rest, "big") or 65536) if rest else None, True
