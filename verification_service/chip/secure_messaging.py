"""Secure messaging (ICAO 9303-11 §9.8): wraps commands and checks and opens answers, 3DES and AES."""

from verification_service.chip import tlv
from verification_service.chip.apdu import OK, SHORT_LIMIT, Command, Response
from verification_service.chip.ciphers import MAC_LENGTH, CipherName, SessionKeys, decrypt, encrypt, encrypt_block, mac, pad, same, unpad
from verification_service.chip.errors import MalformedData, SecureMessagingError, SecureMessagingLost

SECURED_CLASS = 0x0C
CRYPTOGRAM, PLAIN_DATA, EXPECTED_LENGTH, STATUS, CHECKSUM = 0x87, 0x85, 0x97, 0x99, 0x8E
LOST_STATUSES = (0x6987, 0x6988)


class SecureMessaging:
    """One secure session. The counter moves by one for every command and every answer, so nothing can be replayed or reordered."""

    def __init__(self, keys: SessionKeys) -> None:
        self._keys = keys
        self._cipher = keys.cipher
        self._counter = keys.counter

    @property
    def cipher(self) -> CipherName:
        return self._cipher

    @property
    def counter(self) -> int:
        return self._counter

    def protect(self, command: Command, extended: bool = False) -> bytes:
        """The secured command as bytes to transmit; `extended` forces extended length."""
        self._advance()
        header = bytes([command.cla | SECURED_CLASS]) + command.header[1:]
        body = b""
        if command.data:
            cryptogram = encrypt(self._cipher, self._keys.encryption, pad(command.data, self._cipher.block), self._vector())
            # Odd instruction codes carry BER-TLV data: the cryptogram is DO'85' without padding indicator (ISO 7816-4 §10.2).
            body += tlv.encode(PLAIN_DATA, cryptogram) if command.ins & 1 else tlv.encode(CRYPTOGRAM, b"\x01" + cryptogram)
        wide = extended or command.extended
        if command.expected is not None:
            body += tlv.encode(EXPECTED_LENGTH, command.encoded_expected(wide and command.expected > SHORT_LIMIT))
        block = self._cipher.block
        checksum = self._mac(pad(header, block) + body)
        body += tlv.encode(CHECKSUM, checksum)
        secured = Command(*header, data=body, expected=65536 if wide else SHORT_LIMIT)
        return secured.encode(extended=wide or len(body) > 255)

    def unprotect(self, raw: bytes) -> Response:
        """The plain answer. The checksum is verified before anything is decrypted; a success status without checksum is refused."""
        outer = Response.decode(raw)
        self._advance()
        if not outer.data:
            return self._bare_status(outer.status)
        try:
            objects = {node.tag: node.value for node in tlv.iterate(outer.data)}
            protected = outer.data[: _checksum_offset(outer.data)]
        except MalformedData as error:
            raise SecureMessagingError("secured answer is malformed") from error
        if set(objects) - {CRYPTOGRAM, PLAIN_DATA, STATUS, CHECKSUM}:
            raise SecureMessagingError("secured answer has foreign data objects")
        if len(objects.get(CHECKSUM, b"")) != MAC_LENGTH or not same(self._mac(protected), objects[CHECKSUM]):
            raise SecureMessagingError("checksum of the answer is wrong")
        return Response(self._open(objects), self._status(objects, outer.status))

    def _bare_status(self, status: int) -> Response:
        if status in LOST_STATUSES:
            raise SecureMessagingLost(f"chip status {status:04X}")
        if status == OK:
            raise SecureMessagingError("success without a checksum")
        return Response(b"", status)

    def _open(self, objects: dict[int, bytes]) -> bytes:
        if CRYPTOGRAM in objects:
            if objects[CRYPTOGRAM][:1] != b"\x01":
                raise SecureMessagingError("padding indicator is not 01")
            cryptogram = objects[CRYPTOGRAM][1:]
        elif PLAIN_DATA in objects:
            cryptogram = objects[PLAIN_DATA]
        else:
            return b""
        try:
            return unpad(decrypt(self._cipher, self._keys.encryption, cryptogram, self._vector()))
        except MalformedData as error:
            raise SecureMessagingError("cryptogram is malformed") from error

    @staticmethod
    def _status(objects: dict[int, bytes], outer: int) -> int:
        # DO'99' is mandatory: without it the status is not covered by the checksum (ICAO 9303-11 §9.8.4).
        if len(objects.get(STATUS, b"")) != 2:
            raise SecureMessagingError("answer has no protected status")
        inner = int.from_bytes(objects[STATUS], "big")
        if inner != outer:
            raise SecureMessagingError("protected status differs from the plain one")
        return inner

    def _advance(self) -> None:
        self._counter = (self._counter + 1) % (1 << 8 * self._cipher.block)

    def _counter_block(self) -> bytes:
        return self._counter.to_bytes(self._cipher.block, "big")

    def _vector(self) -> bytes | None:
        if self._cipher is CipherName.TDES:
            return None
        return encrypt_block(self._cipher, self._keys.encryption, self._counter_block())

    def _mac(self, data: bytes) -> bytes:
        message = self._counter_block() + data
        # The retail MAC pads on its own; CMAC is computed over the padded message (ICAO 9303-11 §9.8.6, §9.8.7).
        if self._cipher is not CipherName.TDES:
            message = pad(message, self._cipher.block)
        return mac(self._cipher, self._keys.mac, message)


def _checksum_offset(data: bytes) -> int:
    offset = 0
    while offset < len(data):
        tag, length, start = tlv.read_header(data, offset)
        if tag == CHECKSUM:
            if start + length != len(data):
                raise MalformedData("the checksum is not the last data object")
            return offset
        offset = start + length
    raise MalformedData("no checksum")
