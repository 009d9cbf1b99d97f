"""What a key press means, without any database: the state of a session and what was typed → what to do."""

import re
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from integrations.channels.base import Choice
from integrations.core.text import fold

Phase = Literal["menu", "resume", "answer", "call_back", "home_visit", "queued"]
TicketKind = Literal["call_back", "home_visit"]

MENU_CHOICES = {
    "1": Choice("xem thẻ làm đến đâu", "/cccd_status"),
    "2": Choice("kích hoạt VNeID", "/eid_activate"),
    "3": Choice("khai báo lưu trú", "/lodging_register"),
    "4": Choice("có người gọi xưng công an bảo đọc mã OTP", '/other{"answer": "eid-fraud-otp"}'),
}
"""The menu's journeys and its answer about fraud, as the bot offers them itself: no language is understood for them."""
HOME_VISIT_IN_DETAIL = Choice("đăng ký cán bộ đến nhà", "/home_visit")
OWN_CHOICES = (*MENU_CHOICES.values(), HOME_VISIT_IN_DETAIL)
_NUMBER = re.compile(r"(?:(?:so|chon|phim|bam)\s*)*(\d{1,2})\s*\.?")


@dataclass
class State:
    """Where the citizen stands. `pages` are shown one by one; `choices` are by the number shown; `previous` is what a redial may continue,
    `previous_waits_for` the message whose answer it had not shown yet.

    `path` and `key` are those of the last request, `typed` its input: a resend is recognised by them.
    """

    phase: Phase = "menu"
    pages: list[str] = field(default_factory=list)
    page: int = 0
    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    path: str = ""
    key: str = ""
    typed: str = ""
    ended: bool = False
    previous: dict[str, Any] | None = None
    previous_waits_for: str | None = None

    @classmethod
    def load(cls, stored: dict[str, Any]) -> "State":
        return cls(**stored)

    def dump(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def screen(self) -> str:
        return self.pages[self.page]


@dataclass(frozen=True, slots=True)
class Show:
    """A screen of ours: `menu`, `hotline`, `call_back`, `home_visit`, `queued`, `goodbye`; or `page`: the state's own page, which `decide` has turned."""

    what: Literal["menu", "hotline", "call_back", "home_visit", "queued", "goodbye", "page"]


@dataclass(frozen=True, slots=True)
class StartOver:
    """The menu, and the bot forgets what was going on."""


@dataclass(frozen=True, slots=True)
class Continue:
    """The screen that was shown when the last session broke."""


@dataclass(frozen=True, slots=True)
class OpenTicket:
    kind: TicketKind


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """The citizen waits for an officer no longer."""


@dataclass(frozen=True, slots=True)
class Ask:
    """The bot's turn: words, or a choice that it offered."""

    text: str
    choice: Choice | None = None


Action = Show | StartOver | Continue | OpenTicket | LeaveQueue | Ask


def decide(state: State, typed: str, *, in_journey: bool) -> Action:
    """The meaning of one input. Turning pages changes `state.page`."""
    key = _key(typed)
    if key == "00":
        return StartOver()
    if key == "*":
        return Show("call_back")
    if not typed:
        return Show("page") if state.pages else Show("menu")
    if turned := _turn_page(state, key):
        return turned
    match state.phase:
        case "menu":
            return _in_menu(typed, key)
        case "resume":
            return _in_resume(typed, key)
        case "call_back" | "home_visit":
            return _in_offer(state.phase, typed, key)
        case "queued":
            return _in_queue(typed, key)
        case "answer":
            return _in_answer(state, typed, key, in_journey)


def _turn_page(state: State, key: str) -> Show | None:
    if key == "9" and state.page + 1 < len(state.pages):
        state.page += 1
        return Show("page")
    if key == "0" and state.page > 0:
        state.page -= 1
        return Show("page")
    return None


def _in_menu(typed: str, key: str) -> Action:
    screens: dict[str, Action] = {"0": Show("goodbye"), "5": Show("call_back"), "6": Show("home_visit"), "7": Show("hotline")}
    if key in screens:
        return screens[key]
    if key in MENU_CHOICES:
        return Ask(MENU_CHOICES[key].title, MENU_CHOICES[key])
    return Show("menu") if key.isdigit() else Ask(typed)


def _in_resume(typed: str, key: str) -> Action:
    if key in ("1", "co"):
        return Continue()
    return StartOver() if key.isdigit() or key == "khong" else Ask(typed)


def _in_offer(kind: TicketKind, typed: str, key: str) -> Action:
    if key in ("1", "co", "dong y"):
        return OpenTicket(kind)
    if key == "2" and kind == "home_visit":
        return Ask(HOME_VISIT_IN_DETAIL.title, HOME_VISIT_IN_DETAIL)
    return Show("menu") if key.isdigit() or key == "khong" else Ask(typed)


def _in_queue(typed: str, key: str) -> Action:
    if key == "1":
        return LeaveQueue()
    return Show("goodbye") if key in ("0", "khong") else Show("queued") if key.isdigit() else Ask(typed)


def _in_answer(state: State, typed: str, key: str, in_journey: bool) -> Action:
    if key in state.choices:
        choice = state.choices[key]
        return Ask(choice["title"], Choice(choice["title"], choice["payload"]))
    if key == "0":
        return Ask("quay lại") if in_journey else Show("menu")
    return Ask(typed)


def _key(typed: str) -> str:
    """ "1", "1.", "so 1" as "1"; other input folded."""
    folded = " ".join(fold(typed).split())
    number = _NUMBER.fullmatch(folded)
    return number[1] if number else folded
