"""The line to the chip: answers in parts, lengths that it does not carry, answers altered on the way."""

from dataclasses import replace

import pytest

from tests.unit.chip.conftest import read_here
from tests.unit.chip.scripted import Scripted
from verification_service.chip import (
    AccessKeys,
    SecureMessagingError,
    read,
    tlv,
)
from verification_service.chip.apdu import Command
from verification_service.chip.channel import MAX_EXCHANGES, Channel
from verification_service.chip.errors import MalformedData
from verification_service.chip.files import DG2, FileReader


class AlwaysWrong:
    """A reader that turns a bit in every long secured answer: somebody sits on the line."""

    def __init__(self, chip) -> None:
        self.chip = chip

    def transmit(self, command: bytes) -> bytes:
        answer = self.chip.transmit(command)
        if command[0] & 0x0C and len(answer) > 100:
            return answer[:20] + bytes([answer[20] ^ 1]) + answer[21:]
        return answer


def test_a_line_that_alters_every_answer_ends_in_a_typed_error(card):
    issued = card()
    issued.chip.power_on()
    with pytest.raises(SecureMessagingError):
        read(AlwaysWrong(issued.chip), AccessKeys(can=issued.holder.can))


def test_long_signature_on_a_chip_without_extended_length_is_collected_in_parts(card):
    """3DES leaves room for 231 bytes; a 2048-bit signature has 256."""
    issued = card(active="rsa", extended=True)
    evidence = read_here(issued)
    assert evidence.signature is not None
    assert len(evidence.signature) == 256


def test_chained_answer_is_put_together():
    transceiver = Scripted(("00B0000000", "0102 6103"), ("00C0000003", "030405 9000"))
    assert Channel(transceiver).call(Command(0x00, 0xB0, 0x00, 0x00, expected=256)) == bytes([1, 2, 3, 4, 5])


@pytest.mark.parametrize("answer", [bytes(256) + b"\x61\x00", b"\x61\x00", b"\x61\x10"])
def test_answer_without_end_is_malformed(answer):
    class Endless:
        def transmit(self, command: bytes) -> bytes:
            return answer

    with pytest.raises(MalformedData):
        Channel(Endless()).call(Command(0x00, 0xB0, 0x00, 0x00, expected=256))


def test_a_chip_that_gives_one_byte_at_a_time_is_given_up():
    class Crumbs:
        def transmit(self, command: bytes) -> bytes:
            if command[1] == 0xA4:
                return b"\x90\x00"
            return (b"\x75\x83\x07\x00\x00" if command[2:4] == b"\x00\x00" else b"\x00") + b"\x90\x00"

    channel = Channel(Crumbs())
    with pytest.raises(MalformedData, match="crumbs"):
        FileReader(channel).read(DG2)
    assert channel.exchanges == MAX_EXCHANGES + 1


def test_progress_is_monotonic_and_the_numbers_are_fixed(card):
    events = []
    read_here(card(), on_progress=events.append)
    assert [event.percent for event in events] == sorted(event.percent for event in events)
    assert [(event.number, event.step.name) for event in dict.fromkeys(replace(event, percent=0, done=0, size=0) for event in events)] == [
        (1, "OPENING"),
        (2, "LISTS"),
        (3, "CHIP_KEY"),
        (4, "CHIP_AUTHENTICATION"),
        (5, "HOLDER"),
        (6, "SIGNING_KEY"),
        (7, "PORTRAIT"),
        (8, "ACTIVE_AUTHENTICATION"),
        (9, "DONE"),
    ]
    assert events[-1].percent == 100
    assert any(event.done and event.size for event in events)


def test_extended_length_is_probed(card):

    issued = card()
    sizes = tlv.encode(0x7F66, tlv.encode(0x02, (65535).to_bytes(3, "big")) * 2)
    issued.chip.files["atr_info"] = sizes
    read_here(issued, extended=None)
    with_probe = len(issued.chip.log)
    del issued.chip.files["atr_info"]
    read_here(issued, extended=None)
    assert with_probe < (len(issued.chip.log) - with_probe) / 2
