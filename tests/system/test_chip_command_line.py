"""The command `read-card` as a person runs it, against the real stack."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.pcsc import PcscService, pcsc
from tests.support.testchip import Issue, Profile, VpcdCard, issue
from tests.support.testchip.issue import chip_key

__all__ = ["pcsc"]


@pytest.fixture
def trusted(tmp_path: Path):
    """A card and the directory with its issuer."""
    issued = issue()
    folder = tmp_path / "trust"
    folder.mkdir()
    (folder / "csca.cer").write_bytes(issued.pki.csca.der)
    return issued, folder


def run(*arguments: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "verification_service.chip.cli", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, env=dict(os.environ), check=False)


def run_with_card(service: PcscService, issued: Issue, *arguments: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
    with VpcdCard(issued.chip, service.empty().port):
        return run("--reader", "CCCD Test Reader 00 00", "--timeout", 20, *arguments, stdin=stdin)


def test_reads_prints_and_stores(pcsc, trusted, tmp_path):
    issued, folder = trusted
    evidence, portrait = tmp_path / "evidence.json", tmp_path / "portrait.jpg"
    result = run_with_card(
        pcsc, issued, "--can", issued.holder.can, "--trust", folder, "--evidence", evidence, "--portrait", portrait, "--number", issued.holder.number
    )
    assert result.returncode == 0, result.stderr
    assert "Nguyễn Văn An" in result.stdout
    assert "copy_protection          passed" in result.stdout
    assert "Verdict    genuine" in result.stdout
    assert "100 %  9/9  done" in result.stderr
    assert portrait.read_bytes().startswith(b"\xff\xd8\xff")
    assert evidence.stat().st_mode & 0o077 == 0
    again = run("--judge", evidence, "--trust", folder, "--json")
    assert (again.returncode, json.loads(again.stdout)["verdict"]) == (0, "genuine")


def test_json_with_the_zone_from_standard_input(pcsc, trusted):
    issued, _ = trusted
    key = issued.holder.mrz_key
    result = run_with_card(pcsc, issued, "--mrz", "-", "--json", "--quiet", stdin=f"{key.document_number},{key.birth_date},{key.expiry_date}\n")
    report = json.loads(result.stdout)
    assert (result.returncode, report["verdict"], result.stderr) == (3, "undecided", "")
    states = {check["name"]: (check["state"], check["reason"]) for check in report["checks"]}
    assert states["issuer"] == ("untrusted_issuer", "unknown_issuer")
    assert states["sod_signature"] == ("passed", "")
    assert report["document"]["number"] == issued.holder.number


def test_copy_is_rejected(pcsc, trusted):
    issued, folder = trusted
    issued.chip.chip_key = chip_key(Profile())
    result = run_with_card(pcsc, issued, "--can", issued.holder.can, "--trust", folder, "--quiet")
    assert result.returncode == 1
    assert "chip_authentication      failed             key_not_owned" in result.stdout


def test_wrong_number_says_what_to_do(pcsc):
    issued = issue()
    result = run_with_card(pcsc, issued, "--can", "999999", "--quiet")
    assert result.returncode == 4
    assert result.stderr == "read-card: AccessDenied: the chip refused the key (check the number and present the card again)\n"


def test_readers_are_listed(pcsc):
    assert run("--list-readers").stdout.splitlines() == [pcsc.reader, pcsc.second_reader]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--can", "12345"], "a CAN is six digits"),
        (["--mrz", "1,2"], "--mrz takes three parts"),
        ([], "give --can, --mrz or --judge"),
        (["--judge", "/nonexistent"], "No such file"),
        (["--can", "000123", "--master-list", "x"], "--master-list needs --master-list-signer"),
    ],
)
def test_incomplete_command_lines(arguments, message):
    result = run(*arguments)
    assert result.returncode == 4
    assert message in result.stderr
