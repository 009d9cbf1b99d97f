"""The eMRTD library: bytes from a contactless chip in, evidence and a reasoned verdict out (ICAO Doc 9303 parts 3, 4, 10, 11, 12).

Nothing of ours is imported here. The only input and output is `Transceiver.transmit(command: bytes) -> bytes`.

On the kiosk (or anywhere a reader is plugged in)::

    keys = AccessKeys(can="000123")                                   # or AccessKeys(mrz=MrzKey("199000123", "990101", "390101")), or both
    with wait_for_card("ACS ACR1252", timeout=30) as card:            # pcsc.py; a typed error for every way a reader fails
        evidence = read(card, keys, challenge=challenge, chip_authenticator=relay, on_progress=show, expected=Expected(number="…"))
    body = evidence.to_json()                                         # safe to send: files, signatures, outcomes; no session key, no private key

After an AccessDenied the same presentation is refused (AccessAlreadyDenied) until the card was taken away; `pcsc.card_events(name, stop, timeout)` tells when.
`challenge` is the server's 8 bytes. `on_progress` receives a frozen `Progress` (step, number, total, percent). `chip_authenticator` is who holds
the ephemeral key of chip authentication: two calls, relayed by the kiosk to the server::

    class Relay:                                                      # the protocol `ChipAuthenticator`
        def begin(self, dg14: bytes) -> ChipAuthenticationStart: ...  # server: HeldChipAuthentication.begin(dg14) -> .start
        def finish(self, answer: bytes) -> SessionKeys: ...           # server: held.finish(answer), raises ChipAuthenticationFailed

Both calls raise `ChipAuthenticationUnsupported` or `ChipAuthenticationFailed`; `ChipAuthenticationStart` and `SessionKeys` have `to_dict` and `from_dict`.
The server makes the key pair and the first secured command; the kiosk shows the chip the public key, sends that command and returns the chip's
answer; only when the MAC of the answer is right does the server release the session keys for the bulk read.

On the server::

    challenge = new_challenge()
    held = HeldChipAuthentication.begin(dg14)                         # .start for the kiosk; .to_dict()/.from_dict() between two requests (secret: encrypt)
    session_keys = held.finish(answer)                                # the answer stays recorded in `held`, right or wrong
    evidence = Evidence.from_json(body).attach(Issued(challenge, held))
    report = verify(evidence, trust_store, now)                       # pure: same bytes, same store, same time -> same report
    report.verdict        # Verdict.GENUINE | REJECTED | UNDECIDED
    report.checks         # every Check(name, state, reason, detail); state: passed, failed, not_supported, untrusted_issuer, not_proven, not_checked
    report.document       # Document(number, name, birth_date, …, portrait), only from files whose hash the SOD confirms; None otherwise

`Evidence.from_json` never fills `issued`: what a kiosk says about challenges and keys is not believed, so evidence to which the server attached nothing
of its own is never `GENUINE`. `to_record`/`from_record` are the archive form with `issued`, for judging again offline. A program that reads and judges
on one machine gives `read` its own `Issued` as `read(card, keys, issued=Issued.new())` (that is what the command `read-card` does).

`TrustStore.from_directory(path)` (certificates, CRLs) and `TrustStore.from_master_list(data, signer_anchor)` are the issuers believed in; load once.
All errors: `errors.py`. Chip content never raises out of `verify`; it becomes a `failed` check with a reason.
"""

from importlib import import_module

from verification_service.chip.access import AccessKeys
from verification_service.chip.active_authentication import new_challenge
from verification_service.chip.certificates import Certificate
from verification_service.chip.checks import Check, Document, Report, State, Verdict
from verification_service.chip.chip_authentication import ChipAuthenticationStart, ChipAuthenticator, HeldChipAuthentication
from verification_service.chip.ciphers import SessionKeys
from verification_service.chip.errors import (
    AccessAlreadyDenied,
    AccessDenied,
    AccessError,
    AccessNotSupported,
    CardRemoved,
    ChipAuthenticationError,
    ChipAuthenticationFailed,
    ChipAuthenticationUnsupported,
    ChipError,
    MalformedData,
    NoCard,
    PortraitRefused,
    ReaderError,
    ReaderNotFound,
    ReaderServiceDown,
    SecureMessagingError,
)
from verification_service.chip.evidence import Evidence, Expected, Issued
from verification_service.chip.mrz import MrzKey
from verification_service.chip.portrait import Portrait
from verification_service.chip.progress import Progress, Step
from verification_service.chip.reader import read
from verification_service.chip.transceiver import Transceiver
from verification_service.chip.trust_store import TrustStore
from verification_service.chip.verify import verify

__all__ = [
    "AccessAlreadyDenied",
    "AccessDenied",
    "AccessError",
    "AccessKeys",
    "AccessNotSupported",
    "CardRemoved",
    "Certificate",
    "Check",
    "ChipAuthenticationError",
    "ChipAuthenticationFailed",
    "ChipAuthenticationStart",
    "ChipAuthenticationUnsupported",
    "ChipAuthenticator",
    "ChipError",
    "Document",
    "Evidence",
    "Expected",
    "HeldChipAuthentication",
    "Issued",
    "MalformedData",
    "MrzKey",
    "NoCard",
    "Portrait",
    "PortraitRefused",
    "Progress",
    "ReaderError",
    "ReaderNotFound",
    "ReaderServiceDown",
    "Report",
    "SecureMessagingError",
    "SessionKeys",
    "State",
    "Step",
    "Transceiver",
    "TrustStore",
    "Verdict",
    "new_challenge",
    "read",
    "reader_names",
    "verify",
    "wait_for_card",
]


def __getattr__(name: str) -> object:
    """`reader_names` and `wait_for_card` need pyscard, which a server that only judges evidence does not install."""
    if name in ("reader_names", "wait_for_card"):
        return getattr(import_module("verification_service.chip.pcsc"), name)
    raise AttributeError(name)
