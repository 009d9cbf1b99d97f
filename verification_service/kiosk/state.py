"""What the screen shows: one immutable value. Texts are chosen by the page from `screen`, `problem`, `prompt` and `advice`."""

from dataclasses import asdict, dataclass
from enum import StrEnum


class Screen(StrEnum):
    """In the order a person sees them; PROBLEM may follow any."""

    WELCOME = "welcome"
    CODE = "code"
    CONSENT = "consent"
    NUMBER = "number"
    CARD = "card"
    READING = "reading"
    CAMERA = "camera"
    DECIDING = "deciding"
    VERIFIED = "verified"
    REJECTED = "rejected"
    REVIEW = "review"
    PROBLEM = "problem"


class Trouble(StrEnum):
    """Each has a text that says what to do, and where the person goes on."""

    CODE_UNKNOWN = "code_unknown"
    NO_CARD = "no_card"
    CARD_REMOVED = "card_removed"
    WRONG_CARD = "wrong_card"
    CARD_UNREADABLE = "card_unreadable"
    READER_MISSING = "reader_missing"
    CAMERA_REFUSED = "camera_refused"
    NETWORK = "network"
    SESSION_OVER = "session_over"
    NOT_ENROLLED = "not_enrolled"
    SERVER = "server"
    TOO_MANY_CODES = "too_many_codes"


FINAL = {Screen.VERIFIED, Screen.REJECTED, Screen.REVIEW}


@dataclass(frozen=True)
class State:
    """`keeps_data`: the caller learns who the holder is. `progress` in percent; `prompt` a movement or `straight`.

    `advice` is what to change about the picture, `back` where "try again" leads; `idle`: nobody has touched the screen for long, the page asks who is there.
    """

    screen: Screen = Screen.WELCOME
    purpose: str = ""
    keeps_data: bool = False
    progress: int = 0
    prompt: str = ""
    advice: str = ""
    problem: str = ""
    back: Screen = Screen.WELCOME
    attempts_left: int = 0
    again: bool = False
    idle: bool = False
    version: int = 0

    def to_json(self) -> dict:
        """For the page; nothing in it identifies the person."""
        return asdict(self)
