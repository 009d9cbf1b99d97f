"""What each purpose demands and what it may learn. Changing a policy means a new version, which every decision records."""

from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """Why somebody is verified; the consent names it."""

    LODGING_CHECK_IN = "lodging_check_in"
    NOTARY = "notary"
    HEALTH_CHECK_IN = "health_check_in"
    EID_LEVEL_2_PRECHECK = "eid_level_2_precheck"
    STRONG_CHAT_IDENTITY = "strong_chat_identity"


@dataclass(frozen=True)
class Policy:
    """`claims` are the document fields that the caller learns about a verified person. `operator_decides` allows manual review.

    `no_match_attempts`: after so many captures below the lower threshold the person is refused; doubtful ones go to an operator instead.
    `sessions_an_hour`: for one subject (a conversation); a hotel desk checks in many guests.
    """

    version: str
    claims: tuple[str, ...]
    operator_decides: bool = True
    no_match_attempts: int = 2
    attempts: int = 3
    sessions_an_hour: int = 5


IDENTITY = ("name", "birth_date", "number")
POLICIES: dict[Purpose, Policy] = {
    Purpose.LODGING_CHECK_IN: Policy("lodging_check_in/1", IDENTITY, sessions_an_hour=40),
    Purpose.NOTARY: Policy("notary/1", (*IDENTITY, "expiry_date"), no_match_attempts=1),
    Purpose.HEALTH_CHECK_IN: Policy("health_check_in/1", IDENTITY),
    Purpose.EID_LEVEL_2_PRECHECK: Policy("eid_level_2_precheck/1", ()),
    Purpose.STRONG_CHAT_IDENTITY: Policy("strong_chat_identity/1", IDENTITY, operator_decides=False),
}
