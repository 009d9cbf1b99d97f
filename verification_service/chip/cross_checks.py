"""Do the parts agree with each other, with what the holder showed, and with today's date?"""

import unicodedata
from datetime import date, datetime
from zoneinfo import ZoneInfo

from verification_service.chip import com, security_infos
from verification_service.chip.case import Case
from verification_service.chip.checks import Check, State
from verification_service.chip.dg13 import VietnameseFields
from verification_service.chip.errors import ChipError
from verification_service.chip.files import CARD_ACCESS, COM
from verification_service.chip.mrz import Mrz

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
TD1_NAME_LENGTH = 30
_SEX = {"nam": "M", "nữ": "F"}


def file_lists(case: Case) -> Check:
    """EF.COM (unsigned) lists what EF.SOD (signed) lists."""
    if COM.name not in case.evidence.files or case.security_object is None:
        return Check("file_lists", State.NOT_CHECKED, "a_list_is_missing")
    try:
        same = com.parse(case.evidence.files[COM.name]) == case.listed
    except ChipError:
        return Check("file_lists", State.FAILED, "malformed")
    return Check("file_lists", State.PASSED) if same else Check("file_lists", State.FAILED, "lists_differ")


def protocols(case: Case) -> Check:
    """DG14 repeats EF.CardAccess, which is read unprotected: otherwise somebody weakened the protocol on the way (ICAO 9303-11 §9.2.9)."""
    card_access = case.evidence.files.get(CARD_ACCESS.name)
    if card_access is None or case.infos is None:
        return Check("protocols", State.NOT_CHECKED, "a_list_is_missing")
    try:
        repeated = security_infos.parse(card_access).raw <= case.infos.raw
    except ChipError:
        return Check("protocols", State.FAILED, "malformed")
    return Check("protocols", State.PASSED) if repeated else Check("protocols", State.FAILED, "card_access_not_repeated")


def mrz_digits(case: Case) -> Check:
    """The check digits of the signed zone fit."""
    if case.mrz is None:
        unsigned = case.signature_reason or "dg1" not in case.covered
        return Check("mrz_digits", State.NOT_CHECKED if unsigned else State.FAILED, "no_signed_zone" if unsigned else "malformed")
    wrong = ", ".join(case.mrz.wrong_digits)
    return Check("mrz_digits", State.FAILED, "wrong", wrong) if wrong else Check("mrz_digits", State.PASSED)


def holder_fields(case: Case) -> Check:
    """DG13 tells the same person as DG1."""
    if case.mrz is None or case.vietnamese is None:
        malformed = case.signed("dg13") is not None and case.vietnamese is None
        return Check("holder_fields", State.FAILED if malformed else State.NOT_CHECKED, "malformed" if malformed else "a_file_is_missing")
    differing = ", ".join(_differences(case.mrz, case.vietnamese, case.now))
    return Check("holder_fields", State.FAILED, "differ", differing) if differing else Check("holder_fields", State.PASSED)


def _differences(zone: Mrz, fields: VietnameseFields, now: datetime) -> list[str]:
    texts = fields.texts
    birth, expiry, sex = fields.date("birth_date"), fields.date("expiry_date"), _SEX.get(texts.get("sex", "").casefold())
    pairs = {
        "citizen_number": "citizen_number" in texts and zone.citizen_number is not None and texts["citizen_number"] != zone.citizen_number,
        "birth_date": birth is not None and f"{birth:%y%m%d}" != zone.birth_date,
        "expiry_date": expiry is not None and f"{expiry:%y%m%d}" != zone.expiry_date,
        "sex": sex is not None and sex != zone.sex,
        "nationality": folded_name(texts.get("nationality", "")) == "VIET NAM" and zone.nationality != "VNM",
        "full_name": "full_name" in texts and not _same_name(texts["full_name"], zone),
    }
    return [name for name, differs in pairs.items() if differs]


def _same_name(full_name: str, zone: Mrz) -> bool:
    printed = f"{zone.surname} {zone.given_names}".replace(" ", "")
    folded = folded_name(full_name).replace(" ", "")
    # The zone may cut a long name short: surname, two fillers and one between names make up its 30 places.
    cut_short = len(zone.surname) + len(zone.given_names) + 2 >= TD1_NAME_LENGTH
    return folded == printed or (cut_short and folded.startswith(printed))


def folded_name(text: str) -> str:
    """Upper-case ASCII letters and spaces, as a machine-readable zone writes a Vietnamese name."""
    plain = unicodedata.normalize("NFD", text.upper().replace("Đ", "D"))
    return " ".join("".join(character for character in plain if "A" <= character <= "Z" or character == " ").split())


def expected_holder(case: Case) -> Check:
    """The signed files name the number and dates that the holder showed or typed."""
    expected, zone = case.evidence.expected, case.mrz
    claims = {
        "number": (expected.number, _number(case)),
        "document_number": (expected.document_number, zone and zone.document_number),
        "birth_date": (expected.birth_date, zone and zone.birth_date),
        "expiry_date": (expected.expiry_date, zone and zone.expiry_date),
    }
    asked = {name: pair for name, pair in claims.items() if pair[0] is not None}
    if not asked:
        return Check("expected_holder", State.NOT_CHECKED, "nothing_expected")
    if zone is None:
        return Check("expected_holder", State.NOT_CHECKED, "no_signed_zone")
    differing = ", ".join(name for name, (claim, found) in asked.items() if claim != found)
    return Check("expected_holder", State.FAILED, "differ", differing) if differing else Check("expected_holder", State.PASSED)


def _number(case: Case) -> str | None:
    if case.mrz is not None and case.mrz.citizen_number:
        return case.mrz.citizen_number
    return case.vietnamese.texts.get("citizen_number") if case.vietnamese else None


def expiry(case: Case) -> Check:
    """The document is still valid today, in Vietnam; the last day counts."""
    if case.mrz is None:
        return Check("expiry", State.NOT_CHECKED, "no_signed_zone")
    try:
        last = case.mrz.expires
    except ChipError:
        return Check("expiry", State.FAILED, "malformed")
    if last is None:
        return Check("expiry", State.PASSED, "does_not_expire")
    return Check("expiry", State.PASSED) if today(case.now) <= last else Check("expiry", State.FAILED, "expired")


def today(now: datetime) -> date:
    return now.astimezone(VIETNAM).date()
