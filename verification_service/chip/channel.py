"""Talking to one chip: plain until keys are agreed, secured afterwards; answers in parts are put together."""

import logging

from verification_service.chip.apdu import SHORT_LIMIT, Command, Response
from verification_service.chip.ciphers import CipherName, SessionKeys
from verification_service.chip.errors import MalformedData
from verification_service.chip.secure_messaging import SecureMessaging
from verification_service.chip.transceiver import Transceiver

logger = logging.getLogger(__name__)

MAX_ANSWER = 70_000
# A whole session takes about 120; the largest file we accept, in the smallest usual blocks, about 3,300.
MAX_EXCHANGES = 8_000
SHORT_CAPACITY, SHORT_CAPACITY_TDES = 223, 231


class Channel:
    """Sends commands over a transceiver, through secure messaging once `secure` was called. Counts APDUs, logs none of their content."""

    def __init__(self, transceiver: Transceiver) -> None:
        self._transceiver = transceiver
        self._messaging: SecureMessaging | None = None
        self.extended = False
        self.exchanges = 0

    @property
    def messaging(self) -> SecureMessaging | None:
        return self._messaging

    @property
    def short_capacity(self) -> int:
        """Plain bytes that fit a secured short answer: 256 less status, checksum, headers and padding (chip.md §6.3)."""
        tdes = self._messaging is not None and self._messaging.cipher is CipherName.TDES
        return SHORT_CAPACITY_TDES if tdes else SHORT_CAPACITY

    def secure(self, keys: SessionKeys) -> None:
        """From the next command on these session keys are used."""
        self._messaging = SecureMessaging(keys)

    def clear(self) -> None:
        """Back to plain commands, as after a reset of the chip."""
        self._messaging = None

    def send(self, command: Command) -> Response:
        """The chip's answer, opened and verified when the session is secured. Raises SecureMessagingError and ReaderError."""
        if self._messaging is None:
            return Response.decode(self.transmit(command.encode()))
        secured = self._messaging.protect(command, extended=self.extended or command.extended)
        return self._messaging.unprotect(self.transmit(secured))

    def call(self, command: Command) -> bytes:
        """The data of a successful answer; StatusError for any other status."""
        return self.send(command).checked()

    def transmit(self, raw: bytes) -> bytes:
        """One exchange as bytes; follows 61xx with GET RESPONSE (ISO 7816-3 §12.2.1)."""
        answer = self._exchange(raw)
        collected = b""
        while answer[-2] == 0x61:
            collected += answer[:-2]
            answer = self._exchange(Command(0x00, 0xC0, 0x00, 0x00, expected=answer[-1] or SHORT_LIMIT).encode())
            if len(collected) > MAX_ANSWER or (len(answer) == 2 and answer[0] == 0x61):
                raise MalformedData("the answer does not end")
        return collected + answer

    def _exchange(self, raw: bytes) -> bytes:
        self.exchanges += 1
        if self.exchanges > MAX_EXCHANGES:
            raise MalformedData("the chip keeps answering in crumbs")
        answer = self._transceiver.transmit(raw)
        if len(answer) < 2:
            raise MalformedData("an answer has at least two bytes")
        if answer[-2:] != b"\x90\x00" and answer[-2] != 0x61:
            logger.debug("chip status", extra={"instruction": f"{raw[1]:02X}", "status": answer[-2:].hex().upper()})
        return answer
