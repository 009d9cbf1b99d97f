"""Puts the desk into the gateway's application: routes, static files, and how the desk's errors become answers."""

from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException

from integrations.desk.accounts import endpoints as accounts
from integrations.desk.accounts.limits import SignInLimits
from integrations.desk.board import endpoints as board
from integrations.desk.caretaker.loop import caretaker
from integrations.desk.console import actions
from integrations.desk.console import endpoints as console
from integrations.desk.console.viewings import Viewings
from integrations.desk.errors import DeskError, NotSignedIn, SetUpNeeded
from integrations.desk.learning import endpoints as learning
from integrations.desk.office import endpoints as configuration
from integrations.desk.office import service as office
from integrations.desk.oidc import endpoints as oidc
from integrations.desk.oidc.provider import Provider
from integrations.desk.pages import language_of, render
from integrations.desk.people import endpoints as people
from integrations.desk.reports import endpoints as reports
from integrations.desk.reports.mail import postman
from integrations.desk.search import endpoints as search
from integrations.desk.settings import get_desk_settings
from integrations.desk.texts import mark as _
from integrations.desk.texts import translate
from integrations.desk.tickets import endpoints as tickets
from integrations.desk.trail import endpoints as trail

STATIC = Path(__file__).with_name("static")
MODULES = (accounts, oidc, console, actions, tickets, configuration, people, trail, board, reports, learning, search)
ROUTERS = tuple(module.router for module in MODULES)


def install(app: FastAPI) -> None:
    """Called by the gateway's application factory."""
    app.state.sign_in_limits = SignInLimits()
    app.state.viewings = Viewings()
    settings = get_desk_settings()
    app.state.sign_in_provider = Provider(settings) if settings.desk_oidc_issuer else None

    async def public_notice(session: AsyncSession) -> str | None:
        return (await office.load(session)).public_notice(app.state.settings.now())

    app.state.public_notice = public_notice
    app.include_router(APIRouter(lifespan=caretaker))
    app.include_router(APIRouter(lifespan=postman))
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static/desk", StaticFiles(directory=STATIC), name="desk-static")
    app.add_exception_handler(DeskError, answer_error)
    app.add_exception_handler(HTTPException, answer_no_page)
    app.add_exception_handler(RequestValidationError, answer_no_page)


async def answer_error(request: Request, error: Exception) -> Response:
    """A page for people, JSON for scripts. The transaction was rolled back."""
    if not isinstance(error, DeskError):
        raise error
    page = _wants_page(request)
    if page and isinstance(error, NotSignedIn):
        return RedirectResponse("/desk/sign-in", 303)
    if page and isinstance(error, SetUpNeeded):
        return RedirectResponse("/desk/account", 303)
    message = translate(language_of(request, None), error.message, **error.values)
    if page:
        return render(request, "error.html", None, status=error.status, message=message)
    return JSONResponse({"message": message}, error.status)


async def answer_no_page(request: Request, error: Exception) -> Response:
    """An address of the desk that does not exist, or a form that no page of ours sends. Everybody else gets the framework's own answer."""
    if request.url.path.startswith("/desk") and _wants_page(request):
        message = translate(language_of(request, None), _("Không có trang này. Địa chỉ có thể đã cũ hoặc bị gõ sai."))
        return render(request, "error.html", None, status=error.status_code if isinstance(error, HTTPException) else 422, message=message)
    if isinstance(error, RequestValidationError):
        return await request_validation_exception_handler(request, error)
    if isinstance(error, HTTPException):
        return await http_exception_handler(request, error)
    raise error


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("Accept", "") and request.headers.get("X-Requested-With") is None
