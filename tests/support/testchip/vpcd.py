"""The card's end of vsmartcard's virtual reader: a TCP client that answers the control bytes and passes APDUs to a chip (chip.md §1.4)."""

import contextlib
import socket
import threading
import time

from tests.support.testchip.chip import TestChip
from verification_service.chip.errors import CardRemoved

# A contactless ATR: the chip answers T=1 through the reader.
ATR = bytes.fromhex("3B80800101")
POWER_OFF, POWER_ON, RESET, GIVE_ATR = 0, 1, 2, 4


class VpcdCard:
    """A chip put on a virtual reader for as long as the context lasts."""

    def __init__(self, chip: TestChip, port: int, host: str = "127.0.0.1", patience: float = 10) -> None:
        self._chip, self._address, self._patience = chip, (host, port), patience
        self._noticed, self._questions, self._gone = False, 0, threading.Event()
        self._leave: threading.Semaphore | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "VpcdCard":
        self._socket = self._connect()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()
        self._thread.join(timeout=5)

    def remove(self) -> None:
        """Takes the card away."""
        self._gone.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def join(self) -> None:
        self._thread.join()

    def _connect(self) -> socket.socket:
        deadline = time.monotonic() + self._patience
        while True:
            try:
                return socket.create_connection(self._address, timeout=None)
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                message = self._receive(int.from_bytes(self._receive(2), "big"))
                if len(message) != 1:
                    self._answer(message)
                elif message[0] == GIVE_ATR:
                    self._send(ATR)
                    self._lay_on_again_if_unnoticed()
                else:
                    self._noticed = True
                    self._chip.power_on()

    def _lay_on_again_if_unnoticed(self) -> None:
        """pcscd looks every 0.4 s. A card that replaces another within that time is asked for its ATR but never powered: take it away for longer."""
        self._questions += 1
        if self._noticed or self._questions < 4:
            return
        self._questions = 0
        self._socket.close()
        if not self._gone.wait(0.6):
            self._socket = self._connect()

    def answer_slowly(self) -> None:
        """From now on each command waits for its `answer_one`."""
        self._leave = threading.Semaphore(0)

    def answer_one(self) -> None:
        self._leave.release()

    def answer_freely(self) -> None:
        """Ends `answer_slowly`."""
        waiting, self._leave = self._leave, None
        waiting.release()

    def _answer(self, command: bytes) -> None:
        if leave := self._leave:
            leave.acquire()
        try:
            self._send(self._chip.transmit(command))
        except CardRemoved:
            self.remove()

    def _send(self, payload: bytes) -> None:
        self._socket.sendall(len(payload).to_bytes(2, "big") + payload)

    def _receive(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            # vpcd sends length and payload apart; without an immediate acknowledgement each APDU waits 40 ms, and the flag does not last.
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            chunk = self._socket.recv(length - len(data))
            if not chunk:
                raise ConnectionError("vpcd closed the connection")
            data += chunk
        return data
