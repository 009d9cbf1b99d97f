"""The page on the box itself, on loopback only. Requests that change something must come from our own page (header `X-Kiosk-Page`)."""

import asyncio
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Annotated

import cv2
import numpy
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.staticfiles import StaticFiles
from PIL import Image, UnidentifiedImageError
from pydantic import BaseModel, StringConstraints
from starlette.middleware.trustedhost import TrustedHostMiddleware

from verification_service.headers import SafeHeaders
from verification_service.kiosk.controller import Kiosk
from verification_service.kiosk.texts import LANGUAGES, texts_in
from verification_service.memory import keep_off_the_disk

STATIC = Path(__file__).parent / "static"
MOST_FRAME_BYTES = 400_000
CODE = re.compile(r"^(?:TROLY06:)?([0-9]{6})$")
CARD_QR = re.compile(r"^([0-9]{12})\|")


class CodeEntry(BaseModel):
    """Six digits."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class NumberEntry(BaseModel):
    """The twelve digits of the card."""

    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]


def from_our_page(x_kiosk_page: Annotated[str, Header()] = "") -> None:
    """A page of another origin cannot set this header without our leave."""
    if x_kiosk_page != "1":
        raise HTTPException(403)


def create_app(kiosk: Kiosk) -> FastAPI:
    """The kiosk's local web application."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        watch = asyncio.create_task(kiosk.watch())
        yield
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
        await kiosk.reset()

    keep_off_the_disk()
    app = FastAPI(title="Kiosk", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SafeHeaders)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    _add_reading(app, kiosk)
    _add_actions(app, kiosk)
    app.mount("/", StaticFiles(directory=STATIC, html=True))
    return app


def _add_reading(app: FastAPI, kiosk: Kiosk) -> None:
    @app.get("/api/state")
    async def state(after: int = -1) -> dict:
        return (await kiosk.changed(after)).to_json()

    @app.get("/api/texts/{language}")
    async def texts(language: str) -> dict[str, str]:
        if language not in LANGUAGES:
            raise HTTPException(404)
        return texts_in(language)


def _add_actions(app: FastAPI, kiosk: Kiosk) -> None:
    simple = {
        "begin": kiosk.begin, "agree": kiosk.agree, "retry": kiosk.retry, "reset": kiosk.reset, "stay": kiosk.stay, "camera-refused": kiosk.camera_refused,
    }  # fmt: skip

    @app.post("/api/do/{action}", dependencies=[Depends(from_our_page)])
    async def do(action: str) -> dict:
        if action not in simple:
            raise HTTPException(404)
        kiosk.touch()
        return (await simple[action]()).to_json()

    @app.post("/api/code", dependencies=[Depends(from_our_page)])
    async def code(entry: CodeEntry) -> dict:
        kiosk.touch()
        return (await kiosk.enter_code(entry.code)).to_json()

    @app.post("/api/number", dependencies=[Depends(from_our_page)])
    async def number(entry: NumberEntry) -> dict:
        kiosk.touch()
        return (await kiosk.enter_number(entry.number)).to_json()

    @app.post("/api/frame", dependencies=[Depends(from_our_page)])
    async def frame(request: Request, at: float) -> dict:
        return (await kiosk.add_frame(await _picture(request), at)).to_json()

    @app.post("/api/scan", dependencies=[Depends(from_our_page)])
    async def scan(request: Request) -> dict[str, str]:
        kiosk.touch()
        return await asyncio.to_thread(scanned, await _picture(request))


async def _picture(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_FRAME_BYTES:
            raise HTTPException(413)
    return body


def scanned(jpeg: bytes) -> dict[str, str]:
    """The session code or the card's number in a QR picture; empty when there is none."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
            text, _, _ = cv2.QRCodeDetector().detectAndDecode(numpy.asarray(image.convert("L")))
    except (UnidentifiedImageError, OSError, ValueError, cv2.error):
        return {}
    if match := CODE.match(text):
        return {"code": match[1]}
    if match := CARD_QR.match(text):
        return {"number": match[1]}
    return {}
