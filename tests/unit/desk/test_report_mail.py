"""The weekly report by e-mail, to a real SMTP server on this machine: once, figures only, over a connection that is checked."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from ipaddress import ip_address
from pathlib import Path

import openpyxl
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import ValidationError
from sqlalchemy import select

from integrations.desk.caretaker.loop import sweep
from integrations.desk.reports.mail import send_last_week
from integrations.desk.settings import DeskSettings
from integrations.gateway.audit.models import AuditEvent
from scripts.local_stack import free_port
from tests.support.application import Application
from tests.unit.desk.test_reports import citizens

WORDS = "xin giay xac nhan"
ENDS = {"desk_mail_from": "tro-ly@tinh.test", "desk_mail_to": "ban-chi-dao@tinh.test, van-phong@tinh.test"}


class Letterbox:
    """What an SMTP server does with a message: keeps it."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return "250 OK"

    def only_message(self) -> EmailMessage:
        [envelope] = self.envelopes
        return message_from_bytes(envelope.content, policy=policy.default)


@pytest.fixture
def letterbox() -> Letterbox:
    return Letterbox()


@pytest.fixture
def plain(letterbox: Letterbox) -> Iterator[Controller]:
    yield from serving(Controller(letterbox, hostname="127.0.0.1", port=free_port()))


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for this machine that nobody knows, and its key, in one file."""
    key, name, now = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path / "mail.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
def guarded(letterbox: Letterbox, certificate: Path) -> Iterator[Controller]:
    """Speaks to nobody without STARTTLS and a password."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    yield from serving(
        Controller(
            letterbox, hostname="127.0.0.1", port=free_port(), tls_context=context, require_starttls=True, auth_required=True,
            authenticator=lambda _server, _session, _envelope, _how, login: AuthResult(success=login.password == b"mot mat khau"),
        )
    )  # fmt: skip


def serving(controller: Controller) -> Iterator[Controller]:
    controller.start()
    yield controller
    controller.stop()


def settings(port: int, **values: object) -> DeskSettings:
    return DeskSettings(_env_file=None, **{"desk_mail_server": "127.0.0.1", "desk_mail_port": port, "desk_mail_security": "none", **ENDS, **values})


@pytest.fixture
async def week_over(application: Application) -> Application:
    """Six citizens have asked what nobody understood, a week ago; the report is kept."""
    await citizens(application, 6, words=WORDS)
    application.pass_time(days=7)
    await sweep(application.app)
    return application


async def send(application: Application, chosen: DeskSettings) -> None:
    await send_last_week(application.app.state.sessions, chosen, "https://tro-ly.test", application.clock)


async def mailed(application: Application) -> list[dict[str, object]]:
    async with application.transaction() as session:
        return [event.detail for event in await session.scalars(select(AuditEvent).where(AuditEvent.action == "report_mailed"))]


async def test_everybody_on_the_list_gets_the_figures_once_and_no_word_of_a_citizen(week_over: Application, letterbox: Letterbox, plain: Controller) -> None:
    for _ in range(2):
        await send(week_over, settings(plain.port))
    assert letterbox.envelopes[0].rcpt_tos == ["ban-chi-dao@tinh.test", "van-phong@tinh.test"]
    message = letterbox.only_message()
    assert message["Subject"] == "Báo cáo tuần từ 23/11/2026 · Trợ lý 06"
    assert "https://tro-ly.test/desk/reports?week=2026-11-23" in message.get_body().get_content()
    files = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert list(files) == ["bao-cao-2026-11-23.xlsx", "bao-cao-2026-11-23.pdf"] and files["bao-cao-2026-11-23.pdf"].startswith(b"%PDF-")
    book = openpyxl.load_workbook(BytesIO(files["bao-cao-2026-11-23.xlsx"]))
    cells = [cell.value for sheet in book for line in sheet.iter_rows() for cell in line]
    assert 6 in cells and not [cell for cell in cells if WORDS in str(cell)]
    assert await mailed(week_over) == [{"count": 2}]
    boss = await week_over.signed_in("boss", "supervisor")
    page = (await boss.get("/desk/reports?week=2026-11-23")).text
    assert "Đã gửi thư điện tử lúc" in page and WORDS in page


async def test_a_server_that_is_away_is_asked_again_a_quarter_of_an_hour_later(week_over: Application, letterbox: Letterbox) -> None:
    port = free_port()
    await send(week_over, settings(port))
    boss = await week_over.signed_in("boss", "supervisor")
    assert "Chưa gửi được thư điện tử" in (await boss.get("/desk/reports?week=2026-11-23")).text
    for _controller in serving(Controller(letterbox, hostname="127.0.0.1", port=port)):
        await send(week_over, settings(port))
        assert (letterbox.envelopes, await mailed(week_over)) == ([], [])
        week_over.pass_time(minutes=16)
        await send(week_over, settings(port))
    assert (len(letterbox.envelopes), await mailed(week_over)) == (1, [{"count": 2}])


async def test_a_report_goes_only_to_a_server_that_proves_who_it_is(
    week_over: Application, letterbox: Letterbox, guarded: Controller, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = settings(guarded.port, desk_mail_security="starttls", desk_mail_user="tro-ly", desk_mail_password="mot mat khau")
    await send(week_over, chosen)
    assert (letterbox.envelopes, await mailed(week_over)) == ([], [])
    week_over.pass_time(minutes=16)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    await send(week_over, chosen)
    assert (len(letterbox.envelopes), await mailed(week_over)) == (1, [{"count": 2}])


async def test_only_the_week_that_is_over_is_sent(application: Application, letterbox: Letterbox, plain: Controller) -> None:
    await citizens(application, 6)
    await sweep(application.app)
    await send(application, settings(plain.port))
    assert letterbox.only_message()["Subject"] == "Báo cáo tuần từ 16/11/2026 · Trợ lý 06"


@pytest.mark.parametrize(
    "wrong",
    [
        {"desk_mail_to": ""}, {"desk_mail_from": ""},
        {"troly_env": "production", "desk_mail_server": "mail.tinh.test", "desk_mail_security": "none"},
    ],
)  # fmt: skip
def test_settings_that_send_to_nobody_or_in_the_open_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="DESK_MAIL"):
        settings(25, **wrong)
