"""Judging evidence: a visible list of checks, then the verdict. Pure: no input or output, and the same arguments give the same report."""

from collections.abc import Callable
from datetime import date, datetime

from verification_service.chip import copy_protection, cross_checks, dg2, passive
from verification_service.chip.case import Case
from verification_service.chip.checks import Check, Document, Report, verdict_of
from verification_service.chip.errors import ChipError, MalformedData
from verification_service.chip.evidence import Evidence
from verification_service.chip.files import DG2
from verification_service.chip.mrz import Mrz
from verification_service.chip.portrait import Portrait
from verification_service.chip.trust_store import TrustStore

CHECKS: tuple[Callable[[Case], Check], ...] = (
    passive.sod_signature,
    passive.issuer,
    passive.certificate_dates,
    passive.revocation,
    passive.file_hashes,
    passive.issuing_state,
    copy_protection.chip_authentication,
    copy_protection.active_authentication,
    copy_protection.pace_chip_mapping,
    copy_protection.copy_protection,
    cross_checks.file_lists,
    cross_checks.protocols,
    cross_checks.mrz_digits,
    cross_checks.holder_fields,
    cross_checks.expected_holder,
    cross_checks.expiry,
)


def verify(evidence: Evidence, trust_store: TrustStore, now: datetime) -> Report:
    """Every check with its state and reason, the verdict, and the holder's data as far as they are signed. `now` must carry an offset.

    Never raises for what a chip or a reader put into the evidence.
    """
    if now.tzinfo is None:
        raise MalformedData("now needs an offset from UTC")
    case = Case(evidence, trust_store, now)
    checks = tuple(check(case) for check in CHECKS)
    return Report(verdict_of(checks), checks, _document(case))


def _document(case: Case) -> Document | None:
    zone = case.mrz
    if zone is None:
        return None
    fields = case.vietnamese
    texts = fields.texts if fields else {}
    return Document(
        number=zone.citizen_number or texts.get("citizen_number"),
        document_number=zone.document_number,
        name=texts.get("full_name") or f"{zone.surname} {zone.given_names}".strip(),
        birth_date=(fields and fields.date("birth_date")) or _birth_date(zone, cross_checks.today(case.now)),
        sex=zone.sex,
        nationality=zone.nationality,
        expiry_date=_expiry_date(zone),
        issue_date=fields.date("issue_date") if fields else None,
        fields=dict(texts),
        portrait=_portrait(case),
    )


def _birth_date(zone: Mrz, today: date) -> date | None:
    try:
        return zone.born(today)
    except MalformedData:
        return None


def _expiry_date(zone: Mrz) -> date | None:
    try:
        return zone.expires
    except MalformedData:
        return None


def _portrait(case: Case) -> Portrait | None:
    data = case.signed(DG2.name)
    try:
        return None if data is None else Portrait.recognise(dg2.parse(data))
    except ChipError:
        return None
