"""Reading a card: a visible list of steps from EF.CardAccess to active authentication. What happened becomes `Evidence`; nothing is judged here."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from verification_service.chip import active_authentication as active
from verification_service.chip import chip_authentication as chip
from verification_service.chip import dg15
from verification_service.chip.access import AccessKeys, Opened, open_chip
from verification_service.chip.apdu import Command
from verification_service.chip.channel import Channel
from verification_service.chip.chip_authentication import ChipAuthenticator, LocalAuthenticator
from verification_service.chip.errors import (
    ChipAuthenticationFailed,
    ChipAuthenticationUnsupported,
    ChipError,
    MalformedData,
    SecureMessagingError,
    StatusError,
    UnsupportedAlgorithm,
)
from verification_service.chip.evidence import AccessRecord, Evidence, Expected, Issued
from verification_service.chip.files import CARD_ACCESS, CARD_SECURITY, COM, DG1, DG2, DG13, DG14, DG15, NOT_FOUND, SOD, ChipFile, FileReader
from verification_service.chip.progress import OnProgress, Reporter, Step
from verification_service.chip.transceiver import Transceiver

logger = logging.getLogger(__name__)

SELECT_MASTER_FILE = Command(0x00, 0xA4, 0x00, 0x0C, b"\x3f\x00")


@dataclass
class Session:
    """One reading under way."""

    transceiver: Transceiver
    keys: AccessKeys
    challenge: bytes | None
    authenticator: ChipAuthenticator | None
    reporter: Reporter
    files: FileReader
    opened: Opened | None = None
    found: dict[str, bytes] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    signature: bytes | None = None
    chip_authentication: str = "not_done"
    reopened: bool = False


def open_card(session: Session) -> None:
    session.opened = open_chip(session.files, session.transceiver, session.keys)
    for file, data in ((CARD_ACCESS, session.opened.card_access), (CARD_SECURITY, session.opened.card_security)):
        if data is not None:
            session.found[file.name] = data


def read_lists(session: Session) -> None:
    _read(session, COM)
    _read(session, SOD)


def read_chip_key(session: Session) -> None:
    _read(session, DG14)


def authenticate_chip(session: Session) -> None:
    """Before the bulk of the data, so that it travels under keys which only the genuine chip has. A session that breaks here may be the radio's fault: the
    genuine chip succeeds in a new one, a copy fails again."""
    if session.authenticator is None or DG14.name not in session.found:
        return
    try:
        chip.authenticate(session.files.channel, session.authenticator, session.found[DG14.name])
        session.chip_authentication = "done"
    except ChipAuthenticationUnsupported:
        session.chip_authentication = "not_supported"
    except (ChipAuthenticationFailed, SecureMessagingError) as error:
        again = not session.reopened
        _reopen(session)
        if again:
            return authenticate_chip(session)
        session.chip_authentication = "failed"
        session.problems["chip_authentication"] = type(error).__name__


def read_holder(session: Session) -> None:
    _read(session, DG1)
    _read(session, DG13)


def read_signing_key(session: Session) -> None:
    _read(session, DG15)


def read_portrait(session: Session) -> None:
    _read(session, DG2, session.reporter.on_bytes)


def sign_challenge(session: Session) -> None:
    if session.challenge is None or DG15.name not in session.found:
        return
    try:
        key = dg15.parse(session.found[DG15.name])
    except (MalformedData, UnsupportedAlgorithm):
        key = None
    try:
        session.signature = active.sign(session.files.channel, session.challenge, key)
    except SecureMessagingError as error:
        if session.reopened:
            session.problems["active_authentication"] = str(error)
            return
        _reopen(session)
        sign_challenge(session)
    except StatusError as error:
        session.problems["active_authentication"] = str(error)


STEPS: tuple[tuple[Step, Callable[[Session], None]], ...] = (
    (Step.OPENING, open_card),
    (Step.LISTS, read_lists),
    (Step.CHIP_KEY, read_chip_key),
    (Step.CHIP_AUTHENTICATION, authenticate_chip),
    (Step.HOLDER, read_holder),
    (Step.SIGNING_KEY, read_signing_key),
    (Step.PORTRAIT, read_portrait),
    (Step.ACTIVE_AUTHENTICATION, sign_challenge),
)


def read(
    transceiver: Transceiver,
    keys: AccessKeys,
    *,
    challenge: bytes | None = None,
    chip_authenticator: ChipAuthenticator | None = None,
    issued: Issued | None = None,
    expected: Expected | None = None,
    on_progress: OnProgress | None = None,
    extended: bool | None = False,
) -> Evidence:
    """One complete reading.

    `challenge` is signed by the chip if it can; `chip_authenticator` relays chip authentication to whoever holds the key. With `issued` instead, this
    process is the verifier: its challenge is used, the key is held here, and the evidence carries `issued`.
    `extended` reads in large blocks (None: ask the chip).

    Raises AccessError and ReaderError, and SecureMessagingError when the session breaks twice; a file that is absent or unreadable is a problem noted
    in the evidence.
    """
    local = LocalAuthenticator() if issued is not None and chip_authenticator is None else None
    channel = Channel(transceiver)
    channel.extended = bool(extended)
    reporter = Reporter(on_progress)
    nonce = issued.challenge if issued is not None and challenge is None else challenge
    session = Session(transceiver, keys, nonce, chip_authenticator or local, reporter, FileReader(channel))
    if extended is None:
        session.files.probe()
    for step, action in STEPS:
        _timed(session, step, action)
    reporter.begin(Step.DONE)
    evidence = _evidence(session, expected)
    if issued is None:
        return evidence
    issued.chip_authentication = local.held if local is not None else issued.chip_authentication
    issued.pace = session.opened.secrets if session.opened else None
    return evidence.attach(issued)


def _timed(session: Session, step: Step, action: Callable[[Session], None]) -> None:
    session.reporter.begin(step)
    began, before = time.monotonic(), session.files.channel.exchanges
    action(session)
    exchanges = session.files.channel.exchanges - before
    logger.info("chip step", extra={"step": step.name.lower(), "milliseconds": round(1000 * (time.monotonic() - began)), "exchanges": exchanges})


def _read(session: Session, file: ChipFile, on_bytes: Callable[[int, int], None] | None = None) -> None:
    try:
        session.found[file.name] = session.files.read(file, on_bytes)
    except (StatusError, MalformedData) as error:
        session.problems[file.name] = _reason(error)
    except SecureMessagingError:
        # A chip may drop the session in the middle (6988): open it once more with the key that was right, and read on.
        if session.reopened:
            raise
        _reopen(session)
        _read(session, file, on_bytes)


def _reopen(session: Session) -> None:
    session.reopened = True
    # A PACE-CAM proof covers what was read in its own secure session only; after a new one it covers nothing.
    session.opened = replace(session.opened, secrets=None) if session.opened else None
    session.files.channel.clear()
    session.files.restart()
    # PACE belongs to the master file; a card that refuses to select it (6D00) takes PACE where it is.
    session.files.channel.send(SELECT_MASTER_FILE)
    open_chip(session.files, session.transceiver, session.keys, session.found.get(CARD_ACCESS.name))


def _reason(error: ChipError) -> str:
    if isinstance(error, StatusError):
        return "not_found" if error.status in NOT_FOUND else f"status_{error.status:04X}"
    return "malformed"


def _evidence(session: Session, expected: Expected | None) -> Evidence:
    opened = session.opened
    if opened is None:
        raise MalformedData("the chip was never opened")
    return Evidence(
        files=session.found,
        access=AccessRecord(opened.protocol, opened.password, opened.cipher, opened.mapping, opened.parameter),
        challenge=session.challenge if session.signature is not None else None,
        signature=session.signature,
        chip_authentication=session.chip_authentication,
        problems=session.problems,
        expected=expected or Expected(),
    )
