"""For the people who keep the answers right.

python -m actions.knowledge.review check                       every unit against its must-have and never-say patterns, on every day it changes
python -m actions.knowledge.review expiring [--on 2026-12-01]  what ends within 60 days, and what was checked long ago
python -m actions.knowledge.review diff [NAME …]               what a reviewer has not approved yet, against what was approved last
python -m actions.knowledge.review approve NAME --by "Name"    records the approval of the words as they stand now

NAME is a unit, or a text of the dialogue that states the law (utter_…).
"""

import argparse
import difflib
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from actions.knowledge.dialogue import law_texts
from actions.knowledge.guard import problems_of
from actions.knowledge.units import APPROVALS, Approval, Unit, Version, read_approvals, read_units

SOON, LONG_AGO = timedelta(days=60), timedelta(days=180)
FIXED_DAYS = (date(2026, 11, 23), date(2026, 12, 31), date(2027, 1, 1), date(2027, 2, 28), date(2027, 3, 1))


def check(units: list[Unit]) -> list[str]:
    """What is wrong, one line each."""
    return [f"{unit.id}: {problem}" for unit in units for problem in problems_of(unit, _days(unit))]


def _days(unit: Unit) -> list[date]:
    """The fixed days and the first and last day of each of the unit's versions."""
    ends = {day for version in unit.versions for day in (version.effective_from, version.effective_to) if day}
    return sorted(ends | set(FIXED_DAYS))


def expiring(units: list[Unit], today: date) -> Iterator[str]:
    """Versions that end soon and units whose check is old."""
    for unit in units:
        for version in unit.versions:
            if version.effective_to and today <= version.effective_to <= today + SOON:
                follows = unit.version_on(version.effective_to + timedelta(days=1)) is not None
                yield f"{version.effective_to} {unit.id}: {'the next version follows by itself' if follows else 'NOTHING FOLLOWS: write the next version'}"
        current = unit.version_on(today)
        if current is None:
            yield f"{today} {unit.id}: no version holds today"
        elif today - current.checked_on > LONG_AGO:
            yield f"{current.checked_on} {unit.id}: checked more than {LONG_AGO.days} days ago"


def diff(units: list[Unit], records: list[Approval]) -> Iterator[str]:
    """For each version without approval: its text as a difference from the one approved last."""
    for unit in units:
        earlier = [record for record in records if record.unit == unit.id]
        for version in unit.versions:
            if version.status != "approved":
                yield from _difference(unit.id, _closest(version, earlier), version.content())


def diff_of_dialogue(texts: dict[str, dict[str, Any]], records: list[Approval]) -> Iterator[str]:
    """The same for texts of the dialogue."""
    for name, content in texts.items():
        last = next((record for record in reversed(records) if record.unit == name), None)
        if last is None or last.version != content:
            yield from _difference(name, last, content)


def _difference(name: str, before: Approval | None, content: dict[str, Any]) -> Iterator[str]:
    yield from difflib.unified_diff(
        _lines(before.version) if before else [],
        _lines(content),
        f"{name}, approved by {before.by} on {before.on}" if before else f"{name}, never approved",
        f"{name}, now",
        lineterm="",
    )


def _closest(version: Version, earlier: list[Approval]) -> Approval | None:
    same_start = [record for record in earlier if record.version.get("effective_from") == version.content()["effective_from"]]
    return (same_start or earlier or [None])[-1]


def _lines(content: dict[str, Any]) -> list[str]:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000).splitlines()


def approve(unit: Unit, by: str, on: date, path: Path = APPROVALS) -> int:
    """Records every version of the unit that is not approved yet; returns how many."""
    return record(unit.id, [version.content() for version in unit.versions if version.status != "approved"], by, on, path)


def record(name: str, fresh: list[dict[str, Any]], by: str, on: date, path: Path = APPROVALS) -> int:
    """Adds one approval for each of these words to the record; returns how many."""
    records = read_approvals(path) + [Approval(unit=name, by=by, on=on, version=content) for content in fresh]
    head = "".join(line for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if line.startswith("#")) if path.exists() else ""
    body = yaml.safe_dump({"approvals": [entry.model_dump(mode="json") for entry in records]}, allow_unicode=True, sort_keys=False, width=160)
    path.write_text(head + body, encoding="utf-8")
    return len(fresh)


def _approve_named(name: str, units: list[Unit], by: str) -> int:
    unit, texts = next((unit for unit in units if unit.id == name), None), law_texts()
    if unit is None and name not in texts:
        raise SystemExit(f"there is no unit {name}, and no text of the dialogue of this name states the law")
    return approve(unit, by, date.today()) if unit else record(name, [texts[name]], by, date.today())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check")
    commands.add_parser("expiring").add_argument("--on", type=date.fromisoformat, default=date.today())
    commands.add_parser("diff").add_argument("name", nargs="*")
    approving = commands.add_parser("approve")
    approving.add_argument("name")
    approving.add_argument("--by", required=True, help="full name of the legal reviewer")
    options = parser.parse_args()
    units = read_units()
    if options.command == "approve":
        lines = [f"{_approve_named(options.name, units, options.by)} versions of {options.name} approved by {options.by}"]
    elif options.command == "diff":
        records, texts = read_approvals(), {name: text for name, text in law_texts().items() if not options.name or name in options.name}
        lines = [*diff([unit for unit in units if not options.name or unit.id in options.name], records), *diff_of_dialogue(texts, records)]
    elif options.command == "expiring":
        lines = sorted(expiring(units, options.on))
    else:
        problems = check(units)
        lines = [*problems, f"{len(units)} units, {sum(len(unit.versions) for unit in units)} versions, {len(problems)} problems"]
        sys.stdout.write("\n".join(lines) + "\n")
        return 1 if problems else 0
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
