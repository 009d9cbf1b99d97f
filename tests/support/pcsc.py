"""A private PC/SC service with a virtual reader for one test process: pcscd on its own socket, vpcd on its own port (chip.md §1.3).

No root, no systemd, no shared state; several run side by side. libpcsclite remembers its socket, so one process talks to one service only::

    from tests.support.pcsc import pcsc          # session fixture

    def test_…(pcsc):
        with VpcdCard(issued.chip, pcsc.port):
            with wait_for_card(pcsc.reader, timeout=10) as card: ...

vpcd listens on all interfaces (hard-coded there): the port is random and open only while the tests run.
"""

import atexit
import functools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.waiting import until
from verification_service.chip.pcsc import card_events

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
PCSCD = shutil.which("pcscd", path="/usr/sbin:/usr/bin:/sbin:/bin")
READER = "CCCD Test Reader"

# pcscd takes its socket from a parent that speaks the LISTEN_FDS protocol; LISTEN_PID has to be its own, so a child sets it and becomes pcscd.
_LAUNCHER = """
import ctypes, os, signal, socket, sys
# Dies with the tests even when they are killed.
ctypes.CDLL(None).prctl(1, signal.SIGTERM)
listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(sys.argv[1])
listener.listen(16)
if listener.fileno() != 3:
    os.dup2(listener.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[2], [sys.argv[2], "--foreground", "--error", "--config", sys.argv[3]])
"""


@dataclass
class PcscService:
    """A running service: its `reader` has two slots, on `port` and the next one."""

    socket: Path
    port: int
    process: subprocess.Popen[bytes]
    reader: str = f"{READER} 00 00"
    second_reader: str = f"{READER} 00 01"

    def empty(self) -> "PcscService":
        """Waits until the first slot has noticed that the last card is gone; a new one laid on earlier would be taken for it."""
        next(present for present in card_events(self.reader, timeout=20) if not present)
        return self

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            # pcscd 1.9 can wait for ever for a reader thread that vpcd holds.
            self.process.kill()
            self.process.wait(timeout=20)


def start(folder: Path) -> PcscService:
    """Starts pcscd with one virtual reader; files go to `folder`, whose path has to be short (a socket lies in it)."""
    port = _free_pair()
    configuration = folder / "readers"
    configuration.mkdir()
    (configuration / "vpcd").write_text(
        textwrap.dedent(f"""\
            FRIENDLYNAME "{READER}"
            DEVICENAME   /dev/null:{port}
            LIBPATH      {DRIVER}
            CHANNELID    {port}
            """)
    )
    path = folder / "pcscd.comm"
    with (folder / "pcscd.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", _LAUNCHER, str(path), str(PCSCD), str(configuration)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    return PcscService(path, port, process)


def _free_pair() -> int:
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("0.0.0.0", 0))  # noqa: S104  vpcd will listen there
            port = first.getsockname()[1]
            try:
                second.bind(("0.0.0.0", port + 1))  # noqa: S104
            except OSError:
                continue
            return port


@functools.cache
def _service_of_this_process() -> PcscService:
    """Several test modules import the fixture, and each import is a fixture of its own to pytest: the service behind them is one."""
    folder = Path(tempfile.mkdtemp(prefix="pcsc"))
    service = start(folder)
    os.environ["PCSCLITE_CSOCK_NAME"] = str(service.socket)
    atexit.register(_end, service, folder)
    until(service.socket.exists)
    return service


def _end(service: PcscService, folder: Path) -> None:
    service.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def pcsc() -> PcscService:
    """The service of this test process; the environment points libpcsclite to it."""
    if PCSCD is None or not DRIVER.exists():
        pytest.skip("pcscd and vsmartcard-vpcd are not installed (scripts/debian-packages.txt)")
    return _service_of_this_process()
