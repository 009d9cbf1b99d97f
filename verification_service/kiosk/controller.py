"""The course of one person's visit: each public method is something the person did; the result is a new `State`."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

from verification_service.chip import AccessError, AccessKeys, CardRemoved, ChipError, Evidence, Expected, NoCard, Progress, ReaderError, Transceiver, read
from verification_service.face.eyes import EyeReader
from verification_service.face.matcher import FaceMatcher
from verification_service.kiosk.capture import Capture
from verification_service.kiosk.client import Claimed, CodeUnknown, KioskApiError, NetworkDown, NotEnrolled, Ruling, SessionOver, VerificationClient
from verification_service.kiosk.state import FINAL, Screen, State, Trouble

FINAL_SECONDS = 30
# At 60 s the question stands for 20 s (WCAG 2.2.1).
ASK_AFTER = 2 / 3
# The machine works and nobody has to touch it; longer than this it has failed in a way that nobody foresaw.
WORKING = {Screen.READING, Screen.DECIDING}
WORKING_SECONDS = 180
RESULTS = {"verified": Screen.VERIFIED, "rejected": Screen.REJECTED, "manual_review": Screen.REVIEW}
Reader = Callable[[float, threading.Event], AbstractContextManager[Transceiver]]
log = logging.getLogger(__name__)


class Kiosk:
    """`reader(seconds, stop)` waits for a card. Everything about the person lives in this object and is forgotten by `reset`."""

    def __init__(
        self,
        client: VerificationClient,
        matcher: FaceMatcher,
        reader: Reader,
        idle: float = 60,
        card: float = 30,
        capture: float = 18,
        eyes: EyeReader | None = None,
    ) -> None:
        self._client, self._matcher, self._reader, self._eyes = client, matcher, reader, eyes
        self._idle_seconds, self._card_seconds, self._capture_seconds = idle, card, capture
        self._changed = asyncio.Condition()
        self._task: asyncio.Task | None = None
        self._stop_reading = threading.Event()
        self.state = State()
        self._forget()

    def _forget(self) -> None:
        self._claimed: Claimed | None = None
        self._number = ""
        self._evidence: Evidence | None = None
        self._capture: Capture | None = None
        self._capture_ends = 0.0
        # Whoever waits for the server compares: an answer that comes after the person has gone is nobody's.
        self._visit, self._claiming = object(), False
        self._touched = time.monotonic()

    async def changed(self, after: int, seconds: float = 20) -> State:
        """The state as soon as its version is another than `after`, at the latest after some seconds."""
        async with self._changed:
            try:
                await asyncio.wait_for(self._changed.wait_for(lambda: self.state.version != after), seconds)
            except TimeoutError:
                pass
        return self.state

    async def show(self, screen: Screen, **changes: object) -> State:
        """Puts a screen up."""
        self.state = replace(self.state, screen=screen, version=self.state.version + 1, **({"idle": False} | changes))
        async with self._changed:
            self._changed.notify_all()
        return self.state

    async def _trouble(self, problem: Trouble, back: Screen) -> State:
        log.info("kiosk trouble", extra={"problem": problem.value, "screen": self.state.screen.value})
        return await self.show(Screen.PROBLEM, problem=problem.value, back=back, prompt="", advice="")

    def touch(self) -> None:
        """The person is there."""
        self._touched = time.monotonic()

    async def stay(self) -> State:
        """The person touched something, or said that they are still there."""
        return await self.show(self.state.screen) if self.state.idle else self.state

    async def reset(self) -> State:
        """Forgets the person; an open session is given back."""
        claimed, unfinished = self._claimed, self.state.screen not in FINAL
        self._abandon_reading()
        self._forget()
        state = await self.show(Screen.WELCOME, purpose="", keeps_data=False, progress=0, prompt="", advice="", problem="", attempts_left=0, again=False)
        if claimed and unfinished:
            await self._give_back(claimed)
        return state

    async def _give_back(self, claimed: Claimed) -> None:
        try:
            await asyncio.to_thread(self._client.decline, claimed.session_id)
        except KioskApiError as error:
            log.info("session not given back", extra={"code": error.code})

    async def begin(self) -> State:
        """The person touched the screen."""
        return await self.show(Screen.CODE)

    async def enter_code(self, code: str) -> State:
        """Six digits, typed or scanned. A second touch on "next" while the server is asked is the same touch: the code works once."""
        if self.state.screen is not Screen.CODE or self._claiming:
            return self.state
        visit, self._claiming = self._visit, True
        try:
            mine = await asyncio.to_thread(self._client.claim, code)
        except KioskApiError as error:
            return await self._not_claimed(error) if visit is self._visit else self.state
        if visit is not self._visit:
            await self._give_back(mine)
            return self.state
        self._claimed, self._claiming = mine, False
        return await self.show(Screen.CONSENT, purpose=mine.purpose, keeps_data=bool(mine.claims), attempts_left=mine.challenge.attempts_left)

    async def _not_claimed(self, error: KioskApiError) -> State:
        self._claiming = False
        if isinstance(error, CodeUnknown):
            return await self._trouble(Trouble.CODE_UNKNOWN, Screen.CODE)
        return await self._api_trouble(error, Screen.CODE)

    async def agree(self) -> State:
        """The person agreed to the purpose."""
        return await self.show(Screen.NUMBER) if self._claimed else await self.reset()

    async def enter_number(self, number: str) -> State:
        """The citizen number, typed or from the card's QR; its last six digits open the chip."""
        self._number = number
        return await self._await_card(again=False)

    async def _await_card(self, again: bool) -> State:
        self._abandon_reading()
        self._stop_reading = threading.Event()
        state = await self.show(Screen.CARD, progress=0, again=again)
        self._task = asyncio.create_task(self._read_card(self._stop_reading))
        return state

    def _abandon_reading(self) -> None:
        self._stop_reading.set()
        if self._task and self._task is not asyncio.current_task():
            self._task.cancel()

    async def retry(self) -> State:
        """ "Try again" on a problem screen."""
        match self.state.back:
            case Screen.CARD if self._claimed and self._number:
                return await self._await_card(again=False)
            case Screen.CAMERA if self._claimed and self._evidence:
                return await self._start_capture()
            case Screen.CODE | Screen.NUMBER as screen:
                return await self.show(screen)
        return await self.reset()

    async def _read_card(self, stop: threading.Event) -> None:
        """`stop` is set once nobody waits for this reading any more: the thread that reads cannot be cancelled."""
        loop = asyncio.get_running_loop()
        claimed = self._claimed

        async def show_progress(percent: int) -> None:
            if not stop.is_set():
                await self.show(Screen.READING, progress=percent)

        def progress(step: Progress) -> None:
            asyncio.run_coroutine_threadsafe(show_progress(step.percent), loop)

        def work() -> Evidence:
            with self._reader(self._card_seconds, stop) as card:
                keys, relay = AccessKeys(can=self._number[-6:]), self._client.authenticator(claimed.session_id)
                expected = Expected(number=self._number)
                return read(card, keys, challenge=claimed.challenge.chip, chip_authenticator=relay, expected=expected, on_progress=progress)

        try:
            self._evidence = await asyncio.to_thread(work)
        except (ChipError, KioskApiError) as error:
            await self._card_trouble(error)
            return
        self.touch()
        await self._start_capture()

    async def _card_trouble(self, error: ChipError | KioskApiError) -> None:
        match error:
            case NoCard():
                await self._trouble(Trouble.NO_CARD, Screen.CARD)
            case CardRemoved():
                await self._trouble(Trouble.CARD_REMOVED, Screen.CARD)
            case ReaderError():
                await self._trouble(Trouble.READER_MISSING, Screen.CARD)
            case AccessError():
                await self._trouble(Trouble.WRONG_CARD, Screen.NUMBER)
            case KioskApiError():
                await self._api_trouble(error, Screen.CARD)
            case _:
                await self._trouble(Trouble.CARD_UNREADABLE, Screen.CARD)

    async def _start_capture(self) -> State:
        self._capture = Capture(self._claimed.challenge.movements, self._claimed.challenge.deadline, self._matcher, self._eyes)
        self._capture_ends = time.monotonic() + self._capture_seconds
        return await self.show(Screen.CAMERA, prompt=self._capture.prompt, advice="", progress=0)

    async def add_frame(self, jpeg: bytes, at: float) -> State:
        """A camera picture, `at` seconds after the page began to send."""
        capture = self._capture
        if self.state.screen is not Screen.CAMERA or capture is None:
            return self.state
        self.touch()
        await asyncio.to_thread(capture.add, jpeg, at)
        if self._capture is not capture or self.state.screen is not Screen.CAMERA:
            return self.state
        if capture.finished or time.monotonic() > self._capture_ends:
            self._capture = None
            return await self._send(capture)
        if self.state.idle or (capture.prompt, capture.advice) != (self.state.prompt, self.state.advice):
            return await self.show(Screen.CAMERA, prompt=capture.prompt, advice=capture.advice)
        return self.state

    async def camera_refused(self) -> State:
        """The page got no camera, for the face or for a QR picture."""
        return await self._trouble(Trouble.CAMERA_REFUSED, self.state.screen)

    async def _send(self, capture: Capture) -> State:
        await self.show(Screen.DECIDING, prompt="", advice="")
        claimed, evidence, visit = self._claimed, self._evidence, self._visit
        self._evidence = None
        try:
            ruling = await asyncio.to_thread(self._client.upload, claimed.session_id, claimed.challenge.id, evidence, capture.frames)
        except NetworkDown:
            return await self._after_lost_answer(claimed) if visit is self._visit else self.state
        except KioskApiError as error:
            return await self._api_trouble(error, Screen.WELCOME) if visit is self._visit else self.state
        return await self._follow(ruling) if visit is self._visit else self.state

    async def _after_lost_answer(self, claimed: Claimed) -> State:
        """Nobody knows whether the server judged: a fresh challenge, or the session's end, will tell."""
        visit = self._visit
        try:
            challenge = await asyncio.to_thread(self._client.new_challenge, claimed.session_id)
        except KioskApiError as error:
            return await self._api_trouble(error, Screen.WELCOME) if visit is self._visit else self.state
        if visit is not self._visit:
            return self.state
        self._claimed = replace(claimed, challenge=challenge)
        return await self._trouble(Trouble.NETWORK, Screen.CARD)

    async def _follow(self, ruling: Ruling) -> State:
        if ruling.challenge is None and ruling.outcome in RESULTS:
            self._number = ""
            return await self.show(RESULTS[ruling.outcome])
        if ruling.challenge is None:
            return await self._api_trouble(SessionOver("no_challenge"), Screen.WELCOME)
        self._claimed = replace(self._claimed, challenge=ruling.challenge)
        self.state = replace(self.state, attempts_left=ruling.challenge.attempts_left, advice=ruling.reasons[0].split(":")[1] if ruling.reasons else "")
        return await self._await_card(again=True)

    async def _api_trouble(self, error: KioskApiError, back: Screen) -> State:
        match error:
            case NetworkDown():
                return await self._trouble(Trouble.NETWORK, back)
            case SessionOver():
                self._claimed = None
                return await self._trouble(Trouble.SESSION_OVER, Screen.WELCOME)
            case NotEnrolled():
                return await self._trouble(Trouble.NOT_ENROLLED, Screen.WELCOME)
        return await self._trouble(Trouble.TOO_MANY_CODES if error.code == "too_many_codes" else Trouble.SERVER, back)

    async def watch(self) -> None:
        """Resets an abandoned kiosk, having asked before, and one that has shown its result."""
        while True:
            await asyncio.sleep(0.5)
            screen, idle = self.state.screen, time.monotonic() - self._touched
            if screen is Screen.WELCOME:
                continue
            if idle > self._longest(screen):
                await self.reset()
            elif screen not in WORKING and idle > ASK_AFTER * self._idle_seconds and not self.state.idle:
                await self.show(screen, idle=True)

    def _longest(self, screen: Screen) -> float:
        """How many seconds a screen may stand untouched."""
        if screen in WORKING:
            return WORKING_SECONDS
        return FINAL_SECONDS if screen in FINAL else self._idle_seconds
