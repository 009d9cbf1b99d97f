"""What held citizens up in a week, the worst first: picked from the report's own figures, so that no small number slips out."""

from typing import Any

from integrations.desk.reports.suppression import SMALLEST

NAMED = 5
SLOW_WAIT = 15 * 60
LOW_MARK = 3.5


def named(content: dict[str, Any], failed: dict[str, int]) -> list[dict[str, Any]]:
    """At most `NAMED` findings: `kind` (`step wait overdue unanswered delivery satisfaction`), what it is about, and its number."""
    findings = [*_steps(content), *_waits(content), *_overdue(content), *_unanswered(content), *_marks(content), *_deliveries(failed)]
    return sorted(findings, key=lambda finding: -finding["weight"])[:NAMED]


def _steps(content: dict[str, Any]) -> list[dict[str, Any]]:
    told = [row for row in content["abandoned"] if row["count"]]
    return [{"kind": "step", "journey": row["journey"], "step": row["step"], "number": row["count"], "weight": row["count"]} for row in told[:3]]


def _waits(content: dict[str, Any]) -> list[dict[str, Any]]:
    slow = [row for row in content["channels"] if row["channel"] != "all" and (row["wait_95"] or 0) > SLOW_WAIT]
    return [{"kind": "wait", "channel": row["channel"], "number": row["wait_95"], "weight": row["claimed"]} for row in slow]


def _overdue(content: dict[str, Any]) -> list[dict[str, Any]]:
    late = [row for row in content["communes"] if row["overdue"]]
    return [{"kind": "overdue", "commune": row["commune"], "number": row["overdue"], "weight": row["overdue"]} for row in late]


def _unanswered(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"kind": "unanswered", "example": row["example"], "number": row["count"], "weight": row["count"]} for row in content["unanswered"][:2]]


def _marks(content: dict[str, Any]) -> list[dict[str, Any]]:
    low = [row for row in content["channels"] if row["channel"] != "all" and row["satisfaction"] is not None and row["satisfaction"] < LOW_MARK]
    return [{"kind": "satisfaction", "channel": row["channel"], "number": row["satisfaction"], "weight": row["rated"]} for row in low]


def _deliveries(failed: dict[str, int]) -> list[dict[str, Any]]:
    return [{"kind": "delivery", "channel": channel, "number": count, "weight": count} for channel, count in failed.items() if count >= SMALLEST]
