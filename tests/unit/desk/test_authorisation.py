"""Every role against every route of the desk: what the table of permissions grants, and nothing else."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from integrations.desk.access.guards import PUBLIC_ROUTES
from integrations.desk.access.permissions import GRANTS, PERMISSIONS
from integrations.desk.accounts.models import ROLES
from integrations.desk.endpoints import ROUTERS
from tests.support.application import Application

STREAMS = {"/desk/events"}


def routes() -> Iterator[tuple[str, str, str | None]]:
    """Method, path and permission of every route of the desk."""
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            for method in route.methods:
                yield method, route.path, permission_of(route.dependant)


def permission_of(dependant: Dependant) -> str | None:
    return getattr(dependant.call, "permission", None) or next(filter(None, map(permission_of, dependant.dependencies)), None)


def test_every_route_names_a_permission_or_is_public() -> None:
    assert {path for _, path, permission in routes() if permission is None} == PUBLIC_ROUTES
    assert {permission for _, _, permission in routes()} - {None} <= set(PERMISSIONS)


def test_every_role_has_its_grants_and_nobody_is_both_administrator_and_auditor() -> None:
    assert set(GRANTS) == set(ROLES)
    assert not {"audit.read"} & GRANTS["admin"]
    assert not {"staff.manage", "desk.configure", "conversations.answer"} & GRANTS["auditor"]
    assert not {"conversations.read"} & GRANTS["field"]


async def call(client, method: str, path: str, csrf: str) -> int:  # type: ignore[no-untyped-def]
    address = path
    while "{" in address:
        start, _, rest = address.partition("{")
        address = start + str(uuid4()) + rest.partition("}")[2]
    return (await client.request(method, address, headers={"X-CSRF-Token": csrf, "Accept": "application/json"})).status_code


@pytest.mark.parametrize("role", ROLES)
async def test_role(application: Application, role: str) -> None:
    member = await application.signed_in("lan", role)
    wrong = []
    for method, path, permission in routes():
        if permission is None or path in STREAMS:
            continue
        if path == "/desk/sign-out":
            continue
        status = await call(member.client, method, path, member.csrf)
        allowed = permission in GRANTS[role]
        if (status == 403) == allowed or status in {401, 500}:
            wrong.append((method, path, status))
    assert wrong == []


async def test_a_stream_is_refused_to_a_role_without_its_permission(application: Application) -> None:
    for role in ("field", "auditor", "admin"):
        member = await application.signed_in(role, role)
        assert [await call(member.client, "GET", path, member.csrf) for path in STREAMS] == [403] * len(STREAMS)


async def test_without_a_session_every_route_asks_to_sign_in(application: Application) -> None:
    async with application.browser() as stranger:
        statuses = {await call(stranger, method, path, "") for method, path, permission in routes() if permission is not None}
        page = await stranger.get("/desk/conversations")
    assert statuses == {401}
    assert (page.status_code, page.headers["Location"]) == (303, "/desk/sign-in")


async def test_without_the_token_no_change_is_made_by_any_route(application: Application) -> None:
    member = await application.signed_in("lan", "supervisor")
    changes = [(method, path) for method, path, permission in routes() if method != "GET" and permission in GRANTS["supervisor"]]
    assert changes
    assert {await call(member.client, method, path, "wrong") for method, path in changes} == {403}
