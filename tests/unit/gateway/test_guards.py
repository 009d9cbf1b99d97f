"""Guards over the gateway's process: every route is protected or listed as public, every job has someone who does it, every setting is documented."""

import re

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from procrastinate import App
from procrastinate.testing import InMemoryConnector
from pydantic import SecretStr, ValidationError
from starlette.routing import BaseRoute, Mount, Route

from integrations.gateway import jobs
from integrations.gateway.app import create_app
from integrations.gateway.settings import Settings
from integrations.gateway.tasks import register_tasks
from integrations.gateway.worker import shares
from scripts.local_stack import ROOT

# Who may call without our own token or session, and why.
PUBLIC = {
    "/healthz": "says only that the process lives",
    "/readyz": "says only that the database answers",
    "/": "the chat page",
    "/chat/messages": "a citizen, known by an unguessable cookie",
    "/chat/events": "a citizen, known by an unguessable cookie",
    "/chat/kiosk-code.svg": "draws what it is given, looks nothing up",
    "/chat/finish": "forgets the caller's own cookie",
    "/chat/shown": "a citizen, known by an unguessable cookie",
    "/chat/typing": "a citizen, known by an unguessable cookie",
    "/desk/oidc/start": "leads to the staff's provider",
    "/desk/oidc/callback": "state in an encrypted cookie, and the provider's signed token",
    "/desk/oidc/sign-out": "leads to the provider's own page",
}
PUBLIC_PREFIXES = {
    "/static/": "files without data",
    "/webhooks/": "each provider proves itself by its own means (tests/contract)",
    "/desk/sign-in": "where staff sign in",
}
GUARDS = {"authorize", "permitted.<locals>.guard"}


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return create_app(Settings(_env_file=None))


def every_route(routes: list[BaseRoute], prefix: str = "") -> list[tuple[str, BaseRoute]]:
    found: list[tuple[str, BaseRoute]] = []
    for route in routes:
        if isinstance(route, Mount):
            found.append((prefix + route.path + "/", route))
        elif isinstance(route, Route):
            found.append((prefix + route.path, route))
        else:  # FastAPI keeps an included router as one route
            included = route.original_router
            found += every_route(included.routes, prefix + getattr(route.include_context, "prefix", ""))
    return found


def guards_of(dependant: Dependant) -> set[str]:
    names = {getattr(dependant.call, "__qualname__", type(dependant.call).__qualname__)}
    return names.union(*(guards_of(one) for one in dependant.dependencies)) if dependant.dependencies else names


def test_routes_are_found_at_all(app):
    paths = {path for path, _ in every_route(app.routes)}
    assert {"/healthz", "/internal/v1/tickets", "/webhooks/zalo", "/chat/messages"} <= paths


def test_every_route_is_protected_or_listed_as_public(app):
    open_routes = []
    for path, route in every_route(app.routes):
        if path in PUBLIC or any(path.startswith(prefix) for prefix in PUBLIC_PREFIXES):
            continue
        guards = guards_of(route.dependant) if isinstance(route, APIRoute) else set()
        if not any(guard in GUARDS for guard in guards):
            open_routes.append((path, sorted(guards)))
    assert open_routes == []


def test_every_public_route_exists(app):
    assert set(PUBLIC) <= {path for path, _ in every_route(app.routes)}


def test_every_job_has_a_task_and_every_queue_a_worker():
    app = App(connector=InMemoryConnector())
    register_tasks(app, None, None, None)
    names = {value for name, value in vars(jobs).items() if name.isupper() and isinstance(value, str)} - {jobs.TURNS, jobs.HOUSEKEEPING}
    assert names <= set(app.tasks)
    served = {share.queue for share in shares(Settings(_env_file=None))}
    assert {jobs.TURNS, jobs.HOUSEKEEPING, *map(jobs.delivery_queue, ("zalo", "sms", "ussd"))} == served
    assert {task.queue for task in app.tasks.values() if task.name in names - {jobs.DELIVER}} <= served


def test_every_setting_is_in_env_example():
    documented = set(re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.M))
    assert {name.upper() for name in Settings.model_fields} - documented == set()


def test_env_example_is_a_valid_development_configuration(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    assert not Settings(_env_file=ROOT / ".env.example").production


def production(**changes: object) -> Settings:
    secrets = {name: SecretStr("a-real-secret") for name, field in Settings.model_fields.items() if field.annotation in (SecretStr, SecretStr | None)}
    keys = {"data_keys": SecretStr("k1:" + "x" * 43 + "="), "index_key": SecretStr("y" * 43 + "=")}
    return Settings(_env_file=None, troly_env="production", **(secrets | keys | changes))


def test_production_starts_with_its_own_secrets():
    assert production().production


@pytest.mark.parametrize("name", ["data_keys", "index_key", "internal_token", "bot_token"])
def test_production_refuses_development_secrets(name):
    with pytest.raises(ValidationError):
        production(**{name: Settings.model_fields[name].default})


def test_production_needs_zalos_secrets_only_where_zalo_is_used():
    unset = {name: Settings.model_fields[name].default for name in ("zalo_app_secret", "zalo_oa_secret")}
    assert production(zalo_app_id="", **unset).production
    with pytest.raises(ValidationError, match="ZALO_APP_SECRET"):
        production(zalo_app_id="1000", **unset)


def test_production_refuses_a_moved_clock():
    with pytest.raises(ValidationError):
        production(clock="2027-01-01T10:00:00+07:00")
