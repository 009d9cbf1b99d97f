"""One event of the audit trail in the reader's words: who, what and why, by name where there is one."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from integrations.desk.labels import case_code, label
from integrations.desk.texts import Words
from integrations.desk.texts import mark as _
from integrations.gateway.audit.models import AuditEvent

LABELLED = {
    "role": "role", "reason": "reason", "resolution": "resolution", "label": "case_label", "kind": "ticket_kind", "outcome": "ticket_outcome", "why": "refusal",
    "purpose": "purpose", "field": "ticket_field", "by": "detail",
}  # fmt: skip
"""Which of the desk's words name a detail's value; what none of them knows is shown as it stands."""
NOTHING_IN_PARTICULAR = ("chain", "all", "-")
Names = Mapping[str, str]
"""Members and units by their id."""


def detail(words: Words, names: Names, name: str, value: object) -> str:
    """What stands behind a detail's name."""
    if isinstance(value, bool):
        return words.text(_("có")) if value else words.text(_("không"))
    if not isinstance(value, str) or not value:
        return "–" if value in (None, "") else str(value)
    if name == "until":
        return words.moment(datetime.fromisoformat(value))
    if name == "case":
        return case_code(UUID(value))
    return names.get(value) or (label(words.language, LABELLED[name], value) if name in LABELLED else _short(value))


def subject(words: Words, names: Names, event: AuditEvent) -> str:
    """Which of its kind; empty where there is only one."""
    told = event.subject_id
    if told in NOTHING_IN_PARTICULAR:
        return ""
    if event.subject_kind == "office":
        return label(words.language, "office_setting", told)
    return names.get(told) or _short(told)


def _short(told: str) -> str:
    """An id by its beginning."""
    try:
        return str(UUID(told))[:8]
    except ValueError:
        return told
