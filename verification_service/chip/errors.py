"""Everything the chip package raises.

ChipError
├── ReaderError                      the hardware side; nothing is known about the card
│   ├── ReaderServiceDown            pcscd is not running
│   ├── ReaderNotFound               no reader of that name
│   ├── NoCard                       nothing on the reader in time
│   └── CardRemoved                  pulled away during the session
├── AccessError                      the card did not let us in
│   ├── AccessDenied                 the key (CAN or MRZ) is wrong
│   ├── AccessAlreadyDenied          a second try on the same presentation, refused by us
│   └── AccessNotSupported           no protocol in common, or the key it needs was not given
├── StatusError                      an APDU ended with an error status (`status`: two bytes as a number)
├── SecureMessagingError             an answer is not what the session keys demand
│   └── SecureMessagingLost          the chip dropped the session (6987, 6988)
├── MalformedData                    bytes that are not what their specification says
├── UnsupportedAlgorithm             well formed, but a curve, hash or cipher we do not speak
├── CertificateError                 a certificate, CRL or master list that cannot be believed
├── ChipAuthenticationError
│   ├── ChipAuthenticationUnsupported
│   └── ChipAuthenticationFailed     the chip does not own the private key of DG14
└── PortraitRefused                  too large, not an image, or its hash was not verified

Messages carry no file content, key or personal datum.
"""


class ChipError(Exception):
    """Root of the tree."""


class ReaderError(ChipError):
    """The reader or its service failed."""


class ReaderServiceDown(ReaderError):
    """No PC/SC service answers."""


class ReaderNotFound(ReaderError):
    """No reader whose name contains the wanted text."""


class NoCard(ReaderError):
    """No card was presented in time."""


class CardRemoved(ReaderError):
    """The card left the field before the session ended."""


class AccessError(ChipError):
    """The chip did not open."""


class AccessDenied(AccessError):
    """The CAN or MRZ key is wrong; take the card away before another try."""


class AccessAlreadyDenied(AccessError):
    """A key was already refused in this presentation; guessing is not allowed."""


class AccessNotSupported(AccessError):
    """The chip offers no protocol for which a key was given."""


class StatusError(ChipError):
    """The chip answered a command with an error status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"chip status {status:04X}")
        self.status = status


class SecureMessagingError(ChipError):
    """A secured answer has no MAC, a wrong MAC, or a wrong form."""


class SecureMessagingLost(SecureMessagingError):
    """The chip reports that the secure session is gone."""


class MalformedData(ChipError):
    """The bytes do not follow their specification."""


class UnsupportedAlgorithm(ChipError):
    """An algorithm outside the supported set."""


class CertificateError(ChipError):
    """A certificate, revocation list or master list that does not verify."""


class ChipAuthenticationError(ChipError):
    """Chip authentication did not succeed."""


class ChipAuthenticationUnsupported(ChipAuthenticationError):
    """DG14 offers nothing we can run."""


class ChipAuthenticationFailed(ChipAuthenticationError):
    """The chip could not show that it owns the key of DG14."""


class PortraitRefused(ChipError):
    """The portrait may not be decoded."""
