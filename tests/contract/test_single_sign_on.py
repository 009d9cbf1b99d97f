"""Staff sign in by a provider that we did not write: npm `oidc-provider`."""

import re
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import select

from integrations.desk.accounts import service as accounts
from integrations.desk.accounts.models import StaffMember, StaffUnit
from integrations.desk.cli import link_user
from integrations.desk.settings import DeskSettings, get_desk_settings
from integrations.gateway.audit.models import AuditEvent
from tests.support.application import PASSWORD, Application, application
from tests.support.oidc_provider import environment, running_provider, sign_in_at_provider

CALLBACK = "http://127.0.0.1:8000/desk/oidc/callback"
__all__ = ["application"]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with running_provider(CALLBACK) as address:
        yield address


@pytest.fixture
def chosen() -> dict[str, str]:
    """Settings that a test wants to be different."""
    return {}


@pytest.fixture(autouse=True)
def configured(issuer: str, chosen: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in (environment(issuer) | chosen).items():
        monkeypatch.setenv(name, value)
    get_desk_settings.cache_clear()
    yield
    get_desk_settings.cache_clear()


async def leave(browser: httpx.AsyncClient, start: str = "/desk/oidc/start") -> str:
    answer = await browser.get(start)
    assert answer.status_code in {302, 307}, answer.text
    return answer.headers["Location"]


async def come_in(browser: httpx.AsyncClient, name: str, start: str = "/desk/oidc/start") -> httpx.Response:
    """The whole way: to the provider, sign in there, and back."""
    return await browser.get(await sign_in_at_provider(await leave(browser, start), name))


async def member(application: Application, subject: str) -> StaffMember | None:
    async with application.transaction() as session:
        return await session.scalar(select(StaffMember).where(StaffMember.oidc_subject == subject))


async def on_the_trail(application: Application, action: str) -> list[dict[str, object]]:
    async with application.transaction() as session:
        return [event.detail for event in await session.scalars(select(AuditEvent).where(AuditEvent.action == action))]


async def test_the_request_carries_state_nonce_and_a_hashed_verifier(application: Application) -> None:
    async with application.browser() as browser:
        parameters = httpx.URL(await leave(browser)).params
    assert parameters["response_type"] == "code" and parameters["code_challenge_method"] == "S256"
    assert len(parameters["code_challenge"]) == 43 and len(parameters["state"]) >= 20 and len(parameters["nonce"]) >= 20
    assert parameters["redirect_uri"] == CALLBACK


async def test_a_person_with_a_role_comes_in_with_it_and_with_the_unit(application: Application) -> None:
    async with application.transaction() as session:
        unit = StaffUnit(name="Tổ 1")
        session.add(unit)
    async with application.browser() as browser:
        answer = await come_in(browser, "lan")
        assert (answer.status_code, 'content="0;url=/desk"' in answer.text) == (200, True)
        assert "SameSite=strict" in next(header for header in answer.headers.get_list("Set-Cookie") if header.startswith("desk="))
        assert (await browser.get("/desk/conversations")).status_code == 200
        assert "Nguyễn Thị Lan" in (await browser.get("/desk/account")).text
        assert (await browser.get("/desk/board")).status_code == 403
    made = await member(application, "lan")
    assert (made.role, made.unit_id, made.password_hash, made.username) == ("agent", unit.id, None, "lan")
    assert await on_the_trail(application, "signed_in") == [{"by": "provider"}]
    async with application.browser() as browser:
        assert (await browser.post("/desk/sign-in", data={"username": "lan", "password": ""})).status_code == 401


async def test_the_first_role_in_the_table_counts_and_a_second_visit_is_the_same_account(application: Application) -> None:
    for _ in range(2):
        async with application.browser() as browser:
            await come_in(browser, "boss")
            assert (await browser.get("/desk/board")).status_code == 200
    async with application.transaction() as session:
        assert [found.role for found in await session.scalars(select(StaffMember))] == ["supervisor"]


@pytest.mark.parametrize("name", ["guest", "root", "nobody-known"])
async def test_without_a_role_of_ours_nobody_comes_in_and_nobody_becomes_administrator(application: Application, name: str) -> None:
    async with application.browser() as browser:
        answer = await come_in(browser, name)
        assert (answer.status_code, "chưa được cấp quyền" in answer.text) == (403, True)
        assert (await browser.get("/desk/conversations")).status_code == 303
    assert await member(application, name) is None
    assert await on_the_trail(application, "sign_in_refused") == [{"why": "unknown"}]


async def test_a_name_of_the_provider_never_opens_a_local_account(application: Application) -> None:
    await application.staff("lan", "supervisor")
    async with application.browser() as browser:
        await come_in(browser, "lan")
        assert (await browser.get("/desk/board")).status_code == 403
    made = await member(application, "lan")
    assert made.username.startswith("lan-") and made.role == "agent"


async def test_a_disabled_account_is_refused_and_said_to_be_so(application: Application) -> None:
    async with application.browser() as browser:
        await come_in(browser, "lan")
        async with application.transaction() as session:
            await accounts.set_disabled(session, "lan", application.clock)
        assert (await browser.get("/desk/conversations")).status_code == 303
        answer = await come_in(browser, "lan")
        assert (answer.status_code, "đã bị khóa" in answer.text) == (403, True)
    assert await on_the_trail(application, "sign_in_refused") == [{"why": "disabled"}]


@pytest.mark.parametrize(
    "damage", ["expired", "foreign_key", "nonce", "audience", "issuer", "subject", "unsigned", "public_key_as_secret", "absent"]
)  # fmt: skip
async def test_a_token_that_is_not_as_it_must_be_opens_nothing(application: Application, issuer: str, damage: str) -> None:
    async with application.browser() as browser:
        back = await sign_in_at_provider(await leave(browser), "lan")
        assert httpx.post(f"{issuer}/tamper", params={"with": damage}, trust_env=False).status_code == 204
        answer = await browser.get(back)
        assert (answer.status_code, "Đăng nhập không thành công" in answer.text) == (422, True)
        assert "desk" not in browser.cookies
    assert await member(application, "lan") is None


async def test_a_forged_a_foreign_and_a_used_state_open_nothing(application: Application) -> None:
    async with application.browser() as victim, application.browser() as attacker:
        own = await sign_in_at_provider(await leave(attacker), "lan")
        await leave(victim)
        forged = re.sub(r"state=[^&]+", f"state={'x' * 30}", own)
        assert [(await victim.get(address)).status_code for address in (own, forged)] == [422, 422], "another browser's way back is not this one's"
        assert (await victim.get("/desk/oidc/callback?code=abc")).status_code == 422
        assert (await attacker.get(own)).status_code == 200
        assert (await attacker.get(own)).status_code == 422, "a way back works once"


async def test_what_was_begun_more_than_ten_minutes_ago_is_forgotten(application: Application) -> None:
    async with application.browser() as browser:
        back = await sign_in_at_provider(await leave(browser), "lan")
        application.pass_time(minutes=11)
        assert (await browser.get(back)).status_code == 422


async def test_a_member_links_the_own_account_and_nobody_elses_subject(application: Application) -> None:
    quan, lan = await application.signed_in("quan", "admin"), await application.signed_in("lanh")
    assert (await come_in(quan.client, "root", "/desk/oidc/link")).status_code == 200
    async with application.browser() as browser:
        await come_in(browser, "root")
        assert (await browser.get("/desk/staff")).status_code == 200, "the claim neither gives nor takes an administrator's role"
    assert (await come_in(lan.client, "root", "/desk/oidc/link")).status_code == 409
    assert len(await on_the_trail(application, "account_linked")) == 1
    async with application.browser() as stranger:
        assert (await stranger.get("/desk/oidc/link")).headers["Location"] == "/desk/sign-in"


async def test_a_role_that_the_provider_takes_away_ends_at_the_next_sign_in(application: Application) -> None:
    lan = await application.signed_in("lanh")
    assert (await come_in(lan.client, "guest", "/desk/oidc/link")).status_code == 200
    async with application.browser() as browser:
        answer = await come_in(browser, "guest")
        assert (answer.status_code, "không còn quyền" in answer.text) == (403, True)


async def test_signing_out_ends_our_session_and_offers_to_end_the_providers(application: Application, issuer: str) -> None:
    async with application.browser() as browser:
        await come_in(browser, "lan")
        csrf = (await browser.get("/desk/account")).text.split('name="csrf" content="')[1].split('"')[0]
        answer = await browser.post("/desk/sign-out", data={"csrf": csrf})
        assert answer.headers["Location"] == "/desk/sign-in?left=true"
        assert "/desk/oidc/sign-out" in (await browser.get(answer.headers["Location"])).text
        assert (await browser.get("/desk/conversations")).status_code == 303
        target = httpx.URL((await browser.get("/desk/oidc/sign-out")).headers["Location"])
    assert str(target).startswith(f"{issuer}/session/end") and target.params["client_id"] == "desk"
    assert httpx.get(target, trust_env=False).status_code == 200


async def test_local_accounts_still_work_beside_the_provider(application: Application) -> None:
    await application.signed_in("nam")
    page = (await application.browser().get("/desk/sign-in")).text
    assert 'href="/desk/oidc/start"' in page and 'name="password"' in page


class TestOnlyTheProvider:
    @pytest.fixture
    def chosen(self) -> dict[str, str]:
        return {"DESK_LOCAL_ACCOUNTS": "no"}

    async def test_passwords_are_of_no_use(self, application: Application) -> None:
        await application.staff("nam")
        async with application.browser() as browser:
            answer = await browser.post("/desk/sign-in", data={"username": "nam", "password": PASSWORD})
            assert (answer.status_code, 'name="password"' in answer.text, "desk" in browser.cookies) == (403, False, False)
            assert (await come_in(browser, "lan")).status_code == 200


class TestLinkedByHandOnly:
    @pytest.fixture
    def chosen(self) -> dict[str, str]:
        return {"DESK_OIDC_ROLE_CLAIM": "", "DESK_OIDC_ROLES": ""}

    async def test_only_whom_an_operator_has_linked_comes_in(self, application: Application) -> None:
        await application.staff("nam", "supervisor")
        async with application.browser() as browser:
            assert (await come_in(browser, "boss")).status_code == 403
            async with application.transaction() as session:
                await link_user(session, type("Options", (), {"username": "nam", "subject": "boss"})())
            assert (await come_in(browser, "boss")).status_code == 200
            assert (await browser.get("/desk/board")).status_code == 200


class TestAStrongSignInIsAsked:
    @pytest.fixture
    def chosen(self) -> dict[str, str]:
        return {"DESK_OIDC_ACR": "two-factors"}

    async def test_a_weaker_one_opens_nothing(self, application: Application) -> None:
        async with application.browser() as browser:
            address = await leave(browser)
            assert httpx.URL(address).params["acr_values"] == "two-factors"
            assert (await browser.get(await sign_in_at_provider(address, "lan"))).status_code == 422


class TestTheProviderIsAway:
    @pytest.fixture
    def chosen(self) -> dict[str, str]:
        return {"DESK_OIDC_ISSUER": "http://localhost:9"}

    async def test_the_page_says_so(self, application: Application) -> None:
        answer = await application.browser().get("/desk/oidc/start")
        assert (answer.status_code, "Không liên lạc được" in answer.text) == (503, True)


@pytest.mark.parametrize(
    "values",
    [
        {"desk_oidc_issuer": "http://sso.example", "desk_oidc_client_id": "desk", "troly_env": "production"},
        {"desk_oidc_issuer": "https://sso.example"},
        {"desk_local_accounts": False},
        {"desk_oidc_issuer": "https://sso.example", "desk_oidc_client_id": "desk", "desk_oidc_role_claim": "roles", "desk_oidc_roles": "boss:admin"},
        {"desk_oidc_issuer": "https://sso.example", "desk_oidc_client_id": "desk", "desk_oidc_role_claim": "roles"},
    ],
)
def test_settings_that_would_be_unsafe_or_lock_everybody_out_stop_the_process(values: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in environment(""):
        monkeypatch.delenv(name)
    with pytest.raises(ValueError):
        DeskSettings(_env_file=None, **values)
