"""The one thing a back-end must do. Back-ends: `pcsc.py` (a reader), and any object that answers APDUs in-process."""

from typing import Protocol


class Transceiver(Protocol):
    """One presentation of one card. An instance is never used for a second card."""

    def transmit(self, command: bytes) -> bytes:
        """Sends a command APDU and returns data + SW1 SW2. Raises a ReaderError when card or reader are gone."""
        ...
