"""Opening the chip: EF.CardAccess, then PACE with the CAN or the MRZ, else BAC. One key attempt per presentation (chip.md §7.5)."""

import logging
import weakref
from dataclasses import dataclass

from verification_service.chip import bac, pace, security_infos
from verification_service.chip.curves import PACE_PARAMETERS
from verification_service.chip.errors import (
    AccessAlreadyDenied,
    AccessDenied,
    AccessNotSupported,
    MalformedData,
    StatusError,
    UnsupportedAlgorithm,
)
from verification_service.chip.files import CARD_ACCESS, CARD_SECURITY, FileReader
from verification_service.chip.mrz import MrzKey
from verification_service.chip.pace import PaceSecrets, Password
from verification_service.chip.security_infos import Mapping, PaceInfo
from verification_service.chip.transceiver import Transceiver

logger = logging.getLogger(__name__)

_PREFERENCE = (Mapping.CHIP_AUTHENTICATION, Mapping.GENERIC, Mapping.INTEGRATED)
_denied: weakref.WeakSet[object] = weakref.WeakSet()


@dataclass(frozen=True, slots=True, repr=False)
class AccessKeys:
    """What the holder showed: the CAN (6 digits; on a CCCD the last six of the citizen number), the MRZ key, or both."""

    can: str | None = None
    mrz: MrzKey | None = None

    def __post_init__(self) -> None:
        if self.can is None and self.mrz is None:
            raise MalformedData("a CAN or an MRZ key is needed")
        if self.can is not None and not (self.can.isascii() and self.can.isdigit() and len(self.can) == 6):
            raise MalformedData("a CAN is six digits")


@dataclass(frozen=True, slots=True)
class Opened:
    """How the chip was opened: `protocol` ∈ pace, bac; `password` ∈ can, mrz; mapping and curve number for PACE; files read on the way."""

    protocol: str
    password: str
    cipher: str
    mapping: str | None = None
    parameter: int | None = None
    card_access: bytes | None = None
    card_security: bytes | None = None
    secrets: PaceSecrets | None = None


def open_chip(reader: FileReader, transceiver: Transceiver, keys: AccessKeys, card_access: bytes | None = None) -> Opened:
    """Secures the channel and selects the eMRTD application; `card_access` is the file if it was read before in this presentation.

    Raises AccessDenied (wrong key), AccessAlreadyDenied (a second try without taking the card away), AccessNotSupported.
    """
    # A back-end that can connect twice to a card lying still says which presentation it is (pcsc.py); otherwise it is the object itself.
    presentation = getattr(transceiver, "presentation", transceiver)
    if presentation in _denied:
        raise AccessAlreadyDenied("a key was already refused; present the card again")
    try:
        return _open(reader, keys, card_access or read_card_access(reader))
    except AccessDenied:
        _denied.add(presentation)
        raise


def _open(reader: FileReader, keys: AccessKeys, card_access: bytes | None) -> Opened:
    refused: AccessNotSupported | None = None
    for info in pace_choices(card_access) if card_access else ():
        for password, secret in _passwords(keys):
            try:
                session, secrets = pace.authenticate(reader.channel, info, password, secret)
            except AccessNotSupported as error:
                refused = error
                continue
            card_security = _read_card_security(reader) if secrets else None
            reader.select_application()
            return Opened("pace", password.name.lower(), session.cipher, info.mapping, info.parameter, card_access, card_security, secrets)
    if keys.mrz is None:
        raise AccessNotSupported("BAC needs the machine-readable zone") from refused
    reader.select_application()
    try:
        session = bac.authenticate(reader.channel, keys.mrz.information())
    except StatusError as error:
        raise AccessNotSupported(f"the chip refused BAC: {error}") from error
    return Opened("bac", "mrz", session.cipher, card_access=card_access)


def read_card_access(reader: FileReader) -> bytes | None:
    """EF.CardAccess before and, if need be, after the application is selected; no SELECT MF, which some cards answer with 6D00. None if absent."""
    for select_first in (False, True):
        try:
            if select_first:
                reader.select_application()
            return reader.read(CARD_ACCESS)
        except (StatusError, MalformedData) as error:
            logger.debug("no EF.CardAccess here", extra={"reason": type(error).__name__})
    return None


def _read_card_security(reader: FileReader) -> bytes | None:
    """The signed keys of PACE-CAM; readable only between PACE and the selection of the application."""
    try:
        return reader.read(CARD_SECURITY)
    except (StatusError, MalformedData):
        return None


def pace_choices(card_access: bytes) -> list[PaceInfo]:
    """The PACE variants of the file that we speak, best first: chip authentication mapping, then longer keys."""
    try:
        offered = security_infos.parse(card_access).pace
    except (MalformedData, UnsupportedAlgorithm):
        return []
    spoken = [info for info in offered if _spoken(info)]
    return sorted(spoken, key=lambda info: (_PREFERENCE.index(info.mapping), -info.cipher.key_length))


def _spoken(info: PaceInfo) -> bool:
    curve = PACE_PARAMETERS.get(info.parameter)
    return curve is not None and (info.mapping is not Mapping.INTEGRATED or curve.p % 4 == 3)


def _passwords(keys: AccessKeys) -> list[tuple[Password, bytes]]:
    offered: list[tuple[Password, bytes]] = []
    if keys.can is not None:
        offered.append((Password.CAN, pace.password_bytes(Password.CAN, keys.can)))
    if keys.mrz is not None:
        offered.append((Password.MRZ, pace.password_bytes(Password.MRZ, keys.mrz.information())))
    return offered
