"""The chip's side of secure messaging, written apart from the reader's so that a mistake there is not mirrored here."""

from verification_service.chip import tlv
from verification_service.chip.ciphers import CipherName, SessionKeys, decrypt, encrypt, mac, pad, unpad


class WrongCommand(Exception):
    """The command's protection is not right: the chip answers 6988 and forgets the session."""


class ChipMessaging:
    """Opens commands, seals answers."""

    def __init__(self, keys: SessionKeys) -> None:
        self.keys, self.counter = keys, keys.counter
        self.block = keys.cipher.block

    def _ssc(self) -> bytes:
        return (self.counter % (1 << 8 * self.block)).to_bytes(self.block, "big")

    def _iv(self) -> bytes | None:
        return None if self.keys.cipher is CipherName.TDES else encrypt(self.keys.cipher, self.keys.encryption, self._ssc())

    def _mac(self, data: bytes) -> bytes:
        message = self._ssc() + data
        return mac(self.keys.cipher, self.keys.mac, message if self.keys.cipher is CipherName.TDES else pad(message, self.block))

    def open(self, header: bytes, data: bytes) -> tuple[bytes, int | None]:
        """Plain command data and Le."""
        self.counter += 1
        objects = tlv.parse_all(data)
        if not objects or objects[-1].tag != 0x8E or objects[-1].value != self._mac(pad(header, self.block) + data[:-10]):
            raise WrongCommand
        plain, expected = b"", None
        for node in objects[:-1]:
            if node.tag == 0x97:
                number = int.from_bytes(node.value, "big")
                expected = number or (65536 if len(node.value) == 2 else 256)
            elif node.tag in (0x87, 0x85):
                cryptogram = node.value[1:] if node.tag == 0x87 else node.value
                plain = unpad(decrypt(self.keys.cipher, self.keys.encryption, cryptogram, self._iv()))
        return plain, expected

    def seal(self, data: bytes, status: int, odd: bool, spoil: bool = False) -> bytes:
        """The secured answer; `spoil` turns one bit of its checksum."""
        self.counter += 1
        body = b""
        if data:
            cryptogram = encrypt(self.keys.cipher, self.keys.encryption, pad(data, self.block), self._iv())
            body = tlv.encode(0x85, cryptogram) if odd else tlv.encode(0x87, b"\x01" + cryptogram)
        body += tlv.encode(0x99, status.to_bytes(2, "big"))
        checksum = self._mac(body)
        if spoil:
            checksum = bytes([checksum[0] ^ 1]) + checksum[1:]
        return body + tlv.encode(0x8E, checksum) + status.to_bytes(2, "big")
