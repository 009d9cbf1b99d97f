"""The command `read-card`: reads a card on a PC/SC reader, or judges stored evidence again, and says what was found.

Exit status: 0 genuine, 1 rejected, 3 undecided, 4 the card could not be read.
"""

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from verification_service.chip import (
    AccessError,
    AccessKeys,
    Certificate,
    ChipError,
    Document,
    Evidence,
    Expected,
    Issued,
    MrzKey,
    Progress,
    Report,
    TrustStore,
    Verdict,
    read,
    verify,
)
from verification_service.chip.certificates import from_pem_or_der
from verification_service.chip.pcsc import reader_names, wait_for_card
from verification_service.chip.progress import Step

EXIT = {Verdict.GENUINE: 0, Verdict.REJECTED: 1, Verdict.UNDECIDED: 3}
CANNOT_READ = 4


class Incomplete(ChipError):
    """The command line is incomplete."""


def main(arguments: list[str] | None = None) -> int:
    """Entry point of the command."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except (ChipError, OSError) as error:
        hint = " (check the number and present the card again)" if isinstance(error, AccessError) else ""
        sys.stderr.write(f"read-card: {type(error).__name__}: {error}{hint}\n")
        return CANNOT_READ


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="read-card", description="Read the chip of an ID card and check that it is genuine.")
    source = parser.add_argument_group("what to read")
    source.add_argument("--can", help="6 digits; on a CCCD the last six of the citizen number; - reads it from standard input")
    source.add_argument("--mrz", help="document number, birth date, expiry date as printed: 199000123,990101,390101; - reads it from standard input")
    source.add_argument("--judge", type=Path, metavar="FILE", help="judge evidence stored with --evidence instead of reading a card")
    source.add_argument("--list-readers", action="store_true", help="name the connected readers and stop")
    source.add_argument("--reader", help="part of the reader's name; any reader if not given")
    source.add_argument("--timeout", type=float, default=30, help="seconds to wait for a card")
    source.add_argument("--lengths", choices=["short", "extended", "probe"], default="short", help="how APDUs are sized")
    trust = parser.add_argument_group("whom to believe")
    trust.add_argument("--trust", type=Path, metavar="DIR", help="directory of CSCA certificates, link certificates and revocation lists")
    trust.add_argument("--master-list", type=Path, metavar="FILE", help="a signed master list")
    trust.add_argument("--master-list-signer", type=Path, metavar="CERT", help="the pinned CSCA of the list's publisher")
    trust.add_argument("--allow-sha1", action="store_true", help="accept SHA-1, for old foreign documents")
    trust.add_argument("--number", help="the citizen number that the holder claims")
    output = parser.add_argument_group("what to write")
    output.add_argument("--json", action="store_true", help="the result as JSON")
    output.add_argument("--quiet", action="store_true", help="no progress on standard error")
    output.add_argument("--evidence", type=Path, metavar="FILE", help="store the evidence, to be judged again later (holds personal data)")
    output.add_argument("--portrait", type=Path, metavar="FILE", help="store the portrait as the chip holds it, if its hash was verified")
    return parser


def _run(options: argparse.Namespace) -> int:
    if options.list_readers:
        sys.stdout.write("".join(f"{name}\n" for name in reader_names()))
        return 0
    store = _trust_store(options)
    evidence = Evidence.from_record(options.judge.read_bytes()) if options.judge else _read(options)
    report = verify(evidence, store, datetime.now(UTC))
    if options.evidence:
        _write_private(options.evidence, evidence.to_record().encode())
    if options.portrait and report.document and report.document.portrait:
        _write_private(options.portrait, report.document.portrait.data)
    sys.stdout.write(_as_json(report, evidence) if options.json else _as_text(report, evidence))
    return EXIT[report.verdict]


def _trust_store(options: argparse.Namespace) -> TrustStore:
    if options.master_list and not options.master_list_signer:
        raise Incomplete("--master-list needs --master-list-signer")
    if options.master_list:
        anchor = Certificate.load(from_pem_or_der(options.master_list_signer.read_bytes()))
        return TrustStore.from_master_list(options.master_list.read_bytes(), anchor, allow_sha1=options.allow_sha1)
    return TrustStore.from_directory(options.trust, options.allow_sha1) if options.trust else TrustStore(allow_sha1=options.allow_sha1)


def _read(options: argparse.Namespace) -> Evidence:
    if not options.can and not options.mrz:
        raise Incomplete("give --can, --mrz or --judge")
    keys = AccessKeys(can=_argument(options.can), mrz=MrzKey(*_three(_argument(options.mrz))) if options.mrz else None)
    extended = {"short": False, "extended": True, "probe": None}[options.lengths]
    show = None if options.quiet else _show
    with wait_for_card(options.reader, options.timeout) as card:
        return read(card, keys, issued=Issued.new(), expected=Expected(number=options.number), on_progress=show, extended=extended)


def _argument(value: str | None) -> str | None:
    return sys.stdin.readline().strip() if value == "-" else value


def _three(text: str | None) -> list[str]:
    parts = [part.strip().upper() for part in (text or "").split(",")]
    if len(parts) != 3:
        raise Incomplete("--mrz takes three parts: number, birth date, expiry date")
    return parts


def _show(progress: Progress) -> None:
    label = progress.step.name.lower().replace("_", " ")
    end = "\n" if progress.step is Step.DONE else ""
    sys.stderr.write(f"\r\x1b[K{progress.percent:3d} %  {progress.number}/{progress.total}  {label}{end}")
    sys.stderr.flush()


def _write_private(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _access(evidence: Evidence) -> str:
    access = evidence.access
    return " ".join(part for part in (access.protocol, access.mapping, access.cipher, f"({access.password})") if part)


def _person(document: Document | None) -> dict[str, str]:
    if document is None:
        return {}
    dates = {"birth_date": document.birth_date, "issue_date": document.issue_date, "expiry_date": document.expiry_date}
    person = {"number": document.number, "document_number": document.document_number, "name": document.name, "sex": document.sex}
    person |= {name: value and value.isoformat() for name, value in dates.items()}
    person |= {"nationality": document.nationality} | {name: text for name, text in document.fields.items() if name not in person}
    return {name: value for name, value in person.items() if value}


def _as_json(report: Report, evidence: Evidence) -> str:
    files = {name: len(data) for name, data in evidence.files.items()}
    record = report.to_dict() | {"access": _access(evidence), "files": files, "problems": evidence.problems, "document": _person(report.document)}
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def _as_text(report: Report, evidence: Evidence) -> str:
    lines = [f"Access     {_access(evidence)}", "Files      " + ", ".join(f"{name} {len(data)}" for name, data in evidence.files.items())]
    lines += [f"Problem    {name}: {reason}" for name, reason in evidence.problems.items()]
    lines += ["", *(f"{name:24} {value}" for name, value in _person(report.document).items()), ""]
    for check in report.checks:
        extra = "  ".join(part for part in (check.reason, check.detail) if part)
        lines.append(f"{check.name:24} {check.state.value:18} {extra}".rstrip())
    return "\n".join([*lines, "", f"Verdict    {report.verdict.value}", ""])


if __name__ == "__main__":
    sys.exit(main())
