"""The verification service: `uvicorn verification_service.sessions.app:create_app --factory`."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
from fastapi import FastAPI, Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy.ext.asyncio import async_sessionmaker

from verification_service.chip import TrustStore
from verification_service.face.eyes import load_eyes
from verification_service.face.matcher import FaceMatcher
from verification_service.face.packs import PackError, resolve_pack
from verification_service.face.passive import load_detectors
from verification_service.headers import SafeHeaders
from verification_service.memory import keep_off_the_disk
from verification_service.sessions import api_callers, api_kiosk, api_operator, background
from verification_service.sessions.api_callers import ServiceOf
from verification_service.sessions.database import create_engine
from verification_service.sessions.encryption import Keyring
from verification_service.sessions.errors import answer_refusals
from verification_service.sessions.limits import BodyLimit
from verification_service.sessions.service import Service
from verification_service.sessions.settings import VerificationSettings

STATIC = Path(__file__).parent / "static"
log = logging.getLogger(__name__)


def load_matcher() -> tuple[FaceMatcher | None, str]:
    """The matcher after its self-test, or None and why; never a stand-in."""
    try:
        matcher = FaceMatcher(resolve_pack())
        matcher.self_test()
    except PackError as error:
        log.error("face matching is not available", extra={"reason": str(error)})
        return None, str(error)
    return matcher, ""


def load_trust_store(directory: Path | None) -> TrustStore:
    """The CSCA certificates. Without any, every card ends in manual review at best, and the log says so."""
    store = TrustStore.from_directory(directory) if directory else TrustStore()
    if not store.authorities:
        log.warning("no CSCA certificate: nobody can be verified without an operator", extra={"setting": "VERIFICATION_CSCA_DIR"})
    return store


def create_app(settings: VerificationSettings | None = None, matcher: FaceMatcher | None = None) -> FastAPI:
    """The application. A `matcher` that is already loaded and tested may be given."""
    keep_off_the_disk()
    settings = settings or VerificationSettings()
    keyring = Keyring(settings.data_keys.get_secret_value(), settings.index_key.get_secret_value())
    engine = create_engine(settings.verification_database_url, keyring)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        loaded, problem = (matcher, "") if matcher else await asyncio.to_thread(load_matcher)
        service = Service(
            settings=settings, sessions=async_sessionmaker(engine, expire_on_commit=False), keyring=keyring, matcher=loaded, face_problem=problem,
            trust_store=load_trust_store(settings.verification_csca_dir), judging=asyncio.Semaphore(settings.verification_parallel_decisions),
            passive=load_detectors(settings.verification_passive_detectors), eyes=load_eyes(),
        )  # fmt: skip
        app.state.service = service
        async with httpx.AsyncClient() as http:
            task = asyncio.create_task(background.run(service, http))
            yield
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await engine.dispose()

    app = FastAPI(title="Verification", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    for router in (api_callers.router, api_kiosk.router, api_operator.router):
        app.include_router(router)
    app.get("/healthz", tags=["health"])(alive)
    app.get("/readyz", tags=["health"], responses={503: {"description": "no face model"}})(ready)
    app.mount("/operator", StaticFiles(directory=STATIC, html=True))
    app.add_middleware(BodyLimit)
    app.add_middleware(SafeHeaders)
    answer_refusals(app)
    return app


async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


async def ready(service: ServiceOf, response: Response) -> dict:
    """503 until the face model has passed its self-test. `best_outcome` tells a deployment without CSCA certificates."""
    if service.matcher is None:
        response.status_code = 503
        return {"status": "not_ready", "reason": service.face_problem}
    issuers = len(service.trust_store.authorities)
    return {"status": "ok", "face_model": service.matcher.pack.version, "issuers": issuers, "best_outcome": "verified" if issuers else "manual_review"}
