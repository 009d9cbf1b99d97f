"""The back-end for real readers: PC/SC through pyscard."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from smartcard import scard
from smartcard.CardConnectionDecorator import CardConnectionDecorator
from smartcard.Exceptions import SmartcardException
from smartcard.pcsc.PCSCExceptions import BaseSCardException
from smartcard.pcsc.PCSCReader import PCSCReader

from verification_service.chip.errors import CardRemoved, NoCard, ReaderNotFound, ReaderServiceDown

# One blocking wait for a state change; short enough to notice a stop request.
_WAIT_MILLISECONDS = 500
_RETRY_SECONDS = 0.05
_SERVICE_DOWN = (scard.SCARD_E_NO_SERVICE, scard.SCARD_E_SERVICE_STOPPED)
_NO_READER = (scard.SCARD_E_UNKNOWN_READER, scard.SCARD_E_READER_UNAVAILABLE, scard.SCARD_E_NO_READERS_AVAILABLE)


class Presentation:
    """One card lying on one reader from insertion to removal, however often it is connected to."""

    def __init__(self, counter: int) -> None:
        self.counter = counter


_presentations: dict[str, Presentation] = {}


class PcscTransceiver:
    """One card in one reader. `transmit` raises CardRemoved once the card is gone."""

    def __init__(self, connection: CardConnectionDecorator, presentation: "Presentation") -> None:
        self._connection = connection
        self.presentation = presentation

    def transmit(self, command: bytes) -> bytes:
        try:
            data, first, second = self._connection.transmit(list(command))
        except SmartcardException as error:
            raise _typed(error) from error
        return bytes(data) + bytes([first, second])


def _typed(error: SmartcardException) -> CardRemoved | ReaderServiceDown:
    if error.hresult in _SERVICE_DOWN:
        return ReaderServiceDown("the PC/SC service does not answer")
    return CardRemoved("the card left the reader")


def reader_names() -> list[str]:
    """Names of the connected readers. Raises ReaderServiceDown when no PC/SC service answers."""
    try:
        return [reader.name for reader in PCSCReader.readers()]
    except (BaseSCardException, SmartcardException) as error:
        raise ReaderServiceDown("the PC/SC service does not answer") from error


def find_reader(name: str | None) -> str:
    """The first reader whose name contains `name` (any reader for None). Raises ReaderNotFound, ReaderServiceDown."""
    for found in reader_names():
        if name is None or name.casefold() in found.casefold():
            return found
    raise ReaderNotFound(f"no reader named {name!r}" if name else "no reader is connected")


@contextmanager
def wait_for_card(name: str | None = None, timeout: float | None = 30, stop: threading.Event | None = None) -> Iterator[PcscTransceiver]:
    """Waits for a card on the named reader and connects to it; disconnects at the end. `timeout` in seconds, None for ever.

    Raises NoCard when the time is over or `stop` is set, ReaderNotFound, ReaderServiceDown.
    """
    reader = find_reader(name)
    connection = _connect(reader, None if timeout is None else time.monotonic() + timeout, stop)
    try:
        yield PcscTransceiver(connection, _presentation(reader))
    finally:
        _release(connection)


def _connect(reader: str, deadline: float | None, stop: threading.Event | None) -> CardConnectionDecorator:
    """A card that is lifted or laid askew while connecting is waited for again."""
    while True:
        _wait_until_present(reader, deadline, stop)
        connection = PCSCReader(reader).createConnection()
        try:
            connection.connect(scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1, disposition=scard.SCARD_UNPOWER_CARD)
        except SmartcardException as error:
            _release(connection)
            if error.hresult in _SERVICE_DOWN:
                raise ReaderServiceDown("the PC/SC service does not answer") from error
            time.sleep(_RETRY_SECONDS)
        else:
            return connection


def _presentation(reader: str) -> Presentation:
    """pcscd counts insertions and removals in the upper half of the reader's state."""
    with _context() as context:
        result, states = scard.SCardGetStatusChange(context, 0, [(reader, scard.SCARD_STATE_UNAWARE)])
        _raise_for(result)
    counter = states[0][1] >> 16
    if reader not in _presentations or _presentations[reader].counter != counter:
        _presentations[reader] = Presentation(counter)
    return _presentations[reader]


def _wait_until_present(reader: str, deadline: float | None, stop: threading.Event | None) -> None:
    remaining = None if deadline is None else max(0.0, deadline - time.monotonic())
    if remaining != 0.0:
        for present in card_events(reader, stop, remaining):
            if present:
                return
    raise NoCard("no card was presented in time")


def _release(connection: CardConnectionDecorator) -> None:
    # A card that is gone cannot be disconnected, which is what we want anyway.
    with suppress(SmartcardException):
        connection.disconnect()
    with suppress(SmartcardException):
        connection.release()


def card_events(name: str | None, stop: threading.Event | None = None, timeout: float | None = None) -> Iterator[bool]:
    """True for every card put on the reader and False for every one taken away, beginning with the present state.

    Ends when `stop` is set or `timeout` seconds are over. Raises ReaderNotFound, ReaderServiceDown.
    """
    reader = find_reader(name)
    deadline = None if timeout is None else time.monotonic() + timeout
    with _context() as context:
        known, last = scard.SCARD_STATE_UNAWARE, None
        while not (stop and stop.is_set()):
            remaining = _WAIT_MILLISECONDS if deadline is None else min(_WAIT_MILLISECONDS, int(1000 * (deadline - time.monotonic())))
            if remaining < 0:
                return
            result, states = scard.SCardGetStatusChange(context, remaining, [(reader, known)])
            if result == scard.SCARD_E_TIMEOUT:
                continue
            _raise_for(result)
            known = states[0][1]
            present = bool(known & scard.SCARD_STATE_PRESENT) and not known & scard.SCARD_STATE_MUTE
            if present is not last:
                last = present
                yield present


@contextmanager
def _context() -> Iterator[object]:
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    _raise_for(result)
    try:
        yield context
    finally:
        scard.SCardReleaseContext(context)


def _raise_for(result: int) -> None:
    if result in _NO_READER:
        raise ReaderNotFound("the reader was unplugged")
    if result != scard.SCARD_S_SUCCESS:
        raise ReaderServiceDown("the PC/SC service does not answer")
