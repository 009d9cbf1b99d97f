"""Signing in to the desk: passwords, one-time codes, locks, sessions, and the token against forged requests."""

from datetime import datetime

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as some

from integrations.core.clock import VIETNAM
from integrations.desk import cli
from integrations.desk.accounts import passwords, repository, service
from integrations.desk.errors import Refused
from integrations.gateway.audit.service import verify
from tests.support.application import PASSWORD, Application

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


async def try_to_sign_in(application: Application, username: str, password: str, code: str = "") -> int:
    async with application.browser() as browser:
        return (await browser.post("/desk/sign-in", data={"username": username, "password": password, "code": code})).status_code


async def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(application: Application) -> None:
    await application.staff("lan")
    async with application.browser() as browser:
        wrong = await browser.post("/desk/sign-in", data={"username": "lan", "password": "wrong"})
        unknown = await browser.post("/desk/sign-in", data={"username": "nam", "password": "wrong"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace('value="lan"', 'value="nam"') == unknown.text


async def test_the_cookie_is_strict_and_out_of_reach_of_scripts(application: Application) -> None:
    await application.staff("lan")
    answer = await application.browser().post("/desk/sign-in", data={"username": "lan", "password": PASSWORD})
    assert "HttpOnly" in answer.headers["Set-Cookie"] and "SameSite=strict" in answer.headers["Set-Cookie"]
    assert answer.headers["Cache-Control"] == "no-store"


async def test_five_wrong_passwords_lock_the_account_even_for_the_right_one_and_time_opens_it(application: Application) -> None:
    await application.staff("lan")
    for _ in range(5):
        assert await try_to_sign_in(application, "lan", "wrong") == 401
    assert await try_to_sign_in(application, "lan", PASSWORD) == 401
    application.pass_time(minutes=16)
    assert await try_to_sign_in(application, "lan", PASSWORD) == 303


async def test_a_one_time_code_is_needed_and_works_once(application: Application) -> None:
    await application.staff("lan", totp_secret=SECRET)
    code = pyotp.TOTP(SECRET).at(application.clock)
    assert await try_to_sign_in(application, "lan", PASSWORD) == 401
    assert await try_to_sign_in(application, "lan", PASSWORD, "000000" if code != "000000" else "111111") == 401
    assert await try_to_sign_in(application, "lan", PASSWORD, code) == 303
    assert await try_to_sign_in(application, "lan", PASSWORD, code) == 401
    application.pass_time(seconds=60)
    assert await try_to_sign_in(application, "lan", PASSWORD, pyotp.TOTP(SECRET).at(application.clock)) == 303


async def test_an_authenticator_is_enrolled_only_with_password_and_a_working_code(application: Application) -> None:
    lan = await application.signed_in("lan")
    code = pyotp.TOTP(SECRET).at(application.clock)
    assert (await lan.post("/desk/account/authenticator", secret=SECRET, code=code, password="wrong")).status_code == 422
    assert (await lan.post("/desk/account/authenticator", secret=SECRET, code="12", password=PASSWORD)).status_code == 422
    assert (await lan.post("/desk/account/authenticator", secret=SECRET, code=code, password=PASSWORD)).status_code == 303
    assert await try_to_sign_in(application, "lan", PASSWORD) == 401


async def test_a_session_ends_when_idle_when_old_when_left_and_when_the_member_is_disabled(application: Application) -> None:
    lan = await application.signed_in("lan")
    for _ in range(12):
        application.pass_time(minutes=59)
        assert (await lan.get("/desk/account")).status_code == 200
    application.pass_time(minutes=20)
    assert (await lan.get("/desk/account")).status_code == 303, "older than twelve hours"
    nam = await application.signed_in("nam")
    application.pass_time(minutes=61)
    assert (await nam.get("/desk/account")).status_code == 303, "idle for over an hour"
    hoa = await application.signed_in("hoa")
    assert (await hoa.post("/desk/sign-out")).status_code == 303
    hoa.client.cookies.set("desk", "an old cookie")
    assert (await hoa.get("/desk/account")).headers["Location"] == "/desk/sign-in"
    tam = await application.signed_in("tam")
    async with application.transaction() as session:
        await service.set_disabled(session, "tam", application.clock)
    assert (await tam.get("/desk/account")).status_code == 303
    assert await try_to_sign_in(application, "tam", PASSWORD) == 401


async def test_a_page_left_open_is_present_but_its_session_ends(application: Application) -> None:
    lan = await application.signed_in("lan")
    for headers in ({"X-Background": "1"}, {"X-Background": "1"}, {"X-Background": "1"}):
        application.pass_time(minutes=19)
        assert (await lan.get("/desk/fragments/queue", headers=headers)).status_code == 200
    async with application.transaction() as session:
        assert (await repository.by_username(session, "lan")).last_seen_at == application.clock
    application.pass_time(minutes=4)
    assert (await lan.get("/desk/fragments/queue", headers={"X-Background": "1"})).status_code == 303


async def test_a_change_without_the_token_of_the_session_is_refused(application: Application) -> None:
    lan, nam = await application.signed_in("lan"), await application.signed_in("nam")
    for token in ("", "wrong", nam.csrf):
        lan.csrf, right = token, lan.csrf
        assert (await lan.post("/desk/account/language", language="en")).status_code == 403
        lan.csrf = right
    assert (await lan.post("/desk/account/language", language="en")).status_code == 303


async def test_a_sign_in_form_on_another_site_is_refused(application: Application) -> None:
    await application.staff("lan")
    answer = await application.browser().post(
        "/desk/sign-in", data={"username": "lan", "password": PASSWORD}, headers={"Sec-Fetch-Site": "cross-site"}
    )  # fmt: skip
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


async def test_a_temporary_password_allows_nothing_but_choosing_another(application: Application) -> None:
    lan = await application.signed_in("lan", must_change_password=True)
    assert (await lan.get("/desk/conversations")).headers["Location"] == "/desk/account"
    assert (await lan.post("/desk/account/password", old=PASSWORD, new="ngan")).status_code == 422
    assert (await lan.post("/desk/account/password", old="wrong", new="mot mat khau moi dai")).status_code == 422
    assert (await lan.post("/desk/account/password", old=PASSWORD, new="mot mat khau moi dai")).status_code == 303
    assert (await lan.get("/desk/conversations")).status_code == 200


async def test_changing_the_password_ends_the_other_sessions(application: Application) -> None:
    lan = await application.signed_in("lan")
    async with application.transaction() as session:
        elsewhere = service.open_session(session, lan.visitor.member, application.clock)
    await lan.post("/desk/account/password", old=PASSWORD, new="mot mat khau moi dai")
    async with application.browser() as other:
        other.cookies.set("desk", elsewhere)
        assert (await other.get("/desk/account")).status_code == 303
    assert (await lan.get("/desk/account")).status_code == 200


async def test_an_open_session_guesses_the_password_no_faster_than_a_stranger(application: Application) -> None:
    lan = await application.signed_in("lan")
    for _ in range(5):
        assert (await lan.post("/desk/account/password", old="wrong", new="mot cau dai khac han")).status_code == 422
    assert (await lan.post("/desk/account/password", old=PASSWORD, new="mot cau dai khac han")).status_code == 422
    application.pass_time(minutes=16)
    assert (await lan.post("/desk/account/password", old=PASSWORD, new="mot cau dai khac han")).status_code == 303


async def test_signing_in_is_on_the_audit_trail(application: Application) -> None:
    await application.signed_in("lan")
    async with application.transaction() as session:
        assert await verify(session) is None


async def test_the_seeded_password_is_made_anew_for_each_installation_and_said_once(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = []
    for _ in range(2):
        async with application.transaction() as session:
            printed.append(await cli.seed_officer(session, cli.argparse.Namespace()))
    password = printed[0].rpartition(" ")[2]
    assert await try_to_sign_in(application, cli.OFFICER, password) == 303
    assert password not in printed[1]
    assert len({passwords.made_password() for _ in range(100)}) == 100


@pytest.mark.parametrize("password", ["short", "x" * 200, "aaaaaaaaaaaaaaaa", "lan lan lan lan lan", "administrator"])
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(Refused):
        passwords.check_policy(password, "lan")


NOW = datetime(2026, 11, 23, 9, 0, tzinfo=VIETNAM)
CODES = [pyotp.TOTP(SECRET).at(NOW.timestamp() + offset) for offset in (-30, 0, 30)]


@given(some.text(max_size=12) | some.from_regex(r"[0-9]{6}", fullmatch=True) | some.sampled_from([*CODES, f" {CODES[0][:3]} {CODES[0][3:]} "]))
def test_no_text_but_the_code_is_a_code(text: str) -> None:
    assert (passwords.totp_step(SECRET, text, NOW) is not None) == (text.strip().replace(" ", "") in CODES)


async def test_a_taken_or_odd_username_is_refused(application: Application) -> None:
    await application.staff("lan")
    async with application.transaction() as session:
        for username in ("lan", "LAN", "l", "lan'; --", "lần"):
            with pytest.raises(Refused):
                await service.add_member(session, username=username, display_name="x", role="agent", password=PASSWORD, now=application.clock)
        assert [member.username for member in await repository.all_staff(session)] == ["lan"]
