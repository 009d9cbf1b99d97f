"""The real Kannel between an SMPP operator (smpp34) and our gateway, on free ports and with its files in a temporary folder."""

import asyncio
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

import httpx
import pytest
import smpp34
from smpplib.gsm import GSM_CHARACTER_TABLE, gsm_encode

from tests.support.waiting import until

CONFIGURATION = Path(__file__).parents[2] / "integrations" / "channels" / "kannel" / "kannel.conf"
BEARERBOX, SMSBOX = shutil.which("bearerbox", path="/usr/sbin:/usr/bin"), shutil.which("smsbox", path="/usr/sbin:/usr/bin")
SHORT_CODE = "8088"
RECEIPT = 0x04


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@dataclass
class Submitted:
    """One submit_sm as the operator got it. `part`: reference and number of a concatenated message, (0, 1) of a whole one."""

    to: str
    text: str
    data_coding: int
    tlvs: dict[int, bytes]
    part: tuple[int, int]
    message_id: str


@dataclass
class Operator:
    """An SMPP server with one subscriber network: what was submitted, and deliver_sm on demand. Runs its own event loop in a thread."""

    port: int = field(default_factory=free_port)
    submitted: list[Submitted] = field(default_factory=list)
    receipts: bool = True
    _esme: smpp34.Esme | None = None
    _reports: set[asyncio.Task] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def start(self) -> None:
        async def begin() -> None:
            self._server = smpp34.Server("127.0.0.1", self.port, system_id="operator")
            await self._server.start()
            self._serving = asyncio.create_task(self._serve())

        asyncio.run_coroutine_threadsafe(begin(), self._loop).result(10)

    def stop(self) -> None:
        async def end() -> None:
            self._serving.cancel()
            await self._server.stop()

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    @property
    def bound(self) -> bool:
        return self._esme is not None

    def deliver(
        self, sender: str, body: bytes, *, data_coding: int = 0, esm_class: int = 0, service_type: str = "", tlvs: list[smpp34.Tlv] | None = None
    ) -> None:
        """A deliver_sm from a phone; returns when Kannel has acknowledged it."""
        esme = self._esme
        assert esme is not None

        async def send() -> smpp34.DeliverSmResp:
            return await esme.deliver_sm(
                SHORT_CODE, body, source_addr=sender, data_coding=data_coding, esm_class=esm_class, service_type=service_type, tlvs=tlvs or []
            )

        response = asyncio.run_coroutine_threadsafe(send(), self._loop).result(10)
        assert response.is_success

    def write(self, sender: str, text: str) -> None:
        """A subscriber's message: GSM-7 when it can be, otherwise UCS-2; in parts with a user data header when it is long."""
        if text.isascii():
            self._parts(sender, gsm_encode(text), 0, 153, 160)
        else:
            self._parts(sender, text.encode("utf-16-be"), 8, 134, 140)

    def _parts(self, sender: str, body: bytes, data_coding: int, part: int, single: int) -> None:
        if len(body) <= single:
            self.deliver(sender, body, data_coding=data_coding)
            return
        pieces = [body[start : start + part] for start in range(0, len(body), part)]
        for number, piece in enumerate(pieces, 1):
            header = bytes([5, 0, 3, 0x2A, len(pieces), number])
            self.deliver(sender, header + piece, data_coding=data_coding, esm_class=0x40)

    async def _serve(self) -> None:
        while True:
            event = await self._server.next()
            if isinstance(event, smpp34.Esme):
                self._esme = event
            elif isinstance(event, smpp34.Unbound):
                self._esme = None
            elif isinstance(event, smpp34.SubmitSmEvent):
                await self._take(event)

    async def _take(self, event: smpp34.SubmitSmEvent) -> None:
        message_id = f"op{len(self.submitted) + 1}"
        event.accept(message_id)
        body, part = event.short_message, (0, 1)
        if event.esm_class & 0x40:
            part, body = (body[3], body[5]), body[1 + body[0] :]
        text = body.decode("utf-16-be") if event.data_coding == 8 else _gsm(body)
        tlvs = {tlv.tag: tlv.value for tlv in event.tlvs}
        self.submitted.append(Submitted(event.destination_addr, text, event.data_coding, tlvs, part, message_id))
        if self.receipts and event.registered_delivery & 1 and self._esme is not None:
            report = f"id:{message_id} sub:001 dlvrd:001 submit date:2611231000 done date:2611231001 stat:DELIVRD err:000 text:"
            report_task = asyncio.create_task(self._report(event.destination_addr, report.encode()))
            self._reports.add(report_task)
            report_task.add_done_callback(self._reports.discard)

    async def _report(self, subscriber: str, report: bytes) -> None:
        await asyncio.sleep(0.2)
        if self._esme is not None:
            await self._esme.deliver_sm(SHORT_CODE, report, source_addr=subscriber, esm_class=RECEIPT)


def _gsm(body: bytes) -> str:
    """GSM 03.38 with its extension table, by smpplib's table."""
    letters = []
    codes = iter(body)
    for code in codes:
        letters.append(GSM_CHARACTER_TABLE[0x80 + next(codes)] if code == 0x1B else GSM_CHARACTER_TABLE[code])
    return "".join(letters)


@dataclass
class Kannel:
    """bearerbox and smsbox; each can be killed and started again."""

    folder: Path
    gateway: str
    operator: Operator
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in ("ADMIN_PORT", "BEARERBOX_PORT", "SENDSMS_PORT")})
    extra: dict[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen] = field(default_factory=dict)

    @property
    def sendsms_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['SENDSMS_PORT']}/cgi-bin/sendsms"

    def start(self) -> None:
        values = {"SMSC_HOST": "127.0.0.1", "SMSC_PORT": self.operator.port, "SMSC_USERNAME": "gov", "SMSC_PASSWORD": "pw", "ADMIN_PASSWORD": "adm"}
        values |= {"SHORT_CODE": SHORT_CODE, "SENDSMS_USERNAME": "gov", "SENDSMS_PASSWORD": "pw", "GATEWAY": self.gateway, "STORE": self.folder / "store"}
        text = Template(CONFIGURATION.read_text()).substitute({name: str(value) for name, value in (values | self.ports).items()})
        for old, new in self.extra.items():
            assert old in text
            text = text.replace(old, new)
        (self.folder / "kannel.conf").write_text(text)
        self.start_bearerbox()
        self.start_smsbox()

    def start_bearerbox(self) -> None:
        self._run("bearerbox", BEARERBOX)
        until(lambda: self._listens("BEARERBOX_PORT"), 20)

    def start_smsbox(self) -> None:
        self._run("smsbox", SMSBOX)
        until(lambda: self._listens("SENDSMS_PORT") and self.operator.bound, 20)
        until(self.connected, 20)

    def connected(self) -> bool:
        """bearerbox knows an smsbox and a bound operator."""
        status = httpx.get(f"http://127.0.0.1:{self.ports['ADMIN_PORT']}/status.txt", params={"password": "adm"}).text
        return "smsbox:(none)" in status and "online" in status

    def kill(self, name: str) -> None:
        process = self.processes.pop(name)
        process.kill()
        process.wait(10)

    def stop(self) -> None:
        for name in list(self.processes):
            self.kill(name)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def _run(self, name: str, program: str | None) -> None:
        assert program is not None
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen([program, "-v", "1", "kannel.conf"], cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def _listens(self, name: str) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.ports[name])) == 0


@contextmanager
def running_kannel(folder: Path, gateway: str, **extra) -> Iterator[Kannel]:
    """Kannel bound to an operator, calling `gateway`. Skips where the Debian package is missing."""
    if BEARERBOX is None or SMSBOX is None:
        pytest.skip("the Debian package kannel is not installed")
    operator = Operator()
    operator.start()
    kannel = Kannel(folder, gateway, operator, **extra)
    try:
        kannel.start()
        yield kannel
    finally:
        kannel.stop()
        operator.stop()
